#!/bin/bash
# How fast responses are taken in, checked and on disk, beside the machine's own limits, as a table: single
# submissions beside a bare gRPC echo, and one that first commits plain rows; streams beside plain inserts (SQLite) and
# COPY (PostgreSQL) of the same bytes.
# Arguments go to the bench; --help tells. Nothing fails here: machines differ. Use an idle one.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${PRESET:-release}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang-bench-intake
"build/$preset/bin/voortgang-bench-intake" "$@"
