# SPDX-License-Identifier: MIT
# ACTION LIST: runs the script ACTION, then the command LIST, which lists breakpoints or
# watchpoints.
#
# Returns STATUS RESULT TEXT: what `catch` says of the action, and what the list is afterwards.
apply {{action list} {
    set rc [catch $action out]
    list $rc $out [$list]
}}
