#!/bin/sh
# SPDX-License-Identifier: MIT
# install.sh CMAKE BUILD-DIR STAGE-DIR LIBDIR VERSION
# Installs with a prefix and with DESTDIR; both trees have to be the same and whole. The second
# is then moved to STAGE-DIR/moved, where the consumers find it.
set -eu

cmake=$1 build=$2 stage=$3 libdir=$4 version=$5
rm -rf "$stage"
mkdir -p "$stage"

"$cmake" --install "$build" --prefix "$stage/prefix" >/dev/null
DESTDIR=$stage/dest "$cmake" --install "$build" --prefix /opt/libocd >/dev/null

list() { (cd "$1" && find . ! -type d | LC_ALL=C sort); }
list "$stage/prefix" >"$stage/with-prefix"
list "$stage/dest/opt/libocd" >"$stage/with-destdir"
diff "$stage/with-prefix" "$stage/with-destdir"

case $version in
0.*) abi=${version%.*} ;; # before 1.0 each minor version may change the ABI
*) abi=${version%%.*} ;;
esac
LC_ALL=C sort >"$stage/expected" <<END
./bin/ocd
./include/ocd.h
./include/ocdsim.h
./$libdir/cmake/libocd/libocdConfig.cmake
./$libdir/cmake/libocd/libocdConfigVersion.cmake
./$libdir/cmake/libocd/libocdTargets.cmake
./$libdir/cmake/libocd/libocdsimTargets.cmake
./$libdir/libocd.a
./$libdir/libocd.so
./$libdir/libocd.so.$abi
./$libdir/libocd.so.$version
./$libdir/libocdsim.a
./$libdir/pkgconfig/libocd.pc
./$libdir/pkgconfig/ocdsim.pc
./share/bash-completion/completions/ocd
./share/fish/vendor_completions.d/ocd.fish
./share/libocd/cortex-m3.elf
./share/libocd/riscv32.elf
./share/libocd/riscv64.elf
./share/man/man1/ocd.1
./share/man/man3/libocd.3
./share/zsh/vendor-completions/_ocd
END
# The file of each build type's target details is named after the type.
grep -v 'libocd\(sim\)\{0,1\}Targets-' "$stage/with-prefix" | diff "$stage/expected" -

if grep -rIl "$stage" "$stage/prefix"; then
    echo "these files know where they were installed: the tree cannot be moved"
    exit 1
fi

mv "$stage/dest/opt/libocd" "$stage/moved"
"$stage/moved/bin/ocd" --version | grep -F "$version"

# The tool finds its data files in the tree that was moved.
ready=$("$stage/moved/bin/ocd" sim -f json --until-eof </dev/null)
case $ready in
*"\"elf\": \"$stage/moved/share/libocd/cortex-m3.elf\""*) ;;
*)
    echo "the tool does not name the ELF that was installed: $ready"
    exit 1
    ;;
esac
