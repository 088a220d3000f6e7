#!/bin/bash
# The report's pages in a real browser: tests/web/run.sh FOLDER, where FOLDER holds the programs of a build. Starts the suite,
# runs the demo against it, and then the tests. SHOTS=FOLDER leaves screenshots there. Exits with 77 (skipped) where
# Node, Chromium or npm's registry is out of reach.
set -euo pipefail
bin=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

skip() {
  echo "SKIPPED: $1" >&2
  exit 77
}
command -v node > /dev/null && command -v npm > /dev/null || skip "the browser tests need Node 20 and npm"
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome || true)}
[ -n "$CHROMIUM" ] || skip "the browser tests need Chromium (Debian: chromium)"
export CHROMIUM
if [ ! -d "$here/node_modules/playwright-core" ]; then
  (cd "$here" && npm ci --no-audit --no-fund --loglevel=error) || skip "npm cannot fetch playwright-core and axe-core"
fi

work=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || { kill -TERM "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; }
  rm -rf "$work"
}
trap stop EXIT

person() { # name, roles
  local digest
  digest=$("$bin/voortgang" --output json token new --out "$work/$1.token" | sed 's/.*"token_sha256":"\([0-9a-f]*\)".*/\1/')
  printf '  - {name: users/%s, roles: [%s], token_sha256: %s}\n' "$1" "$2" "$digest"
}
{
  echo "principals:"
  person programme "editor, respondent, approver, treasurer, analyst"
  person controller "approver"
} > "$work/principals.yaml"
"$bin/voortgang-standalone" --principals="$work/principals.yaml" --listen=127.0.0.1:0 --admin_listen=127.0.0.1:0 \
  --http_listen=127.0.0.1:0 --data_dir="$work" 2> "$work/server.log" &
server=$!
port() { # name of the port in the line that says what is served
  sed -n "s/.*\"$1\":\"\{0,1\}\([0-9]*\).*/\1/p" "$work/server.log" | head -1
}
for _ in $(seq 200); do
  [ -n "$(port http_port)" ] && break
  kill -0 "$server" 2> /dev/null || { cat "$work/server.log" >&2; exit 1; }
  sleep 0.1
done
page=http://127.0.0.1:$(port http_port)
(cd "$root" && "$bin/voortgang" --server "127.0.0.1:$(port port)" --token-file "$work/programme.token" demo \
  --approver-token-file "$work/controller.token" --folder "$work/demo" --page "$page") > "$work/demo.log" \
  || { cat "$work/demo.log" "$work/server.log" >&2; exit 1; }

cd "$here"
VOORTGANG_PAGE=$page node --test report.test.mjs
[ -z "${SHOTS:-}" ] || VOORTGANG_PAGE=$page node shots.mjs "$SHOTS"
