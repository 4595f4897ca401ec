# SPDX-License-Identifier: MIT
# Writes the fenced blocks of a Markdown file to dir/NN.LANGUAGE. A block after a line
# `<!-- not run: REASON -->` is passed over.
/^```/ && !inside {
    inside = 1
    language = substr($0, 4)
    skip = marked || language == "" || language == "text"
    marked = 0
    file = sprintf("%s/%02d.%s", dir, ++number, language)
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
