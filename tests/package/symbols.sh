#!/bin/sh
# SPDX-License-Identifier: MIT
# symbols.sh HEADER DEBIAN-DIR [--write]
# The symbols file of the Debian package names the functions that the header declares. --write adds
# the new ones with the header's version, and removes those that are gone.
set -eu

header=$1 write=${3-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(awk '/^#define OCD_VERSION_(MAJOR|MINOR|PATCH) / { print $3 }' "$header" | paste -sd.)
case $version in
0.*) abi=${version%.*} ;; # before 1.0 each minor version may change the ABI
*) abi=${version%%.*} ;;
esac
file=$2/libocd$abi.symbols

{
    printf 'libocd.so.%s libocd%s #MINVER#\n* Build-Depends-Package: libocd-dev\n' "$abi" "$abi"
    {
        echo "LIBOCD_$abi"
        tr '\n' ' ' <"$header" | grep -o 'OCD_API [^;#]*;' |
            sed 's/^[^(]*[^a-z0-9_]\([a-z0-9_]*\)(.*/\1/'
    } | LC_ALL=C sort | awk -v node="LIBOCD_$abi" -v version="$version" '
        FILENAME != "-" { if (NF == 2) since[$1] = $2; next }
        {
            name = $1 "@" node
            print " " name, (name in since) ? since[name] : version
        }' "$file" -
} >"$work/symbols"
if [ "$write" = --write ]; then
    cat "$work/symbols" >"$file"
elif ! diff "$file" "$work/symbols"; then
    echo "(> missing in $file, < too many: tests/package/symbols.sh $1 $2 --write)"
    exit 1
fi
