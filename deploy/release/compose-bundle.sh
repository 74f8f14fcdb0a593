#!/bin/sh
# Packs the Compose files as target/release/dsx-connect-compose-bundle-<version>.tar.gz, which unpacks to dsx_connect/deploy/docker.
# The same commit gives the same bytes.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
version=$(sed -n 's|^ *<revision>\(.*\)</revision>$|\1|p' "$root/pom.xml")
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 0)}
out=$root/target/release
bundle=$out/dsx-connect-compose-bundle-$version.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tar=tar
case $(tar --version 2>/dev/null) in *GNU*) ;; *) tar=gtar ;; esac
command -v "$tar" >/dev/null 2>&1 || { echo "compose-bundle.sh: GNU tar is needed (macOS: brew install gnu-tar)" >&2; exit 2; }

mkdir -p "$out" "$work/dsx_connect/deploy/docker/certs"
cd "$root/deploy/docker"
cp -R ./*.yaml ./sample.*.env README.md examples "$work/dsx_connect/deploy/docker/"
cp certs/generate-dev-cert.sh "$work/dsx_connect/deploy/docker/certs/"
cp "$root/LICENSE" "$root/CHANGELOG.md" "$root/SECURITY.md" "$work/dsx_connect/"
cp -R "$root/docs" "$work/dsx_connect/docs"
chmod -R u=rwX,go=rX "$work"
"$tar" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -C "$work" -cf - dsx_connect | gzip -n9 >"$bundle"
echo "$bundle"
