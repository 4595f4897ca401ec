#!/bin/sh
# SPDX-License-Identifier: MIT
# complete.sh NM OCD.H OBJECT
# Every public function is used by the object file.
set -eu

nm=$1 header=$2 object=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tr '\n' ' ' <"$header" | grep -o 'OCD_API [^;#]*;' |
    sed 's/^[^(]*[^a-z0-9_]\([a-z0-9_]*\)(.*/\1/' | LC_ALL=C sort >"$work/declared"
"$nm" -u "$object" | awk '{ print $2 }' | LC_ALL=C sort >"$work/used"
[ -s "$work/declared" ]
missing=$(LC_ALL=C comm -23 "$work/declared" "$work/used")
if [ -n "$missing" ]; then
    printf 'these functions are not tested:\n%s\n' "$missing"
    exit 1
fi
