#!/bin/bash
# Sets up, builds and runs every test of one preset ($PRESET, default dev). Arguments go to ctest.
# Ends with "N passed, N failed", counted by ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${PRESET:-dev}
jobs=$(nproc)
# The fuzz targets, where they get more than a moment, run beside the others at the lowest priority.
[ -z "${VOORTGANG_FUZZ_SECONDS:-}" ] || jobs=$((jobs + 1))

tools/setup.sh
cmake --preset "$preset"
cmake --build --preset "$preset"

results=build/$preset/results.xml
rm -f "$results"
outcome=0
ctest --preset "$preset" -j "$jobs" --output-junit "$PWD/$results" "$@" || outcome=$?

# A test that could not be run is a failure here, though ctest files it under skipped.
count() { grep -c "$1" "$results" || true; }
total=$(count '^[[:space:]]*<testcase ')
passed=$(count '^[[:space:]]*<testcase .*status="run"')
skipped=$(count '^[[:space:]]*<skipped message="SKIP_')
echo
[ -d "${VOORTGANG_DATA:-../shared/data}" ] ||
  echo "NOTE: no real DUO and CBS files (set VOORTGANG_DATA): tests that need them are skipped."
command -v npx >/dev/null || echo "NOTE: no Node on this machine: 'buf lint' is skipped."
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$passed passed, $((total - passed - skipped)) failed"
exit "$outcome"
