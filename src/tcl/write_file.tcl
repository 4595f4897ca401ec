# SPDX-License-Identifier: MIT
# ID TARGET HEAD TAIL BYTES ?POLL?: puts BYTES into a file of the server and runs HEAD PATH TAIL,
# such as `load_image PATH 0x20000000 bin`. POLL is that of read_list.
#
# RESULT is the command's. STATUS is -9 (OCD_SCRIPT_FILE_FAILED) as for read_file.
apply {{id t head tail d {poll 0}} {
    set us [clock microseconds]
    set o {}
    set p {}
    set f {}
    if {[catch {
        #include parts/open_file
        $f puts -nonewline $d
        $f flush
        set l [capture {
            #include parts/select_target
            set rc [catch {{*}$head $q {*}$tail} o]
            #include parts/restore_target
            #include parts/poll
            set z {}
        }]
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
    set r "\0$id $rc [string bytelength $o] [string bytelength $l] $us\n$o$l"
}}
