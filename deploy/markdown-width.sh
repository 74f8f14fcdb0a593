#!/bin/sh
# Prose in Markdown has at most 100 columns: names each longer line as file:line, and ends with 1.
# Exempt are tables, code fences, headings, HTML, link definitions, and lines that are one link or one word.
set -eu
LC_ALL=C
export LC_ALL
cd "$(dirname -- "$0")/.."

long=$(find . \( -name target -o -name .git -o -name node_modules \) -prune -o -name '*.md' -print | sort |
  while read -r file; do
    awk -v name="${file#./}" '
      # Bytes that begin a character: not every awk counts characters.
      function columns(text) {
        gsub(/[\200-\277]/, "", text)
        return length(text)
      }
      function opens(text) {
        sub(/^[ >]*([-*+] +|[0-9]+[.)] +)?/, "", text)
        return match(text, /^(```+|~~~+)/) ? substr(text, 1, RLENGTH) : ""
      }
      fence != "" {
        text = $0
        gsub(/^[ >]+|[ \t]+$/, "", text)
        if (index(text, fence) == 1 && text ~ /^(`+|~+)$/) fence = ""
        next
      }
      (fence = opens($0)) != "" { next }
      columns($0) <= 100 { next }
      /^ *\|/ || /^ *#/ || /^ *</ || /^ *\[[^]]*\]: / { next }
      {
        text = $0
        sub(/^[ >]*([-*+] +|[0-9]+[.)] +)?/, "", text)
        if (text !~ / / || text ~ /^!?\[[^]]*\]\([^)]*\)[.,;:)]*$/) next
        printf "%s:%d: %d columns\n", name, NR, columns($0)
      }' "$file"
  done)
[ -z "$long" ] || {
  printf '%s\n' "$long" "markdown-width.sh: wrap these lines at 100 columns" >&2
  exit 1
}
