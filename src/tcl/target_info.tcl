# SPDX-License-Identifier: MIT
# TARGET: what has to be known of a target. TARGET is a list of none or one name; a name that is
# no target's may still be a command, and must not be run.
#
# Returns ENDIAN TYPE READ_MEMORY UNKNOWN STATE BITS COMMANDS: READ_MEMORY and COMMANDS as in
# greeting; UNKNOWN 1 if there is no state, and STATE then says why; BITS is the width of a
# RISC-V's registers. That is the width of pc in the list of registers, which is printed without
# reading any. `riscv info` has it too, but counts the triggers of OpenOCD 0.12 as none while the
# hart runs.
apply {{name} {
    if {[llength $name] == 0} {
        set t [target current]
    } else {
        set t [lindex $name 0]
    }
    if {[llength [target names]] == 0} {
        error {OpenOCD has no targets: its configuration names none}
    }
    if {[lsearch -exact [target names] $t] < 0} {
        error "no target is named '$t'"
    }
    set bits {}
    set type [$t cget -type]
    catch {
        if {$type eq {riscv} && [$t was_examined]} {
            set old [target current]
            targets $t
            catch {regexp {\) pc \(/([0-9]+)\)} [reg] - bits}
            targets $old
        }
    }
    list [$t cget -endian] $type [llength [info commands read_memory]] \
        [catch {$t curstate} why] $why $bits [info commands {riscv exec_progbuf}]
}}
