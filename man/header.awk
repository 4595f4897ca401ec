# SPDX-License-Identifier: MIT
# The public header as sections of mdoc: its groups with their functions, or with -v only=errors the
# error codes.

function sentence(s) {
    gsub(/[#@](ref |p )?/, "", s)
    fill(s)
    end_fill()
}

function close_list() {
    if (list)
        print ".El"
    list = 0
}

only == "errors" {
    if ($0 ~ /^ +X\([A-Z_]+, *-?[0-9]+, *"/) {
        name = $0
        sub(/^ +X\(/, "", name)
        sub(/,.*/, "", name)
        text = $0
        sub(/^[^"]*"/, "", text)
        sub(/"[^"]*$/, "", text)
        print ".It Dv " (name == "OK" ? "OCD_OK" : "OCD_ERR_" name)
        sentence(text)
    }
    next
}

/@defgroup / {
    close_list()
    title = $0
    sub(/.*@defgroup +[a-z_]+ +/, "", title)
    sub(/ *\*\/.*/, "", title)
    print ".Ss " escape(title)
}
/@brief / {
    brief = $0
    sub(/.*@brief +/, "", brief)
    sub(/ *\*\/.*/, "", brief)
    more = $0 !~ /\*\//
    next
}
more && /^ \* ?@|^ \*$|\*\// { more = 0 }
more {
    line = $0
    sub(/^ \* */, "", line)
    brief = brief " " line
}
/^OCD_API / {
    name = $0
    sub(/\(.*/, "", name)
    sub(/.*[ *]/, "", name)
    if (name != "" && name !~ /_async$/) {
        if (!list)
            print ".Bl -tag -width Ds"
        list = 1
        print ".It Fn " name
        sentence(brief != "" ? brief : "As the one before, for another type.")
    }
    brief = ""
}
END { close_list() }
