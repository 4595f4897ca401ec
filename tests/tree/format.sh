#!/bin/sh
# SPDX-License-Identifier: MIT
# C is formatted as .clang-format says. 77: not this clang-format, whose versions differ.
. "$(dirname "$0")/files.sh"

if ! clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
    echo "skipped: clang-format 14 is not installed"
    exit 77
fi
files '*.c' '*.h' '*.cpp' | xargs -d '\n' clang-format --dry-run -Werror
