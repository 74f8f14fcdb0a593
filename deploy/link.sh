#!/bin/sh
# Makes a folder that runs by itself: link.sh LIB OUT [JDK]
#   LIB  the jars (app/target/dsx/lib)
#   OUT  gets bin/dsx, runtime/, lib/, java.options, *.aot
#   JDK  whose runtime is taken, of version 25; default JAVA_HOME
# One way for the images and for the archives. All times are SOURCE_DATE_EPOCH (default: 0), so that the same input gives
# the same bytes, but for *.aot, which hold what a JVM saw while it ran. For a JDK of another kind of machine there are none.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
lib=$1
out=$2
jdk=${3:-${JAVA_HOME:?no JDK}}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

# What the jars use, without what they only could: java.desktop and java.sql are large and nobody calls them.
modules=java.base,java.logging,java.management,java.naming,java.security.jgss,java.xml
modules=$modules,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

mkdir -p "$out/bin" "$out/lib"
jlink=$jdk/bin/jlink
from=''
if ! "$jdk/bin/java" -version >/dev/null 2>&1; then
  # Of another kind of machine: linked by ours, from its modules.
  [ -d "$jdk/jmods" ] || {
    echo "link.sh: $jdk does not run here and has no jmods to link from" >&2
    exit 2
  }
  jlink=${JAVA_HOME:?}/bin/jlink
  from="--module-path $jdk/jmods"
fi
# shellcheck disable=SC2086  # two words, or none
"$jlink" $from --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
  --compress zip-6 --output "$out/runtime"
# Some JDKs bring the symbols of their libraries along, which are larger than all the rest.
find "$out/runtime" -name '*.debuginfo' -delete
cp "$lib"/*.jar "$out/lib/"
install -m 0755 "$here/dsx" "$out/bin/dsx"
install -m 0644 "$here/java.options" "$out/java.options"
chmod -R u=rwX,go=rX "$out"
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +

# Start-up caches: of what a whole scan of the sample loads, and of a health check. What else a role loads it loads as ever.
if "$out/runtime/bin/java" -version >/dev/null 2>&1; then
  home=$(mktemp -d)
  standin=''
  trap '[ -z "$standin" ] || kill "$standin" 2>/dev/null; rm -rf "$home"' EXIT
  HOME=$home
  DSX_HEALTH_FILE=$home/health
  export HOME DSX_HEALTH_FILE
  train() {
    made=$out/$1
    shift
    if ! DSX_JAVA_OPTS="-XX:AOTCacheOutput=$made" "$out/bin/dsx" "$@" >"$home/log" 2>&1 || [ ! -s "$made" ]; then
      cat "$home/log" >&2
      echo "link.sh: the training run failed: dsx $*" >&2
      exit 1
    fi
    chmod 0644 "$made"
    touch -d "@${SOURCE_DATE_EPOCH:-0}" "$made" "$out"
  }
  train dsx.aot quickstart --exit
  "$out/bin/dsx" scanner-standin --host 127.0.0.1 --port 0 >"$home/standin" 2>&1 &
  standin=$!
  tries=0
  until [ -s "$DSX_HEALTH_FILE" ]; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ]; then
      cat "$home/standin" >&2
      exit 1
    fi
    sleep 0.1
  done
  train health.aot health
fi
