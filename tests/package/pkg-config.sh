#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg-config.sh LANGUAGE KIND COMPILER FLAGS INSTALLED-TREE LIBDIR WORK-DIR
# Builds and runs the consumer with what pkg-config says. 77: no compiler for the language.
set -eu

language=$1 kind=$2 compiler=$3 flags=$4 tree=$5 libdir=$6 work=$7
source=$(dirname "$0")/consumer.c
package=libocd
if [ -z "$compiler" ]; then
    echo "skipped: no $language compiler"
    exit 77
fi
rm -rf "$work"
mkdir -p "$work"

export PKG_CONFIG_PATH="$tree/$libdir/pkgconfig"
case $kind in
sim)
    package=ocdsim
    source=$(dirname "$0")/consumer_sim.c
    libs=$(pkg-config --libs ocdsim)
    [ -r "$(pkg-config --variable=elfdir ocdsim)/cortex-m3.elf" ]
    ;;
shared) libs=$(pkg-config --libs libocd) ;;
static) libs="-Wl,-Bstatic $(pkg-config --static --libs libocd) -Wl,-Bdynamic" ;;
esac
# shellcheck disable=SC2046,SC2086 # the flags are words
"$compiler" $flags -Wall -Wextra -Werror -x "$language" $(pkg-config --cflags $package) "$source" \
    -x none $libs -o "$work/consumer"
LD_LIBRARY_PATH=$tree/$libdir "$work/consumer"

needed=$(readelf -d "$work/consumer" | grep -c 'NEEDED.*libocd' || true)
case $kind:$needed in
shared:1 | static:0 | sim:0) ;;
*)
    echo "a program linked to the $kind library needs $needed shared libocd"
    exit 1
    ;;
esac
