#!/bin/sh
# Makes site/lib/preact.js anew from pinned npm packages. Needs npm; only for whoever changes a version.
set -eu
HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
LIB=$HERE/src/main/resources/io/dsxconnect/dashboard/site/lib
PREACT=11.2.0
HTM=3.1.1
ESBUILD=0.28.2
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund "preact@$PREACT" "htm@$HTM" "esbuild@$ESBUILD"
cat >entry.js <<'EOF'
import { h, render, Fragment, createContext } from "preact";
import htm from "htm";
export { h, render, Fragment, createContext };
export { useState, useEffect, useLayoutEffect, useMemo, useCallback, useRef, useContext, useReducer, useId } from "preact/hooks";
// An element without a value would be kept as it was first drawn, with all that stood around it: a leak (this[0] = 3: keep none).
export const html = htm.bind(function (...parts) {
  this[0] = 3;
  return h(...parts);
});
EOF
{
  echo "// preact $PREACT with its hooks (MIT), and htm $HTM (Apache-2.0), bundled unchanged by dashboard/update-lib.sh. Licences: LICENSES.txt."
  npx esbuild entry.js --bundle --format=esm --minify --target=es2022 --log-level=warning
} >"$LIB/preact.js"
{
  printf 'preact %s\n\n' "$PREACT"
  cat node_modules/preact/LICENSE
  printf '\nhtm %s\n\n' "$HTM"
  cat node_modules/htm/LICENSE
} >"$LIB/LICENSES.txt"
