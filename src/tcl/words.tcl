# SPDX-License-Identifier: MIT
# ID WORD...: runs one command of OpenOCD's, whose words are all literal. RESULT is the command's.
#
# It is short, since OpenOCD parses it for each single value. A target's name may begin with a
# dash.
apply {{id args} {
    set l [capture {
        set rc [catch -- $args o]
        set z {}
    }]
    catch {error {} {}}
    set r "\0$id $rc [string bytelength $o] [string bytelength $l] 0\n$o$l"
}}
