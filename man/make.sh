#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes a manual page on standard output: make.sh ocd.1 TOOL, or make.sh libocd.3 HEADER. What the
# tool's help and the header say comes from them; the rest is in the .in files.
set -eu
here=$(dirname "$0")
page=$1
source=$2

# One section a command; commands with the same help have one in common.
commands() {
    "$source" complete --commands | while IFS= read -r name; do
        help=$("$source" help "$name")
        printf '%s\n' "$help" | awk -f "$here/fill.awk" -f "$here/help.awk" >"$work/text"
        sum=$(cksum <"$work/text" | tr -d ' ')
        [ ! -e "$work/$sum" ] || continue
        : >"$work/$sum"
        printf '.Ss %s\n' "$name"
        cat "$work/text"
    done
}

part() {
    case $1 in
    @COMMANDS@) commands ;;
    @OVERVIEW@) "$source" help | awk -v only=text -f "$here/fill.awk" -f "$here/help.awk" ;;
    @OPTIONS@) "$source" help | awk -v only=options -f "$here/fill.awk" -f "$here/help.awk" ;;
    @FUNCTIONS@) awk -f "$here/fill.awk" -f "$here/header.awk" "$source" ;;
    @ERRORS@) awk -v only=errors -f "$here/fill.awk" -f "$here/header.awk" "$source" ;;
    esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
while IFS= read -r line; do
    case $line in
    @*@) part "$line" ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$here/$page.in"
