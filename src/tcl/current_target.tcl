# SPDX-License-Identifier: MIT
# Returns the name of the current target, or {}.
apply {{} {
    if {[catch {target current} name]} {
        set name {}
    }
    set name
}}
