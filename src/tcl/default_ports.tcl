# SPDX-License-Identifier: MIT
# For OpenOCD's command line: no ports but the Tcl port, which is any free one. The ports'
# commands have two names: `tcl_port` up to 0.12, `tcl port` after it, which still knows the old
# ones but warns of each.
apply {{} {
    foreach {service port} {gdb disabled telnet disabled tcl 0} {
        if {[catch {$service port $port}]} {
            ${service}_port $port
        }
    }
}}
