# SPDX-License-Identifier: MIT
# ?NAME ARGUMENT?...: runs `reg NAME ARGUMENT` for each. ARGUMENT is {} to read the register,
# `force` to read it from the target, or the value to write.
#
# Returns RESULTS LIST: a flat list of STATUS WORDS for each, then what `reg` prints of all
# registers.
apply {{args} {
    set all {}
    foreach {name argument} $args {
        lappend all [catch {reg $name {*}$argument} out] $out
    }
    list $all [reg]
}}
