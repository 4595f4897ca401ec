# SPDX-License-Identifier: MIT
# Sourced by the scripts: goes to the top of the tree, installs what is missing, builds.
# shellcheck shell=sh

top=$(cd "$(dirname "$0")/.." && pwd)
missing=
failed='-- failed --' # ends the log of what has

say() {
    printf '== %s\n' "$*"
}

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# need_command COMMAND PACKAGE: the command has to be there; Debian has it in the package.
need_command() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# need_header HEADER PACKAGE: the same for a header in the compiler's path.
need_header() {
    if ! printf '#include <%s>\n' "$1" | cc -E -x c - >/dev/null 2>&1; then
        missing="$missing $2"
    fi
}

# Debian's Python, which has Debian's modules, even if another one is first in PATH.
python=/usr/bin/python3

# need_python MODULE PACKAGE: the same for a module of Python.
need_python() {
    "$python" -c "import $1" >/dev/null 2>&1 || missing="$missing $2"
}

# Its headers.
need_python_headers() {
    "$python" -c 'import os, sys, sysconfig
sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' >/dev/null 2>&1 ||
        missing="$missing python3-dev"
}

# What a build of the library and the tool needs. GCC only recommends the C library's headers.
need_build() {
    need_command cc gcc
    need_command cmake cmake
    need_command ninja ninja-build
    need_command pkg-config pkg-config
    need_header stdio.h libc6-dev
    need_header libelf.h libelf-dev
    need_header elfutils/libdw.h libdw-dev
    need_header editline/readline.h libedit-dev # lines of ocd shell can be edited
    need_command openocd openocd
}

# Clang, and its libFuzzer, which Debian has in a separate package.
need_fuzzer() {
    need_command clang clang
    [ -e "$(clang -print-file-name="libclang_rt.fuzzer-$(uname -m).a" 2>/dev/null)" ] ||
        missing="$missing libclang-rt-dev"
}

# run_as_root SCRIPT: sudo asks for a password on the terminal, if there is one, whatever standard
# input and output are. Some systems ask each time: SCRIPT has everything that root must do.
run_as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        sh -c "$1"
    elif ! sudo -n true 2>/dev/null && (: </dev/tty) 2>/dev/null; then
        sudo sh -c "$1" </dev/tty
    else
        sudo -n sh -c "$1"
    fi
}

# stages LOG: shows the progress of a build, a line for each quarter, and that of apt. Its input
# goes to LOG.
stages() {
    stage=
    while IFS= read -r line; do
        printf '%s\n' "$line" >&3
        case $line in
        \[*/*\]*)
            count=${line#\[} count=${count%%\]*}
            now="$((${count%/*} * 4 / ${count#*/} * 25)) %"
            [ "$now" != '0 %' ] || continue
            ;;
        Get:*) now=downloading ;;
        'Unpacking '*) now=unpacking ;;
        'Setting up '*) now='setting up' ;;
        *) continue ;;
        esac
        [ "$now" = "$stage" ] || echo "   $now"
        stage=$now
    done 3>"$1"
}

# Installs the packages whose commands or headers are missing; does nothing when there are none.
install_missing() {
    [ -n "$missing" ] || return 0
    # shellcheck disable=SC2086 # one word a package
    packages=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
    by_hand="apt-get install --no-install-recommends $packages"
    command -v apt-get >/dev/null 2>&1 ||
        die "please install what these Debian packages hold: $packages"
    [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
        die "no sudo here; please run as root: $by_hand"

    say "installing Debian packages: $packages"
    mkdir -p "$top/build"
    log=$top/build/apt.log
    # An update may fail because of another source: if it matters the installation fails.
    { run_as_root "apt-get update -q || true
        exec env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \\
            -o DPkg::Lock::Timeout=300 $packages </dev/null" 2>&1 || echo "$failed"; } |
        stages "$log"
    if grep -qxF -e "$failed" "$log"; then
        cat "$log" >&2
        die "that failed; please run as root: $by_hand"
    fi
    missing=
}

# build DIRECTORY CMAKE-OPTION…: configures and builds in build/DIRECTORY; all, or what build_target
# says.
build_target=all
build() {
    dir=$top/build/$1
    shift
    # A tree that was moved or copied cannot use the build of its old path.
    if [ -f "$dir/CMakeCache.txt" ] &&
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$top" "$dir/CMakeCache.txt"; then
        rm -rf "$dir"
    fi
    mkdir -p "$dir"
    if ! cmake -S "$top" -B "$dir" -G Ninja "$@" >"$dir/configure.log" 2>&1; then
        cat "$dir/configure.log" >&2
        die "cmake failed"
    fi
    { cmake --build "$dir" --target "$build_target" 2>&1 || echo "$failed"; } |
        stages "$dir/build.log"
    if grep -qxF -e "$failed" "$dir/build.log"; then
        cat "$dir/build.log" >&2
        die "the build failed"
    fi
}
