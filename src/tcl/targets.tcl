# SPDX-License-Identifier: MIT
# Returns {NAME TYPE ENDIAN STATE CURRENT} of each target.
#
# Until OpenOCD polls a target for the first time some versions have no state for it; before
# `init` the command for it fails.
apply {{} {
    set all {}
    set current {}
    catch {target current} current
    foreach name [target names] {
        if {[catch {$name curstate} state]} {
            set state unknown
        } elseif {$state eq {unknown}} {
            catch {$name arp_poll}
            set state [$name curstate]
        }
        lappend all [list $name [$name cget -type] [$name cget -endian] $state \
            [expr {$name eq $current}]]
    }
    set all
}}
