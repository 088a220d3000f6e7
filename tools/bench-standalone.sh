#!/bin/bash
# What an operator feels, as a table: how soon the standalone suite answers, how long a national import takes beside
# merely reading and hashing the same files, and how much memory a national programme takes.
# DATA=folder takes real DUO and CBS files instead of a made-up country. Nothing fails here: machines differ.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${PRESET:-release}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang voortgang-standalone
bin=$PWD/build/$preset/bin
work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill -TERM "$server" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$work"
}
trap stop EXIT

now() { date +%s%N; }
ms() { echo "$((($2 - $1) / 1000000)) ms"; }
port=$((20000 + RANDOM % 20000))
answers() { "$bin/voortgang" --server "127.0.0.1:$port" registry snapshots > /dev/null 2>&1; }
start() {
  "$bin/voortgang-standalone" --listen="127.0.0.1:$port" --admin_listen=none --http_listen=none \
    --data_dir="$1" 2> "$work/log" &
  server=$!
  until (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; do
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 0.005
  done
  answers
}

mkdir "$work/store" "$work/empty"
"$bin/voortgang" generate "$work/data" > /dev/null
data=${DATA:-$work/data}

before=$(now); start "$work/store"; after=$(now)
printf '%-58s %s\n' "start on an empty store to the first answer" "$(ms "$before" "$after")"
before=$(now); answers; after=$(now)
printf '%-58s %s\n' "  of which the command itself" "$(ms "$before" "$after")"

before=$(now); find "$work/data/2021-10-01" -name '*.csv' -print0 | xargs -0 sha256sum > /dev/null; after=$(now)
printf '%-58s %s\n' "reading and hashing the files of a vintage" "$(ms "$before" "$after")"
before=$(now)
"$bin/voortgang" --server "127.0.0.1:$port" registry import "$work/data/2021-10-01" --id bench \
  --count-date 2021-10-01 > /dev/null
after=$(now)
printf '%-58s %s\n' "importing them (8,700 branches with counts), durable" "$(ms "$before" "$after")"

before=$(now)
"$bin/voortgang" --server "127.0.0.1:$port" demo --data "$data" --folder "$work/out" > /dev/null
after=$(now)
printf '%-58s %s\n' "the whole programme, registers to report" "$(ms "$before" "$after")"
printf '%-58s %s MB\n' "memory of the server after it" "$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$server/status")"
