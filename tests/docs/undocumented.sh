#!/bin/sh
# SPDX-License-Identifier: MIT
# undocumented.sh MANUAL.SH DOXYFILE HEADER WORK-DIR
# Adds one undocumented symbol of each kind to a copy of the header: manual.sh has to refuse it.
set -eu

manual=$1 doxyfile=$2 header=$3 work=$4
rm -rf "$work"
mkdir -p "$work"

refuses() {
    kind=$1 text=$2 after=$3
    copy=$work/$kind/ocd.h
    mkdir -p "$work/$kind"
    awk -v after="$after" -v text="$text" '
        { print }
        index($0, after) && !done { print text; done = 1 }
        END { exit !done }' "$header" >"$copy" ||
        { echo "$kind: the header has no line with '$after'"; exit 1; }
    rc=0
    "$manual" "$doxyfile" "$work/$kind/out" "INPUT = $copy" "STRIP_FROM_PATH = $work/$kind" \
        "GENERATE_HTML = NO" >"$work/$kind/said" 2>&1 || rc=$?
    [ $rc -ne 77 ] || { cat "$work/$kind/said"; exit 77; }
    if [ $rc -eq 0 ] || ! grep -q undocumented_thing "$work/$kind/said"; then
        echo "an undocumented $kind was not found:"
        cat "$work/$kind/said"
        exit 1
    fi
}

refuses function 'OCD_API int undocumented_thing(int x);' 'OCD_API void ocd_free('
refuses struct 'struct undocumented_thing { int x; };' 'OCD_API void ocd_free('
refuses typedef 'typedef int (*undocumented_thing)(void);' 'OCD_API void ocd_free('
refuses macro '#define undocumented_thing 1' 'OCD_API void ocd_free('
refuses field 'int undocumented_thing;' 'struct ocd_options {'
refuses enumerator 'undocumented_thing = 99,' 'enum ocd_feature {'
