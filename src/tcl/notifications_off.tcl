# SPDX-License-Identifier: MIT
# Ends notifications_on.
if {[catch {tcl notifications off}]} {
    tcl_notifications off
}
