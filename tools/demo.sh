#!/bin/bash
# The main job from nothing: installs what is missing, builds, starts the standalone suite on a fresh store, and runs
# `voortgang demo` against it. DATA=folder takes real DUO and CBS files instead of a made-up country.
# On a terminal the report stays up until Ctrl-C; elsewhere the suite is stopped at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${PRESET:-dev}
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang voortgang-standalone

taken() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null; }
free_port() {
  local port=$1
  while taken "$port"; do port=$((port + 10)); done
  echo "$port"
}
calls=$(free_port 50051) admin=$(free_port 50052) page=$(free_port 8080)

bin=build/$preset/bin
rm -rf demo/store
mkdir -p demo/store
# Two people: what one allocates, the other approves.
person() { # name, roles
  local digest
  digest=$("$bin/voortgang" --output json token new --out "demo/store/$1.token" | sed 's/.*"token_sha256":"\([0-9a-f]*\)".*/\1/')
  printf '  - {name: users/%s, roles: [%s], token_sha256: %s}\n' "$1" "$2" "$digest"
}
{
  echo "principals:"
  person programme "editor, respondent, approver, treasurer, analyst"
  person controller "approver"
} > demo/store/principals.yaml
"$bin/voortgang-standalone" --principals=demo/store/principals.yaml --listen="127.0.0.1:$calls" --admin_listen="127.0.0.1:$admin" \
  --http_listen="127.0.0.1:$page" --data_dir=demo/store 2> demo/server.log &
server=$!
stop() {
  kill -TERM "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
}
trap stop EXIT
for _ in $(seq 100); do
  taken "$calls" && break
  kill -0 "$server" 2> /dev/null || { cat demo/server.log >&2; exit 1; }
  sleep 0.05
done

"$bin/voortgang" --server "127.0.0.1:$calls" --token-file demo/store/programme.token demo \
  --approver-token-file demo/store/controller.token ${DATA:+--data "$DATA"} --page "http://127.0.0.1:$page"

if [ -t 1 ]; then
  echo "The suite stays up until Ctrl-C; its log is demo/server.log. Call it as"
  echo "  $bin/voortgang --server 127.0.0.1:$calls --token-file demo/store/programme.token ledger books"
  trap 'exit 0' INT
  wait "$server"
fi
