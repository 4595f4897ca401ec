#!/bin/sh
# SPDX-License-Identifier: MIT
# No file holds what must not be published, a note to its author, or unclean white space.
. "$(dirname "$0")/files.sh"

# Inputs of the fuzzers are not written for people; code of others stays as it is.
texts() {
    files | grep -v -e '^fuzz/corpus/' -e '^web/vendor/.*/'
}

# The brackets keep this file from finding itself.
texts | xargs -d '\n' grep -InE \
    -e '/wor[k]/|/tmp/(re[f]|ooc[d])|/hom[e]/[a-z]|/roo[t]/' \
    -e '\<(TOD[O]|FIXM[E]|XX[X])\>' \
    -e '^(<<<<<<<|>>>>>>>|=======)( |$)' \
    -e '[[:blank:]]$' \
    -e "$(printf '\r')" >"$found" || true
# make wants its tabs.
texts | grep -vx packaging/debian/rules | xargs -d '\n' grep -In "$(printf '\t')" >>"$found" || true
texts | xargs -d '\n' grep -Il '' >"$found.texts"
xargs -d '\n' tail -qc 1 <"$found.texts" | od -An -v -tx1 -w1 | paste -d ':' "$found.texts" - |
    sed -n '/: 0a$/!s/:[^:]*$/: no newline at the end/p' >>"$found"
rm -f "$found.texts"
verdict "$found"
