# SPDX-License-Identifier: MIT
# Completion of ocd in bash. The tool itself knows what fits.
# shellcheck shell=bash

_ocd() {
    local line=${COMP_LINE:0:COMP_POINT}
    local cut=${COMP_WORDS[COMP_CWORD]} whole=${line##*[[:space:]]} word
    local skip=$((${#whole} - ${#cut})) # bash also ends words at : and =
    [[ $skip -ge 0 ]] || skip=0
    [[ $cut != = && $cut != : ]] || skip=${#whole}
    COMPREPLY=()
    while IFS= read -r word; do
        case $word in
        :files)
            compopt -o filenames
            while IFS= read -r word; do
                COMPREPLY+=("$word")
            done < <(compgen -f -- "$([[ $cut == = ]] || printf %s "$cut")")
            ;;
        :nospace) compopt -o nospace ;;
        :) ;;
        *) COMPREPLY+=("${word:skip}") ;;
        esac
    done < <("${COMP_WORDS[0]}" complete --line "$line" 2>/dev/null)
}
complete -F _ocd ocd
