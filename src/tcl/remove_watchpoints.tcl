# SPDX-License-Identifier: MIT
# Removes all watchpoints: 0.12 has no `rwp all`.
foreach {- at} [regexp -all -inline {address: (0x[0-9a-fA-F]+)} [wp]] {
    rwp $at
}
