#!/bin/bash
# Installs the Debian packages of tools/packages.txt that are missing. Does nothing if none is.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t wanted < <(sed 's/#.*//' tools/packages.txt | tr -s ' \t' '\n\n' | sed '/^$/d')

if ! command -v dpkg-query >/dev/null; then
  echo "setup: this is no Debian; install the counterparts of tools/packages.txt yourself" >&2
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "setup: installing ${missing[*]}"
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: run me as root, or install sudo" >&2; exit 1; }
  as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@"; }
apt update
apt install --no-install-recommends "${missing[@]}"
