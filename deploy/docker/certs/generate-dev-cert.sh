#!/bin/sh
# Creates certificates for development: ca.crt, server.crt and server.key in this folder, valid for one year.
#
#   sudo ./generate-dev-cert.sh [--force] [NAME ...]
#
# The certificate is valid for localhost, 127.0.0.1, every service of the Compose files, and each further NAME (host or address).
# A later run does nothing while the certificate is valid for these names and for one more week; --force replaces it.
# Only uid and gid 10001, those of the images, may read the key. Changing its owner needs root (sudo), or else Docker, which the
# script then uses. The key of the authority is deleted, so it cannot sign another certificate.
# Not for production: mount certificates of your own authority there.
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
# Without --force the names of earlier runs stay.
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
    *:*) fail "'$name' is neither a host name nor an address; omit the port" ;;
    *[!0-9.]*) add "DNS:$name" ;;
    *) add "IP:$name" ;;
  esac
done

# Whether the existing certificate has exactly these names.
has_names() {
  [ "$(cat "$here/.names" 2>/dev/null || true)" = "$names" ]
}

# Changes the owner of the key to the uid of the images: as root, else with Docker.
give() {
  if [ "$(id -u)" = 0 ]; then
    chown "$image_id:$image_id" "$1"
    chmod 0440 "$1"
  elif docker run --rm --network none --user 0:0 --entrypoint sh -v "$here:/certs" "${DSXCONNECT_IMAGE:-dsxconnect/dsx-connect:0.1.0}" \
    -c "chown $image_id:$image_id /certs/server.key && chmod 0440 /certs/server.key" >/dev/null 2>&1; then
    :
  else
    fail "$1 is readable by you only; to let the images read it: sudo sh -c 'chown $image_id:$image_id $1 && chmod 0440 $1'"
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
# Independent of the openssl.cnf of this machine, which may lack the extensions of an authority.
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
say "created ca.crt, server.crt and server.key in $here"
