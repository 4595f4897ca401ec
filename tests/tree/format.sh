#!/bin/sh
# SPDX-License-Identifier: MIT
# C is formatted as .clang-format says, and sizeof has brackets. 77: not this clang-format, whose
# versions differ.
. "$(dirname "$0")/files.sh"

files '*.c' '*.h' '*.cpp' | tr '\n' '\0' |
    xargs -0 grep -HnE '\bsizeof [*&A-Za-z_(]' >"$found" || true
verdict "$found"

if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "skipped: clang-format 14 is not installed"
    exit 77
fi
files '*.c' '*.h' '*.cpp' | xargs -d '\n' clang-format --dry-run -Werror
