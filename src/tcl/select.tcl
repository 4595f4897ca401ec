# SPDX-License-Identifier: MIT
# TARGET: whether that target can be selected; it is not selected afterwards.
#
# Returns {} ENDIAN TYPE, or the names of all targets when there is none of that name.
apply {{t} {
    set names [target names]
    if {[lsearch -exact $names $t] < 0} {
        return [join $names {, }]
    }
    set old [target current]
    targets $t
    catch {targets $old}
    list {} [$t cget -endian] [$t cget -type]
}}
