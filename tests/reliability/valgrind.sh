#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: valgrind.sh DIRECTORY PROGRAM [ARGUMENT…]: runs a program of that directory under Valgrind,
# which must find neither a wrong access nor memory or a descriptor that is lost. 77: there is no
# Valgrind.
set -eu

if ! command -v valgrind >/dev/null 2>&1; then
    echo "skipped: valgrind is not installed"
    exit 77
fi
cd "$1"
program=./$2
shift 2
exec valgrind --quiet --error-exitcode=99 --leak-check=full \
    --show-leak-kinds=definite,possible --errors-for-leak-kinds=definite,possible "$program" "$@"
