# SPDX-License-Identifier: MIT
# A help text of the tool as mdoc: paragraphs are filled, options become a list, other indented
# lines stay as they are. The text before the first option is left out with -v only=options, and all from
# there on with -v only=text.

function close_literal() {
    end_fill()
    if (literal)
        print ".Ed"
    literal = 0
}

function close_all() {
    close_literal()
    if (list)
        print ".El"
    list = 0
}

function put_literal(s) {
    end_fill()
    if (!literal)
        print ".Bd -literal -compact"
    literal = 1
    print escape(s)
}

# "-f, --format FORMAT" with its macros.
function put_option(words,    n, part, i, j, word, line) {
    n = split(words, part, /, /)
    line = ".It"
    for (i = 1; i <= n; i++) {
        j = split(part[i], word, / /)
        line = line " Fl " escape(substr(word[1], 2))
        line = line (j > 1 ? " Ar " word[2] : "") (i < n ? " ," : "")
    }
    print line
}

# Whether the section that is wanted has been reached, or is over.
function is_wanted() {
    return only == "" || (only == "text") == !options_seen
}

/^Options, before or after/ || /^ +-/ { options_seen = options_seen || only != "" }
!is_wanted() { next }
/^Options, before or after/ { next }

/^usage: / {
    put_literal(substr($0, 8))
    usage = 1
    next
}
/^$/ {
    usage = 0
    close_literal()
    ended = 1
    next
}
usage { put_literal(substr($0, 8)); next }

/^ +-/ {
    close_literal()
    if (!list)
        print ".Bl -tag -width Ds"
    list = 1
    ended = 0
    end_fill()
    match($0, /^ +/)
    rest = substr($0, RLENGTH + 1)
    words = rest
    at = match(rest, /  +|[A-Z] [a-z]/)
    if (at > 0) {
        words = substr(rest, 1, substr(rest, at, 1) == " " ? at - 1 : at)
        rest = substr(rest, at + 1)
        sub(/^ +/, "", rest)
    } else {
        rest = ""
    }
    put_option(words)
    fill(rest)
    next
}
/^ / && list && !ended {
    match($0, /^ +/)
    if (RLENGTH >= 20 && !literal) {
        fill(substr($0, RLENGTH + 1))
    } else {
        put_literal($0)
    }
    next
}
/^ / {
    close_list = list
    if (close_list)
        close_all()
    put_literal($0)
    next
}
{
    if (list)
        close_all()
    close_literal()
    if (ended)
        print ".Pp"
    ended = 0
    fill($0)
}
END { close_all() }
