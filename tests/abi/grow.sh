#!/bin/sh
# SPDX-License-Identifier: MIT
# grow.sh CMAKE C-COMPILER SOURCE-TREE WITH-SERVER OCD_ELF WORK-DIR
# A program built with today's header goes on working with a later library, whose structs have new
# fields in place of some of their reserved room. Both are built with AddressSanitizer.
set -eu

cmake=$1 compiler=$2 top=$3 with_server=$4 elf=$5 work=$6
here=$(dirname "$0")
tree=$work/tree
rm -rf "$work"
mkdir -p "$tree"
trap 'rm -rf "$work"' EXIT

cp -R "$top/CMakeLists.txt" "$top/cmake" "$top/docs" "$top/include" "$top/man" "$top/src" "$tree"

# The later header: in each public struct a new field takes a word of the reserved room.
awk '{
    if (match($0, /uint64_t reserved\[[0-9]+\];/)) {
        words = substr($0, RSTART, RLENGTH)
        gsub(/[^0-9]/, "", words)
        words = substr(words, 3) - 1 # after the 64 of the type
        print "    uint64_t new_field;"
        print "    uint64_t reserved[" words "];"
    } else
        print
}' "$top/include/ocd.h" >"$tree/include/ocd.h"
structs=$(grep -c '^struct ocd_[a-z_]* {' "$top/include/ocd.h")
fields=$(grep -c 'new_field' "$tree/include/ocd.h")
if [ "$structs" != "$fields" ] || [ "$structs" -eq 0 ]; then
    echo "of $structs public structs $fields have reserved room"
    exit 1
fi
# The later library refuses new fields that an old program has not left zero.
sed 's/ocd_reserved_words_used((object)->reserved,/(object)->new_field != 0 || &/' \
    "$top/src/base/reserved.h" >"$tree/src/base/reserved.h"
grep -q 'new_field' "$tree/src/base/reserved.h"

"$cmake" -S "$tree" -B "$work/build" "-DCMAKE_C_COMPILER=$compiler" -DCMAKE_BUILD_TYPE=Debug \
    -DOCD_SANITIZE=address "-DOCD_ELF=$elf" -DOCD_BUILD_TESTS=OFF -DOCD_BUILD_TOOL=OFF \
    -DOCD_BUILD_EXAMPLES=OFF >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$cmake" --build "$work/build" --target ocd_shared --parallel 2 >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }

"$compiler" -g -std=c17 -fsanitize=address -Wall -Wextra -Werror "-I$top/include" \
    "$here/consumer.c" -o "$work/consumer" "-L$work/build/src" "-Wl,-rpath,$work/build/src" -locd
file=
[ "$elf" != ON ] || file=$top/sim/elf/cortex-m3.elf
"$with_server" "$work/consumer" "$work/dumped.hex" ${file:+"$file"}
echo "$structs structs"
