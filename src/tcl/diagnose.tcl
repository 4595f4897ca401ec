# SPDX-License-Identifier: MIT
# ADDRESS TARGET: why an access failed there. TARGET is a list of none or one name.
#
# Returns `examined 0|1 silent 0|1 why TEXT state STATE bank N dhcsr VALUE`: whether OpenOCD has
# examined the target, whether it cannot be polled and what OpenOCD says of that, its state, the
# flash bank that the address is in, and a Cortex-M's debug status; the last two may be empty. A
# bank that OpenOCD has not probed has no size yet: 16 MiB are taken for it.
apply {{a t} {
    if {[llength $t]} {
        set t [lindex $t 0]
    } else {
        set t [target current]
    }
    set dhcsr {}
    set bank {}
    set n -1
    set examined [$t was_examined]
    set bad [catch {$t arp_poll} why]
    if {!$bad && $examined && [$t cget -type] in {cortex_m hla_target}} {
        catch {set dhcsr [$t read_memory 0xE000EDF0 32 1]}
    }
    catch {
        foreach b [flash list] {
            incr n
            set size [dict get $b size]
            set into [expr {$a-[dict get $b base]}]
            if {!$size} {
                set size 0x1000000
            }
            if {[dict get $b target] eq $t && $into >= 0 && $into < $size} {
                set bank $n
            }
        }
    }
    list examined $examined silent $bad why $why state [$t curstate] bank $bank dhcsr $dhcsr
}}
