#!/bin/sh
# Builds the images: build.sh [TARGET ...]   (core, filesystem-connector, scanner-standin, rsyslog; default: all)
#   PLATFORM=linux/arm64   another platform (needs its base images, and an emulator for the RUN steps)
#   JDK_IMAGE, BASE_IMAGE  other base images: a JDK 25; a Debian or Ubuntu
#   REGISTRY=dsxconnect    prefix of the image names
# The same commit gives the same files with the times of the commit, except for the start-up caches (*.aot) and the packages of
# the log collector, which are the newest.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$root"
./dsx build

version=$(sed -n 's|^ *<revision>\(.*\)</revision>$|\1|p' pom.xml)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null || date -u -r "$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
registry=${REGISTRY:-dsxconnect}

name() {
  case $1 in
    core) echo "$registry/dsx-connect" ;;
    rsyslog) echo "$registry/dsx-connect-rsyslog" ;;
    filesystem-connector | scanner-standin) echo "$registry/$1" ;;
    *)
      echo "build.sh: unknown target '$1'; use core, filesystem-connector, scanner-standin or rsyslog" >&2
      exit 2
      ;;
  esac
}

[ $# -gt 0 ] || set -- core filesystem-connector scanner-standin rsyslog
for target in "$@"; do
  image=$(name "$target"):$version
  log=$root/target/image-$target.log
  DOCKER_BUILDKIT=1 docker build --progress plain -f deploy/docker/Dockerfile --target "$target" -t "$image" \
    ${PLATFORM:+--platform "$PLATFORM"} ${JDK_IMAGE:+--build-arg "JDK_IMAGE=$JDK_IMAGE"} \
    ${BASE_IMAGE:+--build-arg "BASE_IMAGE=$BASE_IMAGE"} --build-arg "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH" \
    --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg "CREATED=$created" . >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    echo "build.sh: building $image failed; the whole output is in $log" >&2
    exit 1
  }
  echo "built $image"
done
