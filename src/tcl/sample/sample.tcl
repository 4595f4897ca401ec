# SPDX-License-Identifier: MIT
# ID TARGET SPACE FRAMES NEXT STEP CYCLES GROUPS HELD ?POLL?: reads the same memory FRAMES times.
#
# TARGET is a list of none or one name, SPACE is {} or {phys}. GROUPS is a flat list of CHECKS and
# READS: READS is a flat list of ADDRESS WIDTH COUNT, and CHECKS a flat list of FIRST LAST, elements
# of the whole group that have to be the same twice: the group is read again until they are, five
# times at the most. HELD are groups that are read with the core halted: a running core is halted
# for them and resumed. NEXT is the time of the first frame by `clock microseconds`, STEP
# microseconds before the next one, and so on; 0: at once. A late frame is read at once, and those
# after it keep their times, unless it is later than all of them together take. With CYCLES 1
# DWT_CYCCNT is read before and after the groups. With POLL 1 the target is polled at the end.
#
# RESULT has for each frame
#
#     BEGAN CYCCNT STATE newline
#     STATUS BYTES BYTES VALUES VALUES newline       for each group, those of HELD first
#     CYCCNT HALTED ENDED newline
#
# BEGAN and ENDED are microseconds of the server's clock, HALTED for how many the core was halted,
# -1 if it could not be. CYCCNT is - where it was not read. Each VALUES begins with a blank, or is
# the error's text; the second one is that of the reading before, where the last was not the same.
apply {{id t phys frames next step cycles groups held {poll 0}} {
    set o {}
    set l [capture {
        set rc [catch {
            #include read_groups
            if {[llength $t]} {
                set t [lindex $t 0]
            } else {
                set t [target current]
            }
            for {set f 0} {$f<$frames} {incr f} {
                if {$next} {
                    set d [expr {[clock microseconds]-$next}]
                    if {$d>$step*$frames} {
                        incr next $d
                    }
                    while {[clock microseconds]<$next} {
                    }
                    incr next $step
                }
                set s [$t curstate]
                append o [clock microseconds] { }
                #include cycles
                append o $y " $s\n"
                set h 0
                if {[llength $held]} {
                    catch {$t arp_poll}
                    if {[$t curstate] eq {running}} {
                        set h [clock microseconds]
                        set bad [catch {
                            $t arp_halt
                            $t arp_waitstate halted 1000
                        } m]
                        append o [apply $R $t $phys $held]
                        set old [target current]
                        targets $t
                        catch {resume}
                        targets $old
                        set h [expr {$bad?-1:[clock microseconds]-$h}]
                    } else {
                        append o [apply $R $t $phys $held]
                    }
                }
                append o [apply $R $t $phys $groups]
                #include cycles
                append o $y " $h [clock microseconds]\n"
            }
            if {$poll} {
                catch {$t arp_poll}
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
