#!/bin/bash
# Builds the preset `release` and measures calls (tools/bench-calls.py).
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${PRESET:-release}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang voortgang-standalone
tools/bench-calls.py "build/$preset/bin"
