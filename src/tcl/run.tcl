# SPDX-License-Identifier: MIT
# ID COMMAND: runs any command at the top level. RESULT is the command's.
#
# 5 to 7 are the codes that `catch` lets pass otherwise (signal, exit, eval).
apply {{id cmd} {
    set l [capture {
        set rc [catch -5 -6 -7 {uplevel #0 $cmd} o]
        set z {}
    }]
    catch {error {} {}}
    set r "\0$id $rc [string bytelength $o] [string bytelength $l] 0\n$o$l"
}}
