# SPDX-License-Identifier: MIT
# ID TARGET SPACE STOP READS ?POLL?: several reads, each of them `read_memory ADDRESS WIDTH
# COUNT`.
#
# TARGET is a list of none or one name, SPACE is {} or {phys}, READS a flat list of ADDRESS WIDTH
# COUNT. With STOP 1 nothing is read after a failure. With POLL 1 the target is polled after the
# reads, so that LOG says whether it was there; with 2 LOG also ends with its state, unless STATUS
# is a failure.
#
# RESULT has for each read `STATUS BYTES VALUES newline`, where BYTES is the size of VALUES or of
# the error's text. STATUS is that of the last failed read.
apply {{id t phys stop reads {poll 0}} {
    set rc 0
    set o {}
    set l [capture {
        foreach {a w n} $reads {
            if {[set c [catch {{*}$t read_memory $a $w $n {*}$phys} v]]} {
                set rc $c
            }
            append o $c { } [string bytelength $v] { } $v "\n"
            if {$c && $stop} break
        }
        #include parts/poll
        set z {}
    }]
    append l $y
    catch {error {} {}}
    set r "\0$id $rc [string bytelength $o] [string bytelength $l] 0\n$o$l"
}}
