# SPDX-License-Identifier: MIT
# Writes the fenced blocks of a Markdown file to dir/NN.LANGUAGE, and a text that follows a C program,
# which is the program's output, to dir/NN.output, with the program's number. Other texts, and a
# block after a line `<!-- not run: REASON -->`, are passed over.
/^```/ && !inside {
    inside = 1
    language = substr($0, 4)
    skip = marked || language == "" || (language == "text" && last != "c")
    last = marked ? "" : language
    marked = 0
    file = language == "text" ? sprintf("%s/%02d.output", dir, number) \
                              : sprintf("%s/%02d.%s", dir, ++number, language)
    next
}
/^```/ {
    inside = 0
    close(file)
    next
}
inside && !skip { print > file }
!inside && /^<!-- not run: .+ -->$/ { marked = 1; next }
!inside && NF { marked = 0 }
