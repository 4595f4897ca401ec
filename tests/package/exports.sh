#!/bin/sh
# SPDX-License-Identifier: MIT
# exports.sh NM HEADER LIBRARY
# The names that the library exports are those that the header declares, no more and no fewer,
# all of them with the library's version.
set -eu

nm=$1 header=$2 library=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
abi=$(sed -n 's/^#define OCD_VERSION_M[AI][JN]OR *\([0-9]*\).*/\1/p' "$header" | paste -sd.)
case $abi in
0.*) ;; # before 1.0 each minor version may change the ABI
*) abi=${abi%.*} ;;
esac

tr '\n' ' ' <"$header" | grep -o 'OCD_API [^;#]*;' |
    sed 's/^[^(]*[^a-z0-9_]\([a-z0-9_]*\)(.*/\1@@LIBOCD_'"$abi/" | LC_ALL=C sort >"$work/declared"
"$nm" -D --defined-only "$library" |
    awk '$2 != "A" { print $3 }' | LC_ALL=C sort >"$work/exported"

if ! diff "$work/declared" "$work/exported"; then
    echo "(< declared in ocd.h only, > exported by libocd.so only)"
    exit 1
fi
echo "$(wc -l <"$work/exported") names"
[ -s "$work/exported" ]
