#!/bin/sh
# SPDX-License-Identifier: MIT
# Manual pages: mandoc finds nothing wrong with them, and they name all commands and functions.
# man.sh TOOL HEADER PAGE...
set -eu
tool=$1
header=$2
shift 2
missing() {
    echo "$1 does not name $2" >&2
    exit 1
}
for page; do
    case $page in
    *.1) "$tool" complete --commands | while IFS= read -r name; do
        grep -Eq "ocd $name( |\$)" "$page" || missing "$page" "$name"
    done ;;
    *.3) sed -n 's/^OCD_API .*[ *]\(ocd_[a-z0-9_]*\)(.*/\1/p' "$header" | grep -v '_async$' |
        while IFS= read -r name; do
            grep -qx ".It Fn $name" "$page" || missing "$page" "$name"
        done ;;
    esac
    if command -v mandoc >/dev/null 2>&1; then
        # Pages that are not installed here are no fault of these.
        faults=$(mandoc -Tlint -W style "$page" 2>/dev/null |
            grep -v 'referenced manual not found' || true)
        [ -z "$faults" ] || {
            printf '%s\n' "$faults" >&2
            exit 1
        }
    fi
done
