# SPDX-License-Identifier: MIT
# ID TARGET SPACE ADDRESS COUNTS: how long reads of COUNTS words at an address take.
#
# TARGET is a list of none or one name, SPACE is {} or {phys}. RESULT has for each count the
# shortest of three times, in microseconds, and a blank.
apply {{id t phys addr counts} {
    set o {}
    set l [capture {
        set rc [catch {
            if {[llength $t]} {
                set t [lindex $t 0]
            } else {
                set t [target current]
            }
            foreach n $counts {
                set best 1000000
                for {set i 0} {$i<3} {incr i} {
                    set b [clock microseconds]
                    $t read_memory $addr 32 $n {*}$phys
                    set b [expr {[clock microseconds]-$b}]
                    if {$b<$best} {
                        set best $b
                    }
                }
                append o $best { }
            }
        } m]
        if {$rc} {
            set o $m
        }
        set z {}
    }]
    catch {error {} {}}
    set r "\0$id $rc [string bytelength $o] [string bytelength $l] 0\n$o$l"
}}
