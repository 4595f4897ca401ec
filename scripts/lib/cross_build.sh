# SPDX-License-Identifier: MIT
# cross_build.sh HOST TRIPLET LIBRARIES: run by scripts/other-hosts in its Debian.
# shellcheck shell=sh
set -eu

host=$1 triplet=$2 libraries=$3
export PKG_CONFIG_LIBDIR="/usr/lib/$libraries/pkgconfig:/usr/share/pkgconfig"
git config --global --replace-all safe.directory '*'
# `env` as an emulator: the kernel knows how to start the programs.
cmake -S /src -B "/src/build/other-hosts/$host" -G Ninja -DCMAKE_SYSTEM_NAME=Linux \
    "-DCMAKE_SYSTEM_PROCESSOR=${triplet%%-*}" "-DCMAKE_LIBRARY_ARCHITECTURE=$libraries" \
    "-DCMAKE_C_COMPILER=$triplet-gcc" "-DCMAKE_CXX_COMPILER=$triplet-g++" \
    -DCMAKE_CROSSCOMPILING_EMULATOR=/usr/bin/env -DOCD_WERROR=ON -DCMAKE_BUILD_TYPE=RelWithDebInfo
cmake --build "/src/build/other-hosts/$host" -- -j 2 -k 0
