# SPDX-License-Identifier: MIT
# ID TARGET ADDRESS SIZE ?POLL?: dump_image into a file of the server. POLL is that of read_list.
#
# RESULT is the bytes. After a failure it has the bytes that were read before it, and STATUS is -9
# (OCD_SCRIPT_FILE_FAILED) where it was the file that failed and not the target (0.12; later
# versions answer 1 for both).
apply {{id t a n {poll 0}} {
    set us [clock microseconds]
    set d {}
    set p {}
    set f {}
    if {[catch {
        #include parts/open_file
        set l [capture {
            #include parts/select_target
            set rc [catch {dump_image $q $a $n}]
            #include parts/restore_target
            #include parts/poll
            set z {}
        }]
        append l $y
        $f seek 0
        set d [$f read]
    } m]} {
        set rc -9
        set l $m
    }
    #include parts/close_file
    if {!$rc && !$poll} {
        set l {}
    }
    set us [expr {[clock microseconds]-$us}]
    catch {error {} {}}
    set r "\0$id $rc [string bytelength $d] [string bytelength $l] $us\n$d$l"
}}
