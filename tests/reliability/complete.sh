#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: complete.sh OCD.H ARCHIVE: every public operation, in both forms, is used by the archive,
# which is what the matrix of faults and the failing allocations run.
set -eu

used=$(nm -u "$2" | awk '{ print $2 }' | sort -u)
missing=0
for operation in $(grep -o 'ocd_[a-z0-9_]*_async(struct' "$1" | sed 's/(struct//' | sort -u); do
    for name in "$operation" "${operation%_async}"; do
        if ! printf '%s\n' "$used" | grep -qx "$name"; then
            echo "$name is not in the matrix"
            missing=1
        fi
    done
done
[ -n "$used" ]
exit $missing
