#!/bin/sh
# SPDX-License-Identifier: MIT
# find_package.sh LANGUAGE KIND COMPILER FLAGS INSTALLED-TREE LIBDIR WORK-DIR
# Builds and runs the consumer with CMake's find_package(). 77: no compiler for the language.
set -eu

language=$1 kind=$2 compiler=$3 flags=$4 tree=$5 work=$7
source=$(dirname "$0")/consumer.c
components=
if [ -z "$compiler" ]; then
    echo "skipped: no $language compiler"
    exit 77
fi
rm -rf "$work"
mkdir -p "$work"

case $language in
c) name=C suffix=c ;;
c++) name=CXX suffix=cpp ;;
esac
case $kind in
shared) target=libocd::ocd ;;
static) target=libocd::ocd_static ;;
sim)
    target=libocd::ocdsim
    source=$(dirname "$0")/consumer_sim.c
    components='COMPONENTS ocdsim'
    ;;
esac
cp "$source" "$work/consumer.$suffix"
cat >"$work/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(consumer LANGUAGES $name)
find_package(libocd 0.0 QUIET)
if(libocd_FOUND)
  message(FATAL_ERROR "another minor version before 1.0 is taken for the same ABI")
endif()
find_package(libocd 0.1 REQUIRED $components)
if(TARGET libocd::ocdsim AND NOT EXISTS "\${libocd_ELF_DIR}/cortex-m3.elf")
  message(FATAL_ERROR "no ELF in '\${libocd_ELF_DIR}'")
endif()
add_executable(consumer consumer.$suffix)
target_link_libraries(consumer PRIVATE $target)
END
"$CMAKE" -S "$work" -B "$work/build" "-DCMAKE_${name}_COMPILER=$compiler" \
    "-DCMAKE_${name}_FLAGS=$flags" "-DCMAKE_PREFIX_PATH=$tree" >"$work/log"
"$CMAKE" --build "$work/build" >>"$work/log"
"$work/build/consumer"

needed=$(readelf -d "$work/build/consumer" | grep -c 'NEEDED.*libocd' || true)
case $kind:$needed in
shared:1 | static:0 | sim:0) ;;
*)
    echo "a program linked to the $kind library needs $needed shared libocd"
    exit 1
    ;;
esac
