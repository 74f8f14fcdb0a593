#!/bin/sh
# Each page of docs/ is in its table of contents, and each relative link in Markdown leads to a file.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname -- "$0")/.."
faults=$(
  for page in docs/*.md; do
    page=${page#docs/}
    [ "$page" = README.md ] || grep -qF "]($page)" docs/README.md || echo "docs/README.md: $page is missing"
  done
  find . \( -name target -o -name .git -o -name node_modules \) -prune -o -name '*.md' -print | sort |
    while read -r file; do
      folder=$(dirname -- "$file")
      # ../../ leaves the repository: pages of GitHub.
      grep -oE '\]\([^)# ]+' "$file" | sed 's/^](//' | grep -vE '^(https?:|\.\./\.\./(security|compare|releases)/)' |
        while read -r link; do
          [ -e "$folder/$link" ] || echo "${file#./}: $link leads nowhere"
        done
    done
)
[ -z "$faults" ] || {
  printf '%s\n' "$faults" >&2
  exit 1
}
