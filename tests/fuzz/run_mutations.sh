#!/bin/bash
# Runs the fuzz targets of a program, as many at once as there are processors, at the lowest priority: beside other tests they take
# what those leave.
#
#   run_mutations.sh PROGRAM
set -uo pipefail
shards=$(nproc)
running=()
for ((i = 0; i < shards; ++i)); do
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$i nice -n 19 "$1" & running+=($!)
done
outcome=0
for process in "${running[@]}"; do wait "$process" || outcome=1; done
exit "$outcome"
