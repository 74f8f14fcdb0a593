#!/bin/sh
# Packs dsx-connect with its own Java runtime, for machines without Docker and without Java:
#   archive.sh [JDK]   target/release/dsx-connect-<version>-linux-<x64|arm64>.tar.gz
# JDK: a JDK 25 for Linux with glibc; default: the one that builds. A JDK for another platform must include its jmods. Its archive
# has no start-up caches, so commands start a few seconds more slowly than from an archive packed on that platform.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$root"
./dsx build
JAVA_HOME=${JAVA_HOME_FOR_LINK:-$(./dsx jdk)}
export JAVA_HOME
jdk=${1:-$JAVA_HOME}
case $(sed -n 's/^OS_ARCH="\(.*\)"$/\1/p' "$jdk/release" 2>/dev/null) in
  x86_64 | amd64) arch=x64 ;;
  aarch64 | arm64) arch=arm64 ;;
  *)
    echo "archive.sh: $jdk is not a JDK for x64 or arm64" >&2
    exit 2
    ;;
esac
version=$(sed -n 's|^ *<revision>\(.*\)</revision>$|\1|p' pom.xml)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
name=dsx-connect-$version
archive=target/release/$name-linux-$arch.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p target/release
SOURCE_DATE_EPOCH=$epoch sh deploy/link.sh app/target/dsx/lib "$work/$name" "$jdk"
cp LICENSE target/sbom.json CHANGELOG.md deploy/release/README.txt "$work/$name/"
cp -r deploy/licenses "$work/$name/licenses"
tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -C "$work" -cf - "$name" | gzip -n >"$archive"
echo "$root/$archive"
