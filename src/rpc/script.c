// SPDX-License-Identifier: MIT
#include "rpc/script.h"

/* The reply: what stands in rc, `result`, l (the log) and the server's time. */
#define ANSWER(result, time)                                                                       \
    "catch {error {} {}};"                                                                         \
    "set r \"\\0$id $rc [string bytelength $" result "] [string bytelength $l] " time              \
    "\\n$" result "$l\""

/* Polls the target after its accesses, where that is asked for; with 2 its state is then in $y. */
#define POLL                                                                                       \
    "set y {};if {$poll} {catch {set c [expr {[llength $t]?[lindex $t 0]:[target current]}];"      \
    "$c arp_poll;if {$poll==2&&!$rc} {set y [$c curstate]}}};"

/* Runs `body` with the target $t, if that is one, as the current target. */
#define AT_TARGET(body)                                                                            \
    "if {[llength $t]} {set old [target current];targets [lindex $t 0]};" body ";"                 \
    "if {[llength $t]} {targets $old};"

/* Opens a file $f, whose path for OpenOCD is $q. On Linux it has no name from here on, so that
 * nothing is left whoever is killed; elsewhere its name is $p until CLOSE_FILE. The memory file
 * system comes first, then the server's directory for temporary files. */
#define OPEN_FILE                                                                                  \
    "if {[catch {file tempfile /dev/shm/ocdXXXXXX} p]} {set p [file tempfile]};"                   \
    "set f [open $p w+];set q $p;"                                                                 \
    "if {![catch {$f getfd} fd] && [file exists /proc/self/fd/$fd]} "                              \
    "{file delete $p;set p {};set q /proc/self/fd/$fd};"
#define CLOSE_FILE "catch {$f close};if {$p ne {}} {catch {file delete $p}};"

#define FILE_FAILED "set rc -9;set l $m"

// clang-format off

/* 5 to 7 are the codes that `catch` lets pass otherwise (signal, exit, eval). */
const char ocd__script_run[] =
    "apply {{id cmd} {"
        "set l [capture {set rc [catch -5 -6 -7 {uplevel #0 $cmd} o];set z {}}];"
        ANSWER("o", "0")
    "}}";

/* It is short, since OpenOCD parses it for each single value. A target's name may begin with a
 * dash. */
const char ocd__script_words[] =
    "apply {{id args} {"
        "set l [capture {set rc [catch -- $args o];set z {}}];"
        ANSWER("o", "0")
    "}}";

const char ocd__script_read_list[] =
    "apply {{id t phys stop reads {poll 0}} {"
        "set rc 0;set o {};"
        "set l [capture {"
            "foreach {a w n} $reads {"
                "if {[set c [catch {{*}$t read_memory $a $w $n {*}$phys} v]]} {set rc $c};"
                "append o $c { } [string bytelength $v] { } $v \"\\n\";"
                "if {$c && $stop} break"
            "};"
            POLL
            "set z {}"
        "}];append l $y;"
        ANSWER("o", "0")
    "}}";

/* A lambda $R that reads groups, and one with something to be compared until it is the same twice.
 */
#define READ_GROUPS                                                                                \
    "set R {{t phys groups} {set o {};"                                                            \
        "foreach {k g} $groups {"                                                                  \
            "set i 0;set w {};"                                                                    \
            "while 1 {"                                                                            \
                "set v {};"                                                                        \
                "foreach {a b n} $g {"                                                             \
                    "if {[set c [catch {$t read_memory $a $b $n {*}$phys} x]]} {set v $x;break};"  \
                    "append v { } $x"                                                              \
                "};"                                                                               \
                "if {$c || ![llength $k]} break;"                                                  \
                "if {$i} {"                                                                        \
                    "set same 1;"                                                                  \
                    "foreach {p q} $k {"                                                           \
                        "if {[lrange $u $p $q] ne [lrange $v $p $q]} {set same 0;break}"           \
                    "};"                                                                           \
                    "if {$same} break;"                                                            \
                    "if {$i==4} {set w $u;break}"                                                  \
                "};"                                                                               \
                "set u $v;incr i"                                                                  \
            "};"                                                                                   \
            "append o \"$c [string bytelength $v] [string bytelength $w] $v$w\\n\""   \
        "};"                                                                                       \
        "set o}};"

#define CYCLES                                                                                     \
    "set y -;if {$cycles} {catch {set y [$t read_memory 0xE0001004 32 1]}};"

const char ocd_script_sample[] =
    "apply {{id t phys frames next step cycles groups held {poll 0}} {"
        "set o {};"
        "set l [capture {set rc [catch {"
            READ_GROUPS
            "if {[llength $t]} {set t [lindex $t 0]} else {set t [target current]};"
            "for {set f 0} {$f<$frames} {incr f} {"
                "if {$next} {"
                    "set d [expr {[clock microseconds]-$next}];"
                    "if {$d>$step} {incr next $d};"
                    "while {[clock microseconds]<$next} {};"
                    "incr next $step"
                "};"
                "set s [$t curstate];"
                "append o [clock microseconds] { };"
                CYCLES
                "append o $y \" $s\\n\";"
                "set h 0;"
                "if {[llength $held]} {"
                    "catch {$t arp_poll};"
                    "if {[$t curstate] eq {running}} {"
                        "set h [clock microseconds];"
                        "set bad [catch {$t arp_halt;$t arp_waitstate halted 1000} m];"
                        "append o [apply $R $t $phys $held];"
                        "set old [target current];targets $t;catch {resume};targets $old;"
                        "set h [expr {$bad?-1:[clock microseconds]-$h}]"
                    "} else {append o [apply $R $t $phys $held]}"
                "};"
                "append o [apply $R $t $phys $groups];"
                CYCLES
                "append o $y \" $h [clock microseconds]\\n\""
            "};"
            "if {$poll} {catch {$t arp_poll}}"
        "} m];if {$rc} {set o $m};set z {}}];"
        ANSWER("o", "0")
    "}}";

const char ocd_script_time_reads[] =
    "apply {{id t phys addr counts} {"
        "set o {};"
        "set l [capture {set rc [catch {"
            "if {[llength $t]} {set t [lindex $t 0]} else {set t [target current]};"
            "foreach n $counts {"
                "set best 1000000;"
                "for {set i 0} {$i<3} {incr i} {"
                    "set b [clock microseconds];"
                    "$t read_memory $addr 32 $n {*}$phys;"
                    "set b [expr {[clock microseconds]-$b}];"
                    "if {$b<$best} {set best $b}"
                "};"
                "append o $best { }"
            "}"
        "} m];if {$rc} {set o $m};set z {}}];"
        ANSWER("o", "0")
    "}}";

const char ocd__script_run_list[] =
    "apply {{id commands} {"
        "set rc 0;set n 0;set o {};"
        "set l [capture {"
            "foreach c $commands {"
                "if {[set rc [catch $c v]]} {set o \" $v\";break};"
                "incr n"
            "};"
            "set z {}"
        "}];"
        "set o $n$o;"
        ANSWER("o", "0")
    "}}";

const char ocd__script_read_file[] =
    "apply {{id t a n {poll 0}} {"
        "set us [clock microseconds];set d {};set p {};set f {};"
        "if {[catch {"
            OPEN_FILE
            "set l [capture {"
                AT_TARGET("set rc [catch {dump_image $q $a $n}]")
                POLL
                "set z {}"
            "}];append l $y;"
            "$f seek 0;set d [$f read]"
        "} m]} {" FILE_FAILED "};"
        CLOSE_FILE
        "if {!$rc && !$poll} {set l {}};"
        "set us [expr {[clock microseconds]-$us}];"
        ANSWER("d", "$us")
    "}}";

const char ocd__script_write_file[] =
    "apply {{id t head tail d {poll 0}} {"
        "set us [clock microseconds];set o {};set p {};set f {};"
        "if {[catch {"
            OPEN_FILE
            "$f puts -nonewline $d;$f flush;"
            "set l [capture {"
                AT_TARGET("set rc [catch {{*}$head $q {*}$tail} o]")
                POLL
                "set z {}"
            "}]"
        "} m]} {" FILE_FAILED "};"
        CLOSE_FILE
        "if {!$rc && !$poll} {set l {}};"
        "set us [expr {[clock microseconds]-$us}];"
        ANSWER("o", "$us")
    "}}";

const char ocd__script_with_file[] =
    "apply {{head tail d} {"
        "set p {};set f {};"
        "set rc [catch {"
            OPEN_FILE
            "$f puts -nonewline $d;$f flush;"
            "{*}$head $q {*}$tail"
        "} o];"
        CLOSE_FILE
        "if {$rc} {error $o};"
        "set o"
    "}}";

const char ocd__script_files[] =
    "apply {{} {"
        "set p {};set f {};set why {};set most unlimited;"
        "if {[catch {" OPEN_FILE "$f puts -nonewline {};clock microseconds} m]} {set why $m};"
        CLOSE_FILE
        "catch {"
            "set f [open /proc/self/limits];set m [$f read];$f close;"
            "regexp {Max file size +([^ ]+)} $m z most"
        "};"
        "list $why $most"
    "}}";
