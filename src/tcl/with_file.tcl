# SPDX-License-Identifier: MIT
# HEAD TAIL BYTES: as write_file, but as a command of its own, for where the target's state has to
# be looked at too. Returns what HEAD PATH TAIL answers.
apply {{head tail d} {
    set p {}
    set f {}
    set rc [catch {
        #include parts/open_file
        $f puts -nonewline $d
        $f flush
        {*}$head $q {*}$tail
    } o]
    #include parts/close_file
    if {$rc} {
        error $o
    }
    set o
}}
