# SPDX-License-Identifier: MIT
# Polls the target after its accesses, where $poll asks for it; with 2 its state is then in $y.
set y {}
if {$poll} {
    catch {
        set c [expr {[llength $t]?[lindex $t 0]:[target current]}]
        $c arp_poll
        if {$poll==2&&!$rc} {
            set y [$c curstate]
        }
    }
}
