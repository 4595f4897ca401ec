# SPDX-License-Identifier: MIT
# Writes the C source of all scripts: awk -f embed.awk DIRECTORY/NAME.tcl...
#
# Comments, indentation and line ends are removed, since OpenOCD parses a script anew in each
# request. A line is a command, or ends with an opening brace or a backslash. `#include
# parts/NAME` takes another file's commands.

# emit TEXT: a line of the C string.
function emit(text) {
    gsub(/[\\"]/, "\\\\&", text)
    print "    \"" text "\""
}

function embed(name, path, line) {
    path = directory name ".tcl"
    while ((found = (getline line < path)) > 0) {
        gsub(/^ +| +$/, "", line)
        if (line ~ /^#include /) {
            embed(substr(line, 10))
        } else if (line !~ /^#/ && line != "") {
            emit((joins || line ~ /^}/ ? "" : ";") line_of(line))
            joins = line ~ /[{\\]$/
        }
    }
    if (found < 0) {
        print path ": cannot be read" >"/dev/stderr"
        exit 1
    }
    close(path)
}

# line_of LINE: without the backslash at its end.
function line_of(line) {
    sub(/\\$/, "", line)
    return line
}

BEGIN {
    print "/* Made by embed.awk of the files named here. */"
    print "#include \"tcl/scripts.h\""
    for (i = 1; i < ARGC; i++) {
        directory = name = ARGV[i]
        sub(/[^\/]*$/, "", directory)
        name = substr(name, length(directory) + 1)
        sub(/\.tcl$/, "", name)
        print "\n/* " name ".tcl */\nconst char ocd__script_" name "[] ="
        joins = 1
        embed(name)
        print "    ;"
    }
}
