#!/bin/bash
# Sets up, builds and runs every test of one preset ($PRESET, default dev). Arguments go to ctest.
# Ends with "N passed, N failed", counted by ctest.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${PRESET:-dev}
jobs=$(nproc)

tools/setup.sh
cmake --preset "$preset"
cmake --build --preset "$preset"

[ -d "${VOORTGANG_DATA:-../shared/data}" ] ||
  echo "NOTE: no real DUO and CBS files (set VOORTGANG_DATA): tests that need them are skipped."
command -v npx >/dev/null || echo "NOTE: no Node on this machine: 'buf lint' is skipped."

results=build/$preset/results.xml
rm -f "$results"
outcome=0
ctest --preset "$preset" -j "$jobs" --output-junit "$PWD/$results" "$@" || outcome=$?

# JUnit's attributes of <testsuite ...>: ctest counts a test it could not run as a failure.
count() { sed -n "s/.*[[:space:]]$1=\"\([0-9]*\)\".*/\1/p;" "$results" | head -1; }
total=$(count tests) failed=$(count failures) skipped=$(count skipped)
echo
[ "$skipped" = 0 ] || echo "$skipped skipped"
echo "$((total - failed - skipped)) passed, $failed failed"
exit "$outcome"
