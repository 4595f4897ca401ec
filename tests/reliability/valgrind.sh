#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: valgrind.sh DIRECTORY: runs programs of that directory under Valgrind, which must find
# neither a wrong access nor memory or a descriptor that is lost. 77: there is no Valgrind.
set -eu

if ! command -v valgrind >/dev/null 2>&1; then
    echo "skipped: valgrind is not installed"
    exit 77
fi
cd "$1"

run() {
    echo "== $*"
    valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible \
        --errors-for-leak-kinds=definite,possible "./$@"
}

run reliability_replies
run reliability_local
run reliability_nomem "read_bytes, large"
run reliability_nomem "connect"
run reliability_nomem "hexdump, large"
run reliability_matrix "closes in" "write_bytes"
