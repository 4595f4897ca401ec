# SPDX-License-Identifier: MIT
# Asks for notifications of events: a command of its own in 0.12, a subcommand later.
if {[catch {tcl notifications on}]} {
    tcl_notifications on
}
