# SPDX-License-Identifier: MIT
# FILES TARGET SELECTED NOTIFY: asks in one round trip what a session has to know.
#
# FILES is the answer of files. TARGET is a list of none or one name, which must be a target's: it
# may be that of a command, which must not be run. SELECTED is the target to select, or {}. With
# NOTIFY 1 notifications are turned on.
#
# Returns VERSION READ_MEMORY ABOUT FILES MODE: READ_MEMORY is whether there is read_memory; ABOUT
# is {ENDIAN TYPE COMMANDS} of the target, or {} if OpenOCD has none; MODE is that of `command
# mode`. COMMANDS is empty if zeros that are read of a RISC-V have to be confirmed
# (session/target.h).
apply {{files target selected notify} {
    set about {}
    if {$notify} {
        #include notifications_on
    }
    set ask {t {
        list [$t cget -endian] [$t cget -type] [info commands {riscv exec_progbuf}]
    }}
    if {$selected ne {}} {
        targets $selected
    }
    if {[llength $target] == 0} {
        if {[catch {apply $ask [target current]} about]} {
            set about {}
        }
    } elseif {[lsearch -exact [target names] [lindex $target 0]] < 0} {
        error "no target is named '[lindex $target 0]'"
    } else {
        set about [apply $ask [lindex $target 0]]
    }
    if {[catch {command mode} mode]} {
        set mode {}
    }
    list [version] [llength [info commands read_memory]] $about $files $mode
}}
