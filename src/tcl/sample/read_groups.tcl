# SPDX-License-Identifier: MIT
# A lambda R that reads groups. A group with elements to compare is read until they are the same
# twice.
set R {{t phys groups} {
    set o {}
    foreach {k g} $groups {
        set i 0
        set w {}
        while 1 {
            set v {}
            foreach {a b n} $g {
                if {[set c [catch {$t read_memory $a $b $n {*}$phys} x]]} {
                    set v $x
                    break
                }
                append v { } $x
            }
            if {$c || ![llength $k]} break
            if {$i} {
                set same 1
                foreach {p q} $k {
                    if {[lrange $u $p $q] ne [lrange $v $p $q]} {
                        set same 0
                        break
                    }
                }
                if {$same} break
                if {$i==4} {
                    set w $u
                    break
                }
            }
            set u $v
            incr i
        }
        append o "$c [string bytelength $v] [string bytelength $w] $v$w\n"
    }
    set o
}}
