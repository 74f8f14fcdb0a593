#!/usr/bin/env bash
# Tests the Compose files on a real Docker: compose-e2e.sh [--keep-images]
# Needs Docker with Compose v2, curl, openssl, and no dsx-connect running on that Docker. Takes about seven minutes.
# Each step prints its evidence. The first failure ends the test with exit code 1 and the logs of all containers.
set -Eeuo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
docker=$(dirname "$here")
# A sandbox publishes ports in its own network namespace.
if [ -n "${SANDBOX_PID:-}" ] && [ -z "${IN_SANDBOX_NET:-}" ]; then
  export IN_SANDBOX_NET=yes
  exec nsenter -t "$SANDBOX_PID" -n "$0" "$@"
fi
cd "$docker"

step() { printf '\n== %s (%ds)\n' "$1" "$SECONDS"; }
report() { printf '   %s\n' "$1"; }
fail() {
  printf '\nFAILED: %s\n' "$1" >&2
  exit 1
}

trap 'printf "\nFAILED: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&2' ERR

# Settings of the shell must not reach the tested containers.
for name in $(env | sed -n 's/^\(DSX[A-Z_]*\|RSYSLOG_[A-Z_]*\|COMPOSE_[A-Z_]*\)=.*/\1/p'); do unset "$name"; done
command -v curl >/dev/null || fail "curl is needed"
docker compose version >/dev/null || fail "Docker with Compose v2 is needed"
if docker network inspect dsx-connect-network >/dev/null 2>&1; then
  fail "dsx-connect-network exists: this test needs a Docker on which dsx-connect does not run"
fi

work=$(mktemp -d /var/tmp/dsx-compose-e2e.XXXXXX)
asset=$work/share
quarantine=$work/quarantine
certs=$work/certs
export DSXCONNECTOR_ASSET=$asset DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO=$quarantine DSXCONNECTOR_ITEM_ACTION=move
export DSXCONNECT_CERTS=$certs
if [ "$(id -u)" != 0 ]; then
  DSXCONNECTOR_UID=$(id -u)
  DSXCONNECTOR_GID=$(id -g)
  export DSXCONNECTOR_UID DSXCONNECTOR_GID
fi

core() { docker compose --env-file sample.core.env -f docker-compose-dsx-connect-all-services.yaml "$@"; }
core_tls() {
  core -f docker-compose-tls-api.yaml -f docker-compose-tls-redis.yaml -f docker-compose-tls-syslog.yaml "$@"
}
scanner() { docker compose -f docker-compose-dsxa.yaml "$@"; }
standin() { scanner up -d dsxa_scanner_standin; }
connector() { docker compose --env-file sample.filesystem.env -f docker-compose-filesystem-connector.yaml "$@"; }
connector_tls() { connector -f docker-compose-tls-connector.yaml "$@"; }
quietly() { "$@" >"$work/last.log" 2>&1 || { cat "$work/last.log" >&2; return 1; }; }

ours() { docker ps -aq --filter name='^dsx-connect' --filter name='^dsxa_scanner' --filter name='^far-scanner'; }
finish() {
  code=$?
  trap - ERR
  set +e
  if [ "$code" != 0 ]; then
    for container in $(ours); do
      printf '\n--- %s\n' "$(docker inspect -f '{{.Name}} {{.State.Status}} {{.State.ExitCode}}' "$container")" >&2
      docker logs --tail 30 "$container" 2>&1 | cut -c1-200 | grep -v "^{" >&2
    done
  fi
  [ -z "${listener:-}" ] || kill "$listener" 2>/dev/null
  ours | xargs -r docker rm -f -v >/dev/null 2>&1
  docker volume rm dsx-connect_redis-data dsx-connect_rsyslog-queue dsx-connect-filesystem_filesystem_connector_data >/dev/null 2>&1
  docker network rm dsx-connect-network dsx-connect_backend dsx-connect_collector >/dev/null 2>&1
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

url=http://127.0.0.1:8586
curl_options=()
api() { curl -fsS --max-time 30 ${curl_options[@]+"${curl_options[@]}"} "$url/dsx-connect/api/v1$1" "${@:2}"; }

# eventually SECONDS CONDITION COMMAND...: repeats the command until it succeeds.
eventually() {
  local until=$((SECONDS + $1)) condition=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "timed out: $condition"
    sleep 0.3
  done
}

# prints PATTERN COMMAND...: whether a line of its output, standard error included, matches. Reads the whole output first: in a
# pipe `grep -q` exits at the first match, the command fails with a broken pipe, and with pipefail the match is a failure.
prints() {
  local pattern=$1 output
  shift
  output=$("$@" 2>&1 || true)
  grep -q -e "$pattern" <<<"$output"
}

all_healthy() {
  local container
  for container in $(ours); do
    [ "$(docker inspect -f '{{.State.Health.Status}}' "$container")" = healthy ] || return 1
  done
}
connected() { prints '"status":"ready"' api /connectors/list; }
connector_uuid() { api /connectors/list | sed -n 's/.*"uuid":"\([^"]*\)".*/\1/p'; }

full_scan() {
  api "/connectors/full_scan/$(connector_uuid)?batch=true&batch_size=100" -X POST | sed -n 's/.*job_id=\([0-9a-f-]*\).*/\1/p'
}
# field JOB NAME: a number or word of a job.
field() { { api "/scan/jobs/$1" 2>/dev/null || true; } | sed -n "s/.*\"$2\":\"\{0,1\}\([a-z0-9_]*\).*/\1/p"; }
ended_files() {
  local count
  count=$(field "$1" terminal_count)
  echo "${count:-0}"
}
ended_at_least() { [ "$(ended_files "$1")" -ge "$2" ]; }
completed() { [ "$(field "$1" status)" = completed ]; }

# balanced JOB ACCEPTED MALICIOUS: waits for the end of the job; checks its ledger, and one record per file.
balanced() {
  eventually 120 "the end of job $1: $(api "/scan/jobs/$1" || true)" completed "$1"
  local ledger records
  ledger=$(api "/scan/jobs/$1" | sed -n 's/.*"ledger":\({[^}]*}\).*/\1/p')
  case $ledger in
    *"\"accepted\":$2,\"benign\":$(($2 - $3)),\"malicious\":$3,"*'"failed":0,"cancelled":0,"pending":0,"balanced":true'*) ;;
    *) fail "job $1 should have $2 files, $3 of them malicious: $ledger" ;;
  esac
  records=$(api "/scan/results?job_id=$1&limit=100000" | grep -o '"location":"[^"]*"' | sort | uniq -c | awk '{n++; if ($1 > 1) twice++} END {print n, twice + 0}')
  [ "$records" = "$2 0" ] || fail "job $1 should have $2 records, none twice: $records"
  report "ledger of ${1%%-*}: $ledger"
}

plant() {
  mkdir -p "$asset/deep/er" "$quarantine"
  local i
  for ((i = 0; i < $1; i++)); do printf 'clean file %d\n' "$i" >"$asset/deep/f$i.txt"; done
  # shellcheck disable=SC2016
  {
    printf 'X5O!P%%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*' >"$asset/eicar.com"
    cp "$asset/eicar.com" "$asset/deep/er/"$'line\nbreak\xff\xfe.com'
    printf 'x' >"$asset/-rf"
    printf 'x' >"$asset/deep/"$'right\u202eto left.txt'
    printf 'x' >"$asset/deep/er/"'$(touch hacked); "quoted" '\''<script>alert(1)<script>'
    printf 'x' >"$asset/deep/er/"$'\x1b[31mred\x1b[0m'
    printf 'x' >"$asset/$(printf 'n%.0s' {1..255})"
  }
  [ "$(id -u)" != 0 ] || chown -R 10001:10001 "$asset" "$quarantine"
}
HOSTILE=7
MANY=4000

step "images"
if [ "${1:-}" != --keep-images ]; then quietly ./build.sh; fi
if ! docker run --rm --entrypoint sh redis:7-bookworm -c '[ -d /data ]' 2>/dev/null; then
  # A stand-in for the official image, without its /data, which belongs to uid 999.
  mkdir "$work/redis"
  printf 'FROM redis:7-bookworm\nRUN mkdir -p /data && chown 999:999 /data\n' >"$work/redis/Dockerfile"
  docker build -q -t redis:7-bookworm "$work/redis" >/dev/null
fi
docker images --format '   {{.Repository}}:{{.Tag}} {{.Size}}' | grep dsxconnect

step "the guide's order: network, scanner, core with log collector, connector"
plant 300
quietly docker network create dsx-connect-network
quietly standin
began=$SECONDS
quietly core --profile rsyslog up -d
quietly connector up -d
eventually 120 "all containers healthy" all_healthy
eventually 30 "the connector registers" connected
report "all containers healthy after $((SECONDS - began)) s"
docker stats --no-stream --format '   {{.Name}} {{.MemUsage}}'
for container in $(ours); do
  pid=$(docker inspect -f '{{.Name}} created {{.State.StartedAt}}' "$container")
  line=$(docker logs -t "$container" 2>/dev/null | sed -n 's/^\([^ ]*\) \(.* ready .*\)/\1 \2/p')
  [ -z "$line" ] || report "$pid, $line"
done

step "no second scanner beside the stand-in"
if DSXA_IMAGE=dsxconnect/scanner-standin:0.1.0 quietly scanner up -d 2>/dev/null; then fail "DSXA starts beside the stand-in"; fi
grep -q 'name "/dsxa_scanner" is already in use' "$work/last.log" || fail "the message does not name the reason: $(cat "$work/last.log")"

step "no container runs as root, has a writable root or has capabilities"
for container in $(ours); do
  facts=$(docker inspect -f '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.HostConfig.Memory}}' "$container")
  [ "$(docker exec "$container" id -u)" != 0 ] || fail "$container runs as root"
  if docker exec "$container" sh -c 'echo x >/etc/x' 2>/dev/null || docker exec "$container" sh -c 'echo x >/app/x' 2>/dev/null; then
    fail "$container can write to its root"
  fi
  docker exec "$container" grep -q 'CapEff:.*0000000000000000' /proc/1/status || fail "$container has capabilities"
  report "$(docker inspect -f '{{.Name}}' "$container"): $facts"
done

step "a full scan: verdicts, quarantine, records, events, log collector"
curl -sN "$url/dsx-connect/api/v1/subscribe/scan-result" >"$work/events" &
listener=$!
eventually 20 "the stream of events" grep -q connected "$work/events"
job=$(full_scan)
balanced "$job" $((300 + HOSTILE)) 2
[ "$(find "$quarantine" -name '*.quarantined' | wc -l)" = 2 ] || fail "two files should be in quarantine: $(ls -la "$quarantine")"
[ ! -e "$asset/eicar.com" ] || fail "the malicious file is still in the share"
report "quarantine on the host: $(find "$quarantine" -name '*.quarantined' -printf '%f ')"
eventually 20 "the event of the malicious file" grep -q '"location":"/app/scan_folder/eicar.com".*"action succeeded"' "$work/events"
report "events: $(grep -c '"type":"scan_result"' "$work/events")"
collected() { docker logs dsx-connect-rsyslog-1 2>/dev/null | grep -c '^{"timestamp".*}$' || true; }
# One event per file, and one more per action.
all_collected() { [ "$(collected)" = $((300 + HOSTILE + 2)) ]; }
eventually 30 "every event in the collector's log; there are $(collected)" all_collected
event=$(docker logs dsx-connect-rsyslog-1 2>/dev/null | grep eicar.com | tail -1)
[[ $event == *'"verdict": "Malicious"'* ]] || fail "the collector does not show the verdict: $event"
report "log collector: ${event:0:110}..."

step "Redis and every worker restart in the middle of a scan"
plant "$MANY"
# So slow that files remain for the last restart, however long the earlier restarts take.
DSX_STANDIN_DELAY=3000 quietly standin
job=$(full_scan)
eventually 60 "100 files of $job have ended" ended_at_least "$job" 100
quietly core restart redis
progresses() {
  local more=$(($(ended_files "$job") + 100))
  eventually 90 "$job progresses beyond $more files" ended_at_least "$job" "$more"
}
progresses
for worker in scan_request verdict_action results notification; do
  quietly core restart "dsx_connect_${worker}_worker"
  report "restarted $worker at $(ended_files "$job") files"
  progresses
done
docker kill -s KILL dsx-connect-dsx_connect_scan_request_worker-1 >/dev/null
quietly core --profile rsyslog up -d
report "killed and started the scan worker at $(ended_files "$job") files"
[ "$(ended_files "$job")" -lt "$MANY" ] || fail "all files ended before the last restart, so the test proves nothing"
DSX_STANDIN_DELAY=0 quietly standin
balanced "$job" $((MANY + HOSTILE)) 2

step "three scan workers"
plant "$MANY"
DSX_STANDIN_DELAY=500 quietly standin
quietly core --profile rsyslog up -d --scale dsx_connect_scan_request_worker=3
[ "$(core ps -q dsx_connect_scan_request_worker | wc -l)" = 3 ] || fail "there should be three scan workers"
eventually 60 "all containers healthy" all_healthy
job=$(full_scan)
eventually 60 "300 files of $job ended" ended_at_least "$job" 300

step "a stop during the scan, within the grace period; after the start nothing is missing"
began=$SECONDS
quietly core --profile rsyslog stop
report "stopped after $((SECONDS - began)) s"
[ $((SECONDS - began)) -lt 60 ] || fail "stopping took $((SECONDS - began)) s"
for container in $(core --profile rsyslog ps -aq); do
  code=$(docker inspect -f '{{.State.ExitCode}}' "$container")
  [ "$code" = 0 ] || fail "$(docker inspect -f '{{.Name}}' "$container") ended with $code: it did not stop within its grace period"
done
prints '^retry: 1000' tail -3 "$work/events" || fail "the stream of events ended without a retry hint: $(tail -3 "$work/events")"
quietly core --profile rsyslog start
eventually 90 "the API is back" api /readyz
DSX_STANDIN_DELAY=0 quietly standin
balanced "$job" $((MANY + HOSTILE)) 2
before=$job

step "a second SIGTERM stops at once"
DSX_STANDIN_DELAY=20000 quietly standin
eventually 30 "the stand-in listens" prints 'scanner-standin ready' docker logs dsxa_scanner
job=$(full_scan)
worker=dsx-connect-dsx_connect_scan_request_worker-1
working() { prints 'dsx_worker_tasks{queue="scan_request_queue"} [1-9]' docker exec "$worker" dsx health http://127.0.0.1:8587/metrics; }
eventually 60 "the worker has files in work" working
docker kill -s TERM "$worker" >/dev/null
sleep 2
[ "$(docker inspect -f '{{.State.Running}}' "$worker")" = true ] || fail "the worker did not wait for its files"
docker kill -s TERM "$worker" >/dev/null
ended() { [ "$(docker inspect -f '{{.State.Running}}' "$worker")" = false ]; }
eventually 5 "the worker ends" ended
report "ended with $(docker inspect -f '{{.State.ExitCode}}' "$worker")"
DSX_STANDIN_DELAY=0 quietly standin
quietly core --profile rsyslog up -d
balanced "$job" $((MANY + HOSTILE - 2)) 0

step "TLS: API, Redis, log collector, connector, with the development authority; a refusal without it"
quietly connector down
quietly core --profile rsyslog down
mkdir "$certs"
cp certs/generate-dev-cert.sh "$certs/"
quietly "$certs/generate-dev-cert.sh"
[ "$(stat -c '%u %a' "$certs/server.key")" = "10001 440" ] || fail "other users than that of the images can read the key: $(ls -la "$certs")"
fingerprint=$(sha256sum "$certs/server.crt")
quietly "$certs/generate-dev-cert.sh"
[ "$fingerprint" = "$(sha256sum "$certs/server.crt")" ] || fail "the second run replaced the certificate"
if docker run --rm --user 4242:4242 -v "$certs:/app/certs:ro" --entrypoint cat dsxconnect/dsx-connect:0.1.0 /app/certs/server.key >/dev/null 2>&1; then
  fail "another user can read the key"
fi
quietly core_tls --profile rsyslog up -d
quietly connector_tls up -d
eventually 120 "all containers healthy" all_healthy
url=https://localhost:8586
if api /readyz >/dev/null 2>&1; then fail "curl trusts a certificate of an unknown authority"; fi
curl_options=(--cacert "$certs/ca.crt")
eventually 60 "the connector registers" connected
completed "$before" || fail "the job from before the switch to TLS is gone"
report "job ${before%%-*} is still there"
if prints PONG core exec -T redis redis-cli -p 6379 ping; then fail "Redis answers without TLS"; fi
tls_stranger() {
  docker run --rm -d --name dsx-connect-stranger --network dsx-connect-network --read-only --tmpfs /tmp --tmpfs /app/data:mode=1777 \
    -e DSXCONNECTOR_ASSET=/etc -e DSXCONNECTOR_DSX_CONNECT_URL=https://dsx_connect_api:8586 \
    -e DSXCONNECTOR_CONNECTOR_URL=http://dsx-connect-stranger:8620 dsxconnect/filesystem-connector:0.1.0 >/dev/null
}
tls_stranger
refused() { prints 'not trusted; set DSXCONNECTOR_CA_BUNDLE' docker logs dsx-connect-stranger; }
eventually 30 "a connector without the authority is refused" refused
report "without the authority: $(docker logs dsx-connect-stranger 2>&1 | grep -o 'TLS with.*' | sort -u)"
docker rm -f dsx-connect-stranger >/dev/null
plant 300
job=$(full_scan)
balanced "$job" $((MANY + HOSTILE)) 2
tls_collected() { [ "$(docker logs dsx-connect-rsyslog-1 2>/dev/null | grep "$job" | grep -c eicar)" -ge 1 ]; }
eventually 30 "events over TLS in the collector's log" tls_collected
report "log collector over TLS: $(docker logs dsx-connect-rsyslog-1 2>/dev/null | grep -c "$job") events"

step "scanner and connector elsewhere, no log collector, a password for Redis"
quietly connector_tls down
quietly core_tls --profile rsyslog down
quietly scanner --profile standin down
url=http://127.0.0.1:8586
curl_options=()
docker run -d --name far-scanner --network dsx-connect-network --read-only --tmpfs /tmp dsxconnect/scanner-standin:0.1.0 >/dev/null
# shellcheck disable=SC2016  # none of it is to be expanded
export DSXCONNECT_SCANNER__SCAN_BINARY_URL=http://far-scanner:5000/scan/binary/v2 DSXCONNECT_REDIS_PASSWORD=' p"w \$x '
# The address of this machine for others.
machine=$(docker network inspect -f '{{(index .IPAM.Config 0).Gateway}}' dsx-connect-network)
export DSXCONNECT_API_BIND=0.0.0.0 DSXCONNECTOR_BIND=$machine DSXCONNECTOR_DSX_CONNECT_URL=http://$machine:8586
export DSXCONNECTOR_CONNECTOR_URL=http://$machine:8620
connector_elsewhere() { connector -f docker-compose-connector-elsewhere.yaml "$@"; }
quietly core up -d
quietly connector_elsewhere up -d
eventually 120 "all containers healthy" all_healthy
eventually 60 "the connector registers" connected
plant 300
job=$(full_scan)
balanced "$job" $((MANY + HOSTILE)) 2
prints 'NOT a scanner' docker logs far-scanner || fail "the far scanner is not the stand-in"
# Without the container of Redis, which logs advice about its host.
alarms=$(core logs --no-log-prefix dsx_connect_api dsx_connect_scan_request_worker dsx_connect_verdict_action_worker \
  dsx_connect_results_worker dsx_connect_notification_worker 2>&1 | grep -E 'WARN|ERROR|SEVERE' | grep -v 'is the stand-in' || true)
[ -z "$alarms" ] || fail "a container warns without a log collector: $alarms"
prints 'http://far-scanner:5000 is the stand-in' core logs dsx_connect_scan_request_worker || fail "the core does not warn that its scanner is the stand-in"
report "the only warning is that the scanner is the stand-in"
prints "\"url\":\"http://$machine:8620/" api /connectors/list || fail "the connector does not have the URL of another machine: $(api /connectors/list)"
prints '^OK' core exec -T redis sh /tmp/cli CONFIG SET auto-aof-rewrite-percentage 0 || fail "an operator cannot configure Redis"
if core exec -T redis sh /tmp/cli NONSENSE >/dev/null 2>&1; then fail "an error of Redis is reported as success"; fi
prints NOAUTH core exec -T -e REDISCLI_AUTH= redis redis-cli ping || fail "Redis does not require its password"
if prints 'p"w' core exec -T redis sh -c 'tr "\0" " " </proc/1/cmdline'; then fail "the password is on Redis' command line"; fi

step "down"
quietly connector_elsewhere down
quietly core down
[ -z "$(ours | grep -v "$(docker inspect -f '{{.Id}}' far-scanner | cut -c1-12)" || true)" ] || fail "containers remain: $(ours)"

step "all steps passed"
