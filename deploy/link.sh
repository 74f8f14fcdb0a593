#!/bin/sh
# Creates a self-contained folder with a Java runtime: link.sh LIB OUT [JDK]
#   LIB  the jars (app/target/dsx/lib)
#   OUT  folder for bin/dsx, runtime/, lib/, java.options, *.aot
#   JDK  JDK 25 that provides the runtime; default: JAVA_HOME
# Used for images and archives. All file times are SOURCE_DATE_EPOCH (default: 0), so the same input gives the same bytes,
# except for *.aot, which record a run of the JVM. A JDK for another platform gets no *.aot.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
lib=$1
out=$2
jdk=${3:-${JAVA_HOME:?no JDK}}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)

# The modules that the jars use. They could also use java.desktop and java.sql, which are large and never called.
modules=java.base,java.logging,java.management,java.naming,java.security.jgss,java.xml
modules=$modules,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

mkdir -p "$out/bin" "$out/lib"
jlink=$jdk/bin/jlink
from=''
if ! "$jdk/bin/java" -version >/dev/null 2>&1; then
  # A JDK for another platform: our jlink links its modules.
  [ -d "$jdk/jmods" ] || {
    echo "link.sh: $jdk does not run on this machine and has no jmods folder to link from" >&2
    exit 2
  }
  jlink=${JAVA_HOME:?}/bin/jlink
  from="--module-path $jdk/jmods"
fi
# shellcheck disable=SC2086  # two words, or none
"$jlink" $from --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages \
  --compress zip-6 --output "$out/runtime"
# Some JDKs include debug symbols of their libraries, which are larger than everything else.
find "$out/runtime" -name '*.debuginfo' -delete
cp "$lib"/*.jar "$out/lib/"
install -m 0755 "$here/dsx" "$out/bin/dsx"
install -m 0644 "$here/java.options" "$out/java.options"
chmod -R u=rwX,go=rX "$out"
find "$out" -exec touch -h -d "@${SOURCE_DATE_EPOCH:-0}" {} +

# Start-up caches with the classes of a scan of the sample folder, and of a health check. Roles load further classes as usual.
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
      echo "link.sh: the training run for the start-up cache failed: dsx $*" >&2
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
