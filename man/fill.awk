# SPDX-License-Identifier: MIT
# Functions that the other scripts share: text that mdoc fills, a line for each sentence.

function escape(s) {
    gsub(/\\/, "\\e", s)
    gsub(/-/, "\\-", s)
    gsub(/'/, "\\(aq", s)
    gsub(/`/, "\\(ga", s)
    if (s ~ /^[.]/)
        s = "\\\\&" s
    return s
}

function put_line(s) {
    if (s != "")
        print s
}

# Adds to a paragraph, of which `fill_line` is what has not been printed.
function fill(s,    n, i, word) {
    n = split(s, word, / +/)
    for (i = 1; i <= n; i++) {
        if (word[i] == "")
            continue
        if (word[i] ~ /^ocd_[a-z0-9_]+\(\)[.,;:]?$/) {
            put_function(word[i])
            continue
        }
        if (fill_line != "" && length(fill_line) + length(escape(word[i])) > 76)
            end_fill()
        fill_line = fill_line (fill_line == "" ? "" : " ") escape(word[i])
        if (word[i] ~ /[a-z0-9A-Z)][.?!][)]?$/)
            end_fill()
    }
}

function put_function(word,    name, after) {
    end_fill()
    name = word
    sub(/\(.*/, "", name)
    after = word
    sub(/.*\)/, "", after)
    print ".Fn " name (after != "" ? " " after : "")
}

function end_fill() {
    put_line(fill_line)
    fill_line = ""
}
