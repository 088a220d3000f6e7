#!/bin/bash
# Runs buf on the protos: tools/buf.sh [lint|format -d|breaking ...]; `lint` if nothing is named.
# Exits with 77 (skipped) where Node or its registry is out of reach.
set -euo pipefail
cd "$(dirname "$0")/.."
buf=(npx --yes @bufbuild/buf@1.75.0)

if ! command -v npx >/dev/null; then
  echo "SKIPPED: buf needs Node (npx), which this machine lacks" >&2
  exit 77
fi
if ! "${buf[@]}" --version >/dev/null 2>&1; then
  echo "SKIPPED: npx cannot fetch buf (no network?)" >&2
  exit 77
fi
if [ ! -d build/googleapis ]; then
  echo "buf: build/googleapis is missing; configure first (cmake --preset dev)" >&2
  exit 1
fi
[ $# -gt 0 ] || set -- lint
exec "${buf[@]}" "$@"
