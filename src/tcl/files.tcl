# SPDX-License-Identifier: MIT
# Returns WHY LIMIT. WHY is {} if the server can run read_file and write_file, or says why it
# cannot. LIMIT is the largest file that it may write, in bytes or `unlimited` (setrlimit(2),
# RLIMIT_FSIZE). It touches no target.
apply {{} {
    set p {}
    set f {}
    set why {}
    set most unlimited
    if {[catch {
        #include parts/open_file
        $f puts -nonewline {}
        clock microseconds
    } m]} {
        set why $m
    }
    #include parts/close_file
    catch {
        set f [open /proc/self/limits]
        set m [$f read]
        $f close
        regexp {Max file size +([^ ]+)} $m z most
    }
    list $why $most
}}
