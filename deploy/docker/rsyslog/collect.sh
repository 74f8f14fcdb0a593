#!/bin/sh
# Receives the events of dsx-connect and writes the JSON of each as one line to standard output, for `docker logs`.
#   RSYSLOG_FORWARD_HOST, RSYSLOG_FORWARD_PORT (514)   also forwards them unchanged
#   RSYSLOG_FORWARD_TRANSPORT  tcp (default), udp or tls
#   RSYSLOG_FORWARD_CA         for tls: PEM file with the authorities of the receiver
#   RSYSLOG_FORWARD_PEER       for tls: the name that its certificate must have; default: the host
#   RSYSLOG_TLS_CERT, RSYSLOG_TLS_KEY, RSYSLOG_TLS_CA  also receives over TLS on port 6514
# Events that cannot be forwarded wait: RSYSLOG_FORWARD_QUEUE (20000) events in memory, more on disk in /var/spool/collect, up to
# RSYSLOG_FORWARD_DISK (1g). They survive a restart if that folder is a volume. Events that arrive when the disk space is used up are lost.
set -eu

fail() {
  echo "collect: $1" >&2
  exit 2
}

# Values become part of the configuration, so only characters of names and paths are allowed.
plain() {
  case $2 in
    *[!A-Za-z0-9._:/@+*-]*) fail "$1 has characters that are not allowed" ;;
  esac
}

if [ "${1:-}" = health ]; then
  # Whether a process listens on TCP port 514 (hexadecimal 0202).
  grep -q ':0202 [0:]* 0A ' /proc/net/tcp /proc/net/tcp6 || [ "$(grep -c ':0202 .* 0A ' /proc/net/tcp)" != 0 ]
  exit
fi

host=${RSYSLOG_FORWARD_HOST:-}
port=${RSYSLOG_FORWARD_PORT:-514}
transport=${RSYSLOG_FORWARD_TRANSPORT:-tcp}
queue=${RSYSLOG_FORWARD_QUEUE:-20000}
disk=${RSYSLOG_FORWARD_DISK:-1g}
cert=${RSYSLOG_TLS_CERT:-}
key=${RSYSLOG_TLS_KEY:-}
forward_ca=${RSYSLOG_FORWARD_CA:-}
ca=${RSYSLOG_TLS_CA:-$forward_ca}
peer=${RSYSLOG_FORWARD_PEER:-$host}
plain RSYSLOG_FORWARD_HOST "$host"
plain RSYSLOG_FORWARD_PEER "$peer"
plain RSYSLOG_TLS_CERT "$cert"
plain RSYSLOG_TLS_KEY "$key"
plain RSYSLOG_TLS_CA "$ca"
plain RSYSLOG_FORWARD_CA "$forward_ca"
case $port$queue in *[!0-9]*) fail "RSYSLOG_FORWARD_PORT and RSYSLOG_FORWARD_QUEUE must be numbers" ;; esac
case $port$queue in ????????????*) fail "RSYSLOG_FORWARD_PORT or RSYSLOG_FORWARD_QUEUE is too large" ;; esac
case $disk in *[!0-9kmg]* | '') fail "RSYSLOG_FORWARD_DISK must be a size, for example 1g" ;; esac
if [ "$port" -lt 1 ] || [ "$port" -gt 65535 ]; then fail "RSYSLOG_FORWARD_PORT must be from 1 to 65535"; fi
if [ "$queue" -lt 1000 ] || [ "$queue" -gt 1000000 ]; then fail "RSYSLOG_FORWARD_QUEUE must be from 1000 to 1000000"; fi
case $transport in tcp | udp | tls) ;; *) fail "RSYSLOG_FORWARD_TRANSPORT must be tcp, udp or tls" ;; esac
if [ "$transport" = tls ] && [ -z "$forward_ca" ]; then fail "RSYSLOG_FORWARD_TRANSPORT=tls needs RSYSLOG_FORWARD_CA"; fi
for file in "$cert" "$key" "$ca" "$forward_ca"; do
  [ -z "$file" ] || { [ -f "$file" ] && [ -r "$file" ]; } || fail "$file is not a file that uid $(id -u) can read"
done

umask 077
conf=/tmp/rsyslog.conf
{
  echo 'global(workDirectory="/var/spool/collect" maxMessageSize="1m" net.enableDNS="off"'
  [ -z "$ca" ] || printf '  defaultNetstreamDriverCAFile="%s"\n' "$ca"
  [ -z "$cert" ] || printf '  defaultNetstreamDriverCertFile="%s" defaultNetstreamDriverKeyFile="%s"\n' "$cert" "$key"
  echo ')'
  # No rate limit: every message is a verdict.
  cat <<'CONF'
module(load="imudp")
module(load="imptcp")
input(type="imudp" port="514")
input(type="imptcp" port="514")
template(name="event" type="list") {
  property(name="rawmsg" regex.type="ERE" regex.expression="\\{.*\\}" regex.submatch="0" regex.nomatchmode="BLANK")
  constant(value="\n")
}
template(name="unchanged" type="string" string="%rawmsg%\n")
CONF
  if [ -n "$cert" ]; then
    cat <<'CONF'
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")
input(type="imtcp" port="6514")
CONF
  fi
  cat <<'CONF'
if ($rawmsg contains "dsx-connect {") then {
  action(type="omfile" file="/dev/stdout" template="event")
CONF
  if [ -n "$host" ]; then
    protocol=$transport
    tls=''
    if [ "$transport" = tls ]; then
      protocol=tcp
      tls=' streamDriver="gtls" streamDriverMode="1" streamDriverAuthMode="x509/name" streamDriverPermittedPeers="'$peer'" streamDriver.CAFile="'$forward_ca'"'
    fi
    printf '  action(type="omfwd" target="%s" port="%s" protocol="%s"%s template="unchanged"\n' "$host" "$port" "$protocol" "$tls"
    printf '    TCP_Framing="octet-counted" action.resumeRetryCount="-1" action.resumeInterval="5"\n'
    printf '    queue.type="LinkedList" queue.size="%s" queue.filename="forward"\n' "$queue"
    printf '    queue.maxDiskSpace="%s" queue.saveOnShutdown="on")\n' "$disk"
  fi
  echo '}'
} >"$conf"
rsyslogd -N1 -f "$conf" -i NONE >/tmp/check 2>&1 || { cat /tmp/check >&2; fail "rsyslog rejects its configuration"; }
exec rsyslogd -n -f "$conf" -i NONE
