#!/bin/sh
# SPDX-License-Identifier: MIT
# prefix.sh NM LIBRARY.a PREFIX
# A static library cannot hide its internal names: they must not be anybody else's.
set -eu

nm=$1 library=$2 prefix=$3
names=$("$nm" -g --defined-only "$library" | awk 'NF == 3 { print $3 }')
[ -n "$names" ]
if echo "$names" | grep -vE "^(__odr_asan\\.)?$prefix"; then
    echo "these names of the library do not begin with $prefix"
    exit 1
fi
