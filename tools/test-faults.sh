#!/bin/bash
# Every fault several times over (ROUNDS, by default 5) and a soak (SOAK, by default 900 seconds), under load; prints what
# callers saw, and keeps it in build/faults.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${PRESET:-dev}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target faults_test
VOORTGANG_FAULT_ROUNDS=${ROUNDS:-5} VOORTGANG_SOAK_SECONDS=${SOAK:-900} "build/$preset/test/faults_test" "$@" |
  tee build/faults.txt
