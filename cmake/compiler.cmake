# SPDX-License-Identifier: MIT
# Language, warnings and sanitizers of everything in this tree.

set(CMAKE_C_STANDARD 17)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(PROJECT_IS_TOP_LEVEL AND NOT multi_config AND NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Debug, Release, RelWithDebInfo, MinSizeRel"
      FORCE)
endif()

add_compile_definitions(_POSIX_C_SOURCE=200809L _FILE_OFFSET_BITS=64)
add_compile_options(-Wall -Wextra -Wconversion -Wshadow)
if(OCD_WERROR)
  add_compile_options(-Werror)
endif()

if(OCD_SANITIZE)
  # The list may be written as a compiler or as CMake would write it.
  string(REPLACE ";" "," ocd_sanitizers "${OCD_SANITIZE}")
  set(ocd_sanitize_flags -fsanitize=${ocd_sanitizers} -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
  add_compile_options(${ocd_sanitize_flags})
  add_link_options(${ocd_sanitize_flags})
endif()
