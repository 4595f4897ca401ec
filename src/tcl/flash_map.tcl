# SPDX-License-Identifier: MIT
# FIRST LAST: the flash of the current target between two addresses.
#
# Returns {NUMBER STATUS TEXT PROTECTION} of each bank: whether it cannot be probed, what `flash
# info` lists of its sectors or says of that, and what it lists of larger blocks of protection.
# `flash info` probes a bank that has not been probed; its size is 0 before. Some drivers protect
# larger blocks than they erase: those are listed without `sectors`, and their sectors are listed
# without a word about protection.
apply {{first last} {
    set t [target current]
    set out {}
    set n -1
    if {[catch {flash list} banks]} {
        set banks {}
    }
    foreach b $banks {
        incr n
        set base [dict get $b base]
        set size [dict get $b size]
        if {[dict get $b target] ne $t || $base > $last || \
            ($size != 0 && $base + $size <= $first)} continue
        set rc [catch {flash info $n sectors} text]
        if {$rc && $text eq {}} {
            set text {it cannot be probed}
        }
        set more {}
        if {!$rc && [string first protect $text] < 0} {
            catch {flash info $n} more
        }
        lappend out [list $n [expr {$rc != 0}] $text $more]
    }
    set out
}}
