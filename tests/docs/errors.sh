#!/bin/sh
# SPDX-License-Identifier: MIT
# docs/errors.md has a row for each error, with the number of the header, the tool's exit code and
# the exception of the Python package.
. "$(dirname "$0")/../tree/files.sh"

# The exit codes by name: CLI_NO 1.
sed -n 's/.*\(CLI_[A-Z]*\) = \([0-9]*\),.*/\1 \2/p' cli/cli.h >"$found.exits"

# code_of NAME: what exit_code() of the tool answers; 6 for those that it does not name.
code_of() {
    awk -v name="OCD_ERR_$1:" '
        NR == FNR { exits[$1] = $2; next }
        /^static int exit_code/ { inside = 1 }
        inside && $2 == name { wanted = 1 }
        inside && wanted && /return CLI_/ { sub(";", "", $2); print exits[$2]; found = 1; exit }
        inside && /default:/ { wanted = 1 }' "$found.exits" cli/report.c
}

sed -n 's/^    X(\([A-Z_]*\), \(-[0-9]*\), .*/\1 \2/p' include/ocd.h >"$found.errors"
[ "$(wc -l <"$found.errors")" -gt 25 ]
while read -r name number; do
    exception=$(sed -n "s/^    \"$name\": \([A-Za-z]*\),/\1/p" bindings/python/libocd/_errors.py)
    exit_code=$(code_of "$name")
    [ "$name" != CANCELLED ] || exit_code=130 # by a signal
    row="| \`OCD_ERR_$name\` | $number | $exit_code | \`$exception\` |"
    grep -qF "$row" docs/errors.md || echo "docs/errors.md has no row $row"
done <"$found.errors" >"$found"
rm -f "$found.errors" "$found.exits"
verdict "$found"
