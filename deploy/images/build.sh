#!/bin/bash
# Builds every image with buildah, podman or docker, whichever is there ($ENGINE): voortgang-<service>:<version>, with
# voortgang-cli for the command.
set -euo pipefail
cd "$(dirname "$0")/../.."

engine=${ENGINE:-}
for candidate in buildah podman docker; do
  [ -n "$engine" ] || ! command -v $candidate > /dev/null || engine=$candidate
done
[ -n "$engine" ] || { echo "build.sh: needs buildah, podman or docker" >&2; exit 1; }
build=("$engine" build)
[ "$engine" != buildah ] || build=(buildah bud --layers)

version=$(sed -n 's/^project(voortgang VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
revision=${REVISION:-$(git rev-parse --short HEAD)}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
# The layers' own times; docker takes them from SOURCE_DATE_EPOCH.
[ "$engine" = docker ] || build+=(--timestamp "$SOURCE_DATE_EPOCH")

# EXTRA: more flags for the engine, such as "--isolation chroot".
read -ra extra <<< "${EXTRA:-}"
for service in registry survey catalogue funding indicators report standalone cli; do
  program=voortgang-$service
  [ $service != cli ] || program=voortgang
  "${build[@]}" "${extra[@]}" -f deploy/Containerfile -t "voortgang-$service:$version" \
    --build-arg PROGRAM=$program --build-arg VERSION="$version" --build-arg REVISION="$revision" \
    --build-arg SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" .
done
