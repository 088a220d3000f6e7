#!/bin/bash
# What national figures cost, as a table: folding answers, answering by municipality with standard errors, crossings,
# memory; beside plain GROUP BY of the same responses in SQLite, PostgreSQL and, where the Python package is installed,
# DuckDB, and R's svyby where R is. Arguments go to the bench; --help tells. Nothing fails here: machines differ.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${PRESET:-release}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang-bench-indicators
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"build/$preset/bin/voortgang-bench-indicators" --export "$work/responses.csv" --figures "$work/figures.tsv" "$@"
python3 tests/bench/indicators_baselines.py "$work/responses.csv" "$work/figures.tsv"
