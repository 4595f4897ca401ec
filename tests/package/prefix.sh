#!/bin/sh
# SPDX-License-Identifier: MIT
# prefix.sh NM LIBRARY.a
# A static library cannot hide its internal names: they must not be anybody else's.
set -eu

nm=$1 library=$2
names=$("$nm" -g --defined-only "$library" | awk 'NF == 3 { print $3 }')
[ -n "$names" ]
if echo "$names" | grep -vE '^(ocd_|__odr_asan\.ocd_)'; then
    echo "these names of the library do not begin with ocd_"
    exit 1
fi
