#!/bin/bash
# Assembles the root file system of one image: a program, the shared libraries it needs, their copyright notices, a user,
# and a bill of materials. Nothing else: no shell, no package manager.
#
#   root.sh PROGRAM FOLDER      PROGRAM such as build/release/bin/voortgang-survey; FOLDER must not exist
#
# The same program and packages give the same bytes: times are $SOURCE_DATE_EPOCH (default 0), modes and owners are fixed.
set -euo pipefail
program=$1 root=$2
here=$(cd "$(dirname "$0")" && pwd)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-0}
name=$(basename "$program")

mkdir "$root"
mkdir -p "$root"/{etc,tmp,usr/bin,usr/share/doc}
strip --strip-unneeded -o "$root/usr/bin/$name" "$program"
ln -s "usr/bin/$name" "$root/entrypoint"
echo 'voortgang:x:10001:10001::/var/lib/voortgang:/nonexistent' > "$root/etc/passwd"
echo 'voortgang:x:10001:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"

# The loader and every library, where the program looks for them; symbolic links are followed.
ldd "$program" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  install -D -m 755 "$(readlink -f "$library")" "$root$library"
done

bill=$root/usr/share/doc/sbom.spdx.json
"$here/sbom.py" "$program" > "$bill"
sed -n 's#.*"See /usr/share/doc/\(.*\)/copyright".*#\1#p' "$bill" | while read -r package; do
  install -D -m 644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
done

find "$root" -type d -exec chmod 755 {} +
chmod 1777 "$root/tmp"
[ "$(id -u)" != 0 ] || chown -hR 0:0 "$root"
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
