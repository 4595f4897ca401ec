#!/bin/sh
# SPDX-License-Identifier: MIT
# elf_source.sh MAKE-SCRIPT WORK-DIR
# The ELF files that are committed are what their sources make. 77: other compilers, or none.
set -eu

script=$1 work=$2
for prefix in arm-none-eabi riscv64-unknown-elf; do
    if ! command -v $prefix-gcc >/dev/null; then
        echo "skipped: no $prefix-gcc"
        exit 77
    fi
done
rm -rf "$work"
mkdir -p "$work"
"$script" "$work"
for file in "$work"/*.elf; do
    committed=$(dirname "$script")/$(basename "$file")
    for elf in "$file" "$committed"; do
        readelf -p .comment "$elf" | grep GCC
    done | uniq | wc -l | grep -qx 1 || { echo "skipped: another version of GCC" && exit 77; }
    cmp "$file" "$committed"
done
