#!/bin/sh
# Makes certificates for development: ca.crt, server.crt and server.key in this folder, valid for a year.
#
#   sudo ./generate-dev-cert.sh [--force] [NAME ...]
#
# The certificate is for localhost, 127.0.0.1, every service of the compose files, and each further NAME (host or address).
# Run again, it does nothing while what is there is valid for a week more and for these names; --force makes it anew.
# The key may be read by uid and gid 10001, that of the images, and by nobody else: giving it to them needs root (sudo), or
# Docker, which is asked when this is run without. The authority's key is not kept: nobody can sign another certificate with it.
# Not for production: there, mount certificates of your own authority.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
image_id=10001
days=365

say() { printf 'generate-dev-cert: %s\n' "$1"; }
fail() {
  printf 'generate-dev-cert: %s\n' "$1" >&2
  exit 1
}

force=''
if [ "${1:-}" = --force ]; then
  force=yes
  shift
fi
case ${1:-} in -*) fail "unknown option $1; usage: generate-dev-cert.sh [--force] [NAME ...]" ;; esac
command -v openssl >/dev/null 2>&1 || fail "openssl is needed (Debian: apt-get install openssl)"

names='DNS:localhost,IP:127.0.0.1,IP:::1'
# Names of an earlier run stay, unless all is made anew.
[ -n "$force" ] || names=$(cat "$here/.names" 2>/dev/null || echo "$names")
add() {
  case ,$names, in *",$1,"*) ;; *) names=$names,$1 ;; esac
}
for name in dsx_connect_api dsx-connect-api dsx_connect_scan_request_worker dsx_connect_verdict_action_worker \
  dsx_connect_results_worker dsx_connect_notification_worker redis rsyslog syslog dsx-connect-syslog dsxa_scanner \
  filesystem_connector filesystem-connector dsx-connect-filesystem; do
  add "DNS:$name"
done
for name in "$@"; do
  case $name in
    *[!A-Za-z0-9._:-]* | '') fail "'$name' is neither a host name nor an address" ;;
    *:*:*) add "IP:$name" ;;
    *:*) fail "'$name' is neither a host name nor an address: leave the port out" ;;
    *[!0-9.]*) add "DNS:$name" ;;
    *) add "IP:$name" ;;
  esac
done

# Whether the certificate that is there is for all of these names.
has_names() {
  [ "$(cat "$here/.names" 2>/dev/null || true)" = "$names" ]
}

# Gives the key to the images' uid: as root, else through Docker.
give() {
  if [ "$(id -u)" = 0 ]; then
    chown "$image_id:$image_id" "$1"
    chmod 0440 "$1"
  elif docker run --rm --network none --user 0:0 --entrypoint sh -v "$here:/certs" "${DSXCONNECT_IMAGE:-dsxconnect/dsx-connect:0.1.0}" \
    -c "chown $image_id:$image_id /certs/server.key && chmod 0440 /certs/server.key" >/dev/null 2>&1; then
    :
  else
    fail "$1 is yours alone so far; to give it to the images: sudo sh -c 'chown $image_id:$image_id $1 && chmod 0440 $1'"
  fi
}

if [ -z "$force" ] && [ -s "$here/ca.crt" ] && [ -s "$here/server.crt" ] && [ -s "$here/server.key" ] && has_names &&
  openssl x509 -in "$here/server.crt" -noout -checkend 604800 >/dev/null 2>&1; then
  [ "$(stat -c %u "$here/server.key" 2>/dev/null || echo $image_id)" = "$image_id" ] || give "$here/server.key"
  say "nothing to do: the certificate is valid until $(openssl x509 -in "$here/server.crt" -noout -enddate | cut -d= -f2)"
  exit 0
fi

umask 077
work=$(mktemp -d "$here/.new.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
# Nothing is taken from the machine's own configuration: what makes an authority is not in all of them.
cat >"$work/openssl.cnf" <<'CNF'
[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
CNF
{
  openssl req -x509 -config "$work/openssl.cnf" -newkey rsa:2048 -nodes -days $days \
    -subj '/CN=dsx-connect development authority' -keyout "$work/ca.key" -out "$work/ca.crt"
  openssl req -config "$work/openssl.cnf" -newkey rsa:2048 -nodes -subj '/CN=localhost' \
    -keyout "$work/server.key" -out "$work/server.csr"
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n' "$names" >"$work/ext"
  openssl x509 -req -in "$work/server.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial \
    -extfile "$work/ext" -days $days -out "$work/server.crt"
} >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  fail "openssl failed"
}
chmod 0644 "$work/ca.crt" "$work/server.crt"
printf '%s' "$names" >"$work/.names"
chmod 0644 "$work/.names"
rm -f "$here/server.key"
mv "$work/ca.crt" "$work/server.crt" "$work/server.key" "$work/.names" "$here/"
give "$here/server.key"
say "made ca.crt, server.crt and server.key in $here"
