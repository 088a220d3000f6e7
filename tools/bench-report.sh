#!/bin/bash
# What a report costs: composing a national edition of 60 indicators by 6 breakdowns in both languages with all annexes,
# computing it again, and serving its pages, beside a bare file server (nginx where it is installed, else Python's) on
# the same files. Needs wrk. Nothing fails here: machines differ. Use an idle one.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${PRESET:-release}
seconds=${SECONDS_EACH:-5}
command -v wrk > /dev/null || { echo "bench-report needs wrk (Debian: wrk)" >&2; exit 1; }
tools/setup.sh
cmake --preset "$preset" > /dev/null
cmake --build --preset "$preset" --target voortgang voortgang-standalone
bin=build/$preset/bin

work=$(mktemp -d)
chmod 755 "$work"
server= files=
stop() {
  [ -z "$server" ] || kill -TERM "$server" 2> /dev/null || true
  [ -z "$files" ] || kill -TERM "$files" 2> /dev/null || true
  wait 2> /dev/null || true
  rm -rf "$work"
}
trap stop EXIT
"$bin/voortgang-standalone" --listen=127.0.0.1:0 --admin_listen=127.0.0.1:0 --http_listen=127.0.0.1:0 \
  --data_dir="$work" 2> "$work/server.log" &
server=$!
port() { sed -n "s/.*\"$1\":\"\{0,1\}\([0-9]*\).*/\1/p" "$work/server.log" | head -1; }
for _ in $(seq 200); do [ -n "$(port http_port)" ] && break; sleep 0.1; done
call=("$bin/voortgang" --server "127.0.0.1:$(port port)")
page=http://127.0.0.1:$(port http_port)
"${call[@]}" demo --folder "$work/demo" --page "$page" > "$work/demo.log"

# Sixty indicators: each of the examples on school leaders, staff and programmes, several times over.
python3 - deploy/examples "$work" << 'PLAN'
import pathlib, sys
examples, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
sources = [path for path in sorted((examples / "indicators").glob("*.yaml"))
           if path.stem not in ("board-support", "municipal-measures")]
(work / "indicators").mkdir()
ids = []
for i in range(60):
    name = f"bench-{i:02d}"
    (work / "indicators" / f"{name}.yaml").write_text(sources[i % len(sources)].read_text())
    ids.append(name)
plan = ["title: {nl: \"Landelijke editie\", en: \"National edition\"}", "number: 3", "edition_month: 2022-11-01",
        "snapshot: snapshots/2021-10-01", "wave: waves/2022-winter", "menu_edition: menuEditions/2021-autumn",
        "estimation: {}", "sections:"]
for section in range(20):
    plan += [f"  - id: chapter-{section}", f"    title: {{nl: \"Hoofdstuk {section}\", en: \"Chapter {section}\"}}", "    figures:"]
    for indicator in ids[section * 3:section * 3 + 3]:
        for attribute in ("", "sector", "province", "size", "score", "denomination"):
            by = f", breakdown: {attribute}" if attribute else ""
            plan += [f"      - id: {indicator}-{attribute or 'total'}",
                     f"        title: {{nl: \"{indicator} {attribute}\", en: \"{indicator} {attribute}\"}}",
                     f"        estimates: {{indicator: indicators/{indicator}{by}}}"]
(work / "plan.yaml").write_text("\n".join(plan) + "\n")
PLAN
for file in "$work"/indicators/*.yaml; do "${call[@]}" indicators define "$file" > /dev/null; done
until "${call[@]}" report compose "$work/plan.yaml" --id warm --dry-run > /dev/null 2>&1; do sleep 1; done

took() { # label, command…
  local label=$1 begin end
  shift
  begin=$(date +%s.%N)
  "$@" > "$work/out.txt"
  end=$(date +%s.%N)
  printf '%-34s %6.2f s   %s\n' "$label" "$(echo "$end - $begin" | bc)" "$(tail -1 "$work/out.txt")"
}
took "compose (60 x 6, nl and en)" "${call[@]}" report compose "$work/plan.yaml" --id national
took "verify" "${call[@]}" report verify national
"${call[@]}" report publish national > /dev/null
"${call[@]}" report download national "$work/files" > /dev/null
"${call[@]}" report download 2022-04 "$work/files/demo" > /dev/null

if command -v nginx > /dev/null; then
  cat > "$work/nginx.conf" << CONF
worker_processes 2;
pid $work/nginx.pid;
error_log $work/nginx.log;
daemon off;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  types { text/html html; text/css css; text/csv csv; application/json json; }
  server { listen 127.0.0.1:18080; root $work/files; }
}
CONF
  nginx -c "$work/nginx.conf" &
  files=$! name=nginx
else
  python3 -m http.server 18080 --bind 127.0.0.1 --directory "$work/files" > /dev/null 2>&1 &
  files=$! name=python
fi
sleep 1

serve() { # label, address
  wrk -t 1 -c 16 -d "${seconds}s" --latency "$2" > "$work/wrk.txt"
  printf '%-34s %9s requests/s   median %8s   99%% %8s\n' "$1" "$(awk '/Requests\/sec/ {print $2}' "$work/wrk.txt")" \
    "$(awk '$1 == "50%" {print $2}' "$work/wrk.txt")" "$(awk '$1 == "99%" {print $2}' "$work/wrk.txt")"
}
for path in nl/index.html nl/figures/wellbeing.html nl/report.html annex/choices.csv; do
  serve "report  2022-04/$path" "$page/editions/2022-04/$path"
  serve "$name   2022-04/$path" "http://127.0.0.1:18080/demo/$path"
done
