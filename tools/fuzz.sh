#!/bin/bash
# Builds the fuzz targets with clang's AddressSanitizer and UndefinedBehaviorSanitizer and runs each for SECONDS_EACH (by
# default 60), as many at once as there are processors. Arguments name targets: tools/fuzz.sh csv yaml.
# Inputs that reached something new are kept in build/fuzz/corpus; what breaks a target is left in build/fuzz/found.
set -euo pipefail
cd "$(dirname "$0")/.."
clang=$(command -v clang++ clang++-14 | head -1) || true
[ -n "$clang" ] || { echo "fuzz: install clang and libclang-rt-14-dev first" >&2; exit 1; }
tools/setup.sh
cmake -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$clang" -DVOORTGANG_FUZZ=ON \
  -DCMAKE_CXX_FLAGS="-O1 -g1 -fsanitize=fuzzer-no-link,address,undefined" > /dev/null

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(sed -n 's/^voortgang_fuzz(\([a-z_]*\) .*/\1/p' tests/fuzz/CMakeLists.txt)
cmake --build build/fuzz --target "${targets[@]/#/fuzz_}"

mkdir -p build/fuzz/found
one() {
  local target=$1 log=build/fuzz/$1.log
  mkdir -p "build/fuzz/corpus/$target"
  if "build/fuzz/test/fuzz_$target" -max_total_time="$SECONDS_EACH" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
       -artifact_prefix="build/fuzz/found/$target-" "build/fuzz/corpus/$target" > "$log" 2>&1; then
    printf '%-20s %12s inputs, nothing found\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    printf '%-20s FOUND something: %s\n' "$target" "$log"
    return 1
  fi
}
export -f one
export SECONDS_EACH=${SECONDS_EACH:-60}
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'one {}'
