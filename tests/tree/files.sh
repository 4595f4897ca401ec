# SPDX-License-Identifier: MIT
# Sourced by the tests of the source tree: goes to its top and lists its files.
# shellcheck shell=sh
set -eu

# Lengths are those of characters. The C library has this locale on any Debian.
LC_ALL=C.UTF-8
export LC_ALL

cd "$(dirname "$0")/../.."

# files [PATTERN…]: those that git tracks, or, in a tree without git, all but what was built.
files() {
    if command -v git >/dev/null 2>&1 && git -c safe.directory='*' rev-parse >/dev/null 2>&1; then
        git -c safe.directory='*' ls-files -- "$@" | while IFS= read -r file; do
            [ ! -f "$file" ] || printf '%s\n' "$file"
        done
        return
    fi
    [ $# -gt 0 ] || set -- '*'
    for pattern in "$@"; do
        find . -type d \( -name 'build*' -o -name .git \) -prune -o -type f \
            \( -path "./$pattern" -o -name "$pattern" \) -print | sed 's,^\./,,'
    done | LC_ALL=C sort -u
}

# Ends the test: with success when the file of findings is empty.
verdict() {
    if [ -s "$1" ]; then
        cat "$1"
        exit 1
    fi
}

found=$(mktemp)
trap 'rm -f "$found"' EXIT
[ -n "$(files)" ]
