#!/bin/sh
# Sets the version of dsx-connect: set-version.sh X.Y.Z
# The root pom is its source; image tags, sample environments and guides name it, too. VersionTest compares them.
set -eu
LC_ALL=C.UTF-8
export LC_ALL
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
cd "$root"
new=${1:-}
if ! printf '%s\n' "$new" | grep -Eqx '(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}' || [ $# != 1 ]; then
  echo "usage: set-version.sh X.Y.Z" >&2
  exit 2
fi
old=$(sed -n 's|^ *<revision>\(.*\)</revision>$|\1|p' pom.xml)
dots=$(printf '%s\n' "$old" | sed 's/\./\\./g')

# edit FILE EXPRESSION ...: as sed -i does; not every sed has it, and only files that change are written.
edit() {
  file=$1
  shift
  changed=$(mktemp)
  sed -E "$@" "$file" >"$changed"
  if ! cmp -s "$changed" "$file"; then
    cat "$changed" >"$file"
    echo "$file"
  fi
  rm -f "$changed"
}

edit pom.xml -e "s|<revision>$dots</revision>|<revision>$new</revision>|"
images='dsxconnect/(dsx-connect|dsx-connect-rsyslog|filesystem-connector|scanner-standin)'
archives='dsx-connect-(compose-bundle-)?'
end='([^0-9.]|\.[^0-9]|\.?$)'
find deploy docs README.md CONTRIBUTING.md -type f \( -name '*.yaml' -o -name '*.env' -o -name '*.md' -o -name '*.sh' \
  -o -name '*.txt' -o -name Dockerfile \) | sort | while read -r text; do
  edit "$text" -e "s#($images):$dots$end#\1:$new\3#g" -e "s#($archives)$dots$end#\1$new\3#g" \
    -e "s#^ARG VERSION=$dots\$#ARG VERSION=$new#"
done
echo "from $old to $new; move the entries under Unreleased in CHANGELOG.md to $new" >&2
