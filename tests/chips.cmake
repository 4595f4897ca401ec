# SPDX-License-Identifier: MIT
# The chips on which the system tests run besides the Cortex-M3, and which tests those are: those
# that make sense there, and move so little that a JTAG adapter of some 75 KiB/s is fast enough.

set(chips_riscv32 system.order system.halted system.text system.command system.random
                  system.width64 system.modify system.write_many system_target.run
                  system_target.events system_target.points image_target.flash image_target.erase
                  image_target.ranges)
set(chips_riscv64 system.modify system.write_many system.order system.halted system.text
                  system.command system.random system_target.run system_target.events
                  system_target.points)

if(OCD_SANITIZE)
  # They move most, and a sanitizer makes the simulated chip slow.
  foreach(test system.random system.order system.text system.width64)
    list(REMOVE_ITEM chips_riscv32 ${test})
    list(REMOVE_ITEM chips_riscv64 ${test})
  endforeach()
endif()

# OpenOCD waits for a JTAG adapter of the network in a busy loop: each of these takes two
# processors, and is slow.
# add_tests_on_chips(TEST TARGET): TEST.CHIP for each chip that has TEST in its list.
function(add_tests_on_chips test target)
  foreach(chip riscv32 riscv64)
    if(test IN_LIST chips_${chip})
      add_test(NAME ${test}.${chip} COMMAND ${target})
      set_tests_properties(${test}.${chip} PROPERTIES LABELS system PROCESSORS 2
                           ENVIRONMENT OCD_TEST_CHIP=${chip})
      slow_tests(${test}.${chip})
    endif()
  endforeach()
endfunction()
