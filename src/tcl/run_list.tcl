# SPDX-License-Identifier: MIT
# ID COMMANDS: runs a list of commands, one after the other, up to the first that fails.
#
# RESULT is the number of those that succeeded, and after a failure a blank and the error's text.
apply {{id commands} {
    set rc 0
    set n 0
    set o {}
    set l [capture {
        foreach c $commands {
            if {[set rc [catch $c v]]} {
                set o " $v"
                break
            }
            incr n
        }
        set z {}
    }]
    set o $n$o
    catch {error {} {}}
    set r "\0$id $rc [string bytelength $o] [string bytelength $l] 0\n$o$l"
}}
