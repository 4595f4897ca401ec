# SPDX-License-Identifier: MIT
# TARGET POLLS WHEN COMMAND: runs a command with a target selected, and polls the target.
#
# TARGET is a list of none or one name. POLLS is 1 to poll before the command, 2 to poll after it,
# or 3. WHEN is an expression on $bad (the poll before the command failed) and $state (what it
# found): the command is run if it is true.
#
# A poll that fails, or does not see the target halted or running, is repeated once: the first one
# can fail because it has just cleared a fault (lock-up of a Cortex-M), or only see that there has
# been a reset.
#
# Returns TARGET RAN STATUS RESULT BAD WHY EXAMINED BEFORE LEFT STATE TYPE: the target's name;
# whether the command was run; what `catch` says of it, and its result; whether the last poll
# failed, and why; whether the target has been examined; its state before the command, after it,
# and after the last poll; its type.
apply {{t polls when cmd} {
    set old {}
    catch {target current} old
    set t [expr {[llength $t] > 0 ? [lindex $t 0] : $old}]
    set names [target names]
    if {[lsearch -exact $names $t] < 0} {
        if {[llength $names] == 0} {
            error {OpenOCD has no targets: its configuration names none}
        }
        error "OpenOCD has no target '$t', but: [join $names {, }]"
    }
    set poll {t {
        set n 0
        while {([set bad [catch {$t arp_poll} why]] != 0 || [$t curstate] in {unknown reset}) && \
            [incr n] < 2} {}
        list [expr {$bad != 0}] $why
    }}
    set bad 0
    set why {}
    set ran 0
    set rc 0
    set out {}
    set left {}
    if {$polls & 1} {
        lassign [apply $poll $t] bad why
    }
    set state [$t curstate]
    if $when {
        set ran 1
        if {$t ne $old} {
            targets $t
        }
        set rc [catch {uplevel #0 $cmd} out]
        set left [$t curstate]
        if {$t ne $old && $old ne {}} {
            targets $old
        }
        if {$polls & 2} {
            lassign [apply $poll $t] bad why
        }
    }
    list $t $ran $rc $out $bad $why [$t was_examined] $state $left [$t curstate] [$t cget -type]
}}
