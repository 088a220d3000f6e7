#!/bin/bash
# Formats every C++ file of the tree with clang-format 14 (Debian package clang-format).
set -euo pipefail
cd "$(dirname "$0")/.."
command -v clang-format >/dev/null || { echo "format: apt-get install clang-format" >&2; exit 1; }
find common services tests \( -name '*.cc' -o -name '*.h' \) -print0 | xargs -0 -r clang-format -i
