#!/bin/sh
# Looks for faults in what no compiler sees: shell scripts, Markdown, YAML, the Dockerfile.
set -eu
cd "$(dirname -- "$0")/.."
shellcheck dsx .ci/run deploy/dsx deploy/*.sh deploy/docker/*.sh deploy/docker/certs/*.sh deploy/docker/rsyslog/*.sh \
  deploy/docker/test/*.sh deploy/release/*.sh
# A reader that leaves early breaks the pipe of a writer that is not done: under pipefail a match is a failure, now and then.
# shellcheck disable=SC2046  # names of our own scripts
if grep -nE '\| *(grep -[A-Za-z]*[qm]|head)' $(grep -l pipefail .ci/run deploy/docker/test/*.sh); then
  echo "lint.sh: read all of it first (says, in compose-e2e.sh), or let the writer be one that may fail (|| true)" >&2
  exit 1
fi
deploy/markdown-width.sh
yamllint -s -c deploy/yamllint.yaml deploy .github
if command -v npx >/dev/null 2>&1; then
  npx --yes dockerfile-utils@0.16.3 lint deploy/docker/Dockerfile
else
  echo "lint.sh: the Dockerfile is NOT linted: npx (of Node.js) is missing" >&2
fi
