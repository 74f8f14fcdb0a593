#!/bin/sh
# All tests that need a Docker daemon: the Compose files, then the guide.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
"$here/compose-e2e.sh"
"$here/guide.sh"
