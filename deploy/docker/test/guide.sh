#!/usr/bin/env bash
# Runs docs/compose.md as a reader would: guide.sh [GUIDE]. Unpacks the bundle, runs every block of commands in one shell, and
# checks that the lines of the output block that follows appear in order; … matches any text.
# Needs Docker with Compose v2 and the images (build.sh), and no dsx-connect on that Docker.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../../.." && pwd -P)
if [ -n "${SANDBOX_PID:-}" ] && [ -z "${IN_SANDBOX_NET:-}" ]; then
  export IN_SANDBOX_NET=yes
  exec nsenter -t "$SANDBOX_PID" -n "$0" "$@"
fi
guide=${1:-$root/docs/compose.md}
for name in $(env | sed -n 's/^\(DSX[A-Z_]*\|RSYSLOG_[A-Z_]*\|COMPOSE_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
if docker network inspect dsx-connect-network >/dev/null 2>&1; then
  echo "FAILED: dsx-connect-network exists: this test needs a Docker on which dsx-connect does not run" >&2
  exit 1
fi

work=$(mktemp -d /var/tmp/dsx-guide.XXXXXX)
finish() {
  code=$?
  set +e
  if [ "$code" != 0 ]; then
    for container in $(docker ps -aq --filter name='^dsx-connect' --filter name='^dsxa_scanner'); do
      printf '\n--- %s\n' "$(docker inspect -f '{{.Name}} {{.State.Status}} {{.State.ExitCode}}' "$container")" >&2
      docker logs --tail 20 "$container" 2>&1 | cut -c1-300 >&2
    done
  fi
  docker ps -aq --filter name='^dsx-connect' --filter name='^dsxa_scanner' | xargs -r docker rm -f -v >/dev/null 2>&1
  docker volume rm dsx-connect_redis-data dsx-connect_rsyslog-queue dsx-connect-filesystem_filesystem_connector_data >/dev/null 2>&1
  docker network rm dsx-connect-network dsx-connect_backend dsx-connect_collector >/dev/null 2>&1
  rm -rf "$work" /tmp/dsxconnect-scan /tmp/dsxconnect-quarantine
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

cp "$("$root/deploy/release/compose-bundle.sh")" "$work/"
cd "$work"
[ ! -e /tmp/dsxconnect-scan ] || { echo "FAILED: /tmp/dsxconnect-scan exists, but the guide creates it" >&2; exit 1; }

# Writes the blocks to files: 01.sh, 01.text, 02.sh ...
awk -v dir="$work" '
  /^```sh$/   { n++; file = sprintf("%s/%02d.sh", dir, n); next }
  /^```text$/ { file = sprintf("%s/%02d.text", dir, n); next }
  /^```/      { file = ""; next }
  file != ""  { print > file }
' "$guide"
[ -e 01.sh ] || { echo "FAILED: $guide has no commands" >&2; exit 1; }

# Checks that $2 has all lines of $1, in this order.
in_order() {
  local pattern from=1 at
  while IFS= read -r line; do
    # A line … matches any number of lines.
    [ "$line" != … ] || continue
    pattern=$(printf '%s' "$line" | sed 's/[][\.*^$/+?(){}|]/\\&/g; s/…/.*/g')
    at=$(tail -n "+$from" "$2" | grep -nE -m1 -- "^$pattern\$" | cut -d: -f1 || true)
    [ -n "$at" ] || { echo "FAILED: the output lacks this line of the guide: $line" >&2; return 1; }
    from=$((from + at))
  done <"$1"
}

shell=$work/shell
for commands in "$work"/[0-9]*.sh; do
  while IFS= read -r line; do printf '$ %s\n' "$line"; done <"$commands"
  # The folder and exported variables carry over to the next block.
  {
    [ ! -e "$shell" ] || cat "$shell"
    echo 'set -euo pipefail'
    cat "$commands"
    # shellcheck disable=SC2016
    printf '%s\n' 'set +euo pipefail' '{ echo "cd $PWD"; export -p | grep " DSX"; } >'"$shell.next" true
  } >"$work/run"
  bash "$work/run" >"$work/out" 2>&1 || { cat "$work/out" >&2; echo "FAILED: the commands above" >&2; exit 1; }
  cut -c1-200 "$work/out" | tail -30
  mv "$shell.next" "$shell"
  [ ! -e "${commands%.sh}.text" ] || in_order "${commands%.sh}.text" "$work/out"
done
echo "every command of $(basename "$guide") gives the documented output"
