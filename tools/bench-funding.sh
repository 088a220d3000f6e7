#!/bin/bash
# What it costs to allocate money over a country and over a million schools, exactly, beside the same rules in plain C
# with floating point and, where python3-numpy is installed, in NumPy. Arguments go to the bench; --help tells. Nothing
# fails here: machines differ. Use an idle one.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${PRESET:-release}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang-bench-funding
schools=$(mktemp)
trap 'rm -f "$schools"' EXIT
"build/$preset/bin/voortgang-bench-funding" --export "$schools" "$@"
if python3 -c 'import numpy' 2> /dev/null; then
  python3 tests/bench/funding_numpy.py "$schools"
fi
