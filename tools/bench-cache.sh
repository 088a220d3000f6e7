#!/bin/bash
# Builds the preset `release` and measures what the cache saves (tools/bench-cache.py).
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${PRESET:-release}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang voortgang-standalone
tools/bench-cache.py "build/$preset/bin"
