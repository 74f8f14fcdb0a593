#!/bin/sh
# Looks for faults in what no compiler sees: shell scripts, Compose files, the Dockerfile.
set -eu
cd "$(dirname -- "$0")/.."
shellcheck dsx .ci/run deploy/dsx deploy/*.sh deploy/docker/*.sh deploy/docker/certs/*.sh deploy/docker/rsyslog/*.sh \
  deploy/docker/test/*.sh deploy/release/*.sh
yamllint -s -c deploy/yamllint.yaml deploy
if command -v npx >/dev/null 2>&1; then
  npx --yes dockerfile-utils@0.16.3 lint deploy/docker/Dockerfile
else
  echo "lint.sh: the Dockerfile is NOT linted: npx (of Node.js) is missing" >&2
fi
