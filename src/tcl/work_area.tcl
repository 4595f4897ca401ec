# SPDX-License-Identifier: MIT
# Returns ADDRESS SIZE of the current target's work area.
apply {t {
    list [$t cget -work-area-phys] [$t cget -work-area-size]
}} [target current]
