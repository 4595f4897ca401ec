#!/bin/sh
# SPDX-License-Identifier: MIT
# prefix.sh NM HEADER LIBRARY.a PREFIX
# A static library cannot hide its internal names. They have a prefix of their own, PREFIX and one
# more underscore; what begins with PREFIX alone is declared in the header. The compiler's own names
# begin with __odr_asan and __x86.
set -eu

nm=$1 header=$2 library=$3 prefix=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$nm" -g --defined-only "$library" |
    awk 'NF == 3 && $3 !~ /^__(odr_asan|x86)\./ { print $3 }' | LC_ALL=C sort -u >"$work/names"
grep -o "\\b$prefix[a-z0-9][a-z0-9_]*" "$header" | LC_ALL=C sort -u >"$work/public"
[ -s "$work/names" ]
if grep -v "^${prefix}_" "$work/names" | LC_ALL=C comm -23 - "$work/public" | grep .; then
    echo "these names are not declared in $header, and do not begin with ${prefix}_"
    exit 1
fi
