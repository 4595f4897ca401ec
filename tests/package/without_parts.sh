#!/bin/sh
# SPDX-License-Identifier: MIT
# without_parts.sh CMAKE C-COMPILER SOURCE-TREE WORK-DIR
# The library builds without libelf and libdw, and then refuses ELF files with the reason. The tool
# builds without libmicrohttpd, too, and says that it has no page.
set -eu

cmake=$1 compiler=$2 top=$3 work=$4
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT

"$cmake" -S "$top" -B "$work/build" "-DCMAKE_C_COMPILER=$compiler" -DCMAKE_BUILD_TYPE=Debug \
    -DOCD_ELF=OFF -DOCD_WEB=OFF -DOCD_WERROR=ON -DOCD_BUILD_TESTS=OFF \
    -DOCD_BUILD_EXAMPLES=OFF >"$work/log"
"$cmake" --build "$work/build" --parallel 2 >>"$work/log"
if objdump -p "$work/build/src/libocd.so" "$work/build/cli/ocd" |
    grep -E 'NEEDED.*lib(elf|dw|microhttpd)'; then
    echo "library or tool needs these"
    exit 1
fi
"$work/build/cli/ocd" --version | grep 'parts .*no ELF names.*no page of ocd watch'

printf '\177ELF\001\001\001' >"$work/fw.elf"
head -c 100 /dev/zero >>"$work/fw.elf"
cat >"$work/refuse.c" <<'END'
#include <ocd.h>
#include <stdio.h>
int main(int argc, char **argv)
{
    const char *path = argv[argc - 1];
    struct ocd_symbols *symbols;
    struct ocd_image *image;
    int rc = ocd_symbols_open(&symbols, &path, 1, NULL);
    puts(ocd_symbols_error(symbols)->text);
    ocd_symbols_close(symbols);
    if (rc != OCD_ERR_UNSUPPORTED_BUILD)
        return 1;
    rc = ocd_image_open(&image, path, NULL);
    puts(ocd_image_error(image)->text);
    ocd_image_close(image);
    return rc != OCD_ERR_UNSUPPORTED_BUILD;
}
END
"$compiler" -I"$top/include" "$work/refuse.c" "$work/build/src/libocd.a" -o "$work/refuse"
"$work/refuse" "$work/fw.elf" >"$work/said" || { cat "$work/said"; exit 1; }
grep -q 'fw.elf: this libocd was built without ELF support: build it with -DOCD_ELF=ON' "$work/said"
grep -q 'fw.elf: this libocd was built without ELF support: ELF files cannot be read' "$work/said"
