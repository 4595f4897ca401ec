# SPDX-License-Identifier: MIT
# Undoes parts/select_target.
if {[llength $t]} {
    targets $old
}
