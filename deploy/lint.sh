#!/bin/sh
# Checks the files that no compiler checks: shell scripts, Markdown, YAML, the Dockerfile.
set -eu
cd "$(dirname -- "$0")/.."
shellcheck dsx .ci/run deploy/dsx deploy/*.sh deploy/docker/*.sh deploy/docker/certs/*.sh deploy/docker/rsyslog/*.sh \
  deploy/docker/test/*.sh deploy/release/*.sh
# A reader that exits early breaks the pipe of its writer: with pipefail a match is then a failure, at random.
# shellcheck disable=SC2046  # names of our own scripts
if grep -nE '\| *(grep -[A-Za-z]*[qm]|head)' $(grep -l pipefail .ci/run deploy/docker/test/*.sh); then
  echo "lint.sh: read the whole output first (see 'prints' in compose-e2e.sh), or allow the writer to fail (|| true)" >&2
  exit 1
fi
deploy/markdown-width.sh
deploy/markdown-links.sh
yamllint -s -c deploy/yamllint.yaml deploy .github
if command -v npx >/dev/null 2>&1; then
  npx --yes dockerfile-utils@0.16.3 lint deploy/docker/Dockerfile
else
  echo "lint.sh: the Dockerfile is NOT checked: npx (of Node.js) is missing" >&2
fi
