# SPDX-License-Identifier: MIT
# Makes $t, a list of none or one target, the current target until parts/restore_target.
if {[llength $t]} {
    set old [target current]
    targets [lindex $t 0]
}
