# SPDX-License-Identifier: MIT
# DWT_CYCCNT into $y where $cycles asks for it; - where it was not read.
set y -
if {$cycles} {
    catch {
        set y [$t read_memory 0xE0001004 32 1]
    }
}
