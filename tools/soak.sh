#!/bin/bash
# Mixed traffic on two processes of each service for SECONDS_LONG (by default 900): fails if their memory, threads, descriptors
# or connections grow, and prints what they were over time.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${PRESET:-dev}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target faults_test
VOORTGANG_SOAK_SECONDS=${SECONDS_LONG:-900} "build/$preset/test/faults_test" --gtest_filter='FaultsTest.NothingGrowsInTheLongRun'
