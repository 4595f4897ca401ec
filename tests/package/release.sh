#!/bin/sh
# SPDX-License-Identifier: MIT
# release.sh SOURCE-TREE WORK-DIR
# scripts/release in a clone: what it refuses, the first release, and one after it whose library is
# compared with the first one's. 77: no git, or no abidiff.
set -eu

top=$1 work=$2
git() { command git -c safe.directory='*' "$@"; }
if ! git -C "$top" rev-parse >/dev/null 2>&1 || ! command -v abidiff >/dev/null; then
    echo "skipped: no repository, or abidiff is not installed"
    exit 77
fi
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
export GIT_AUTHOR_NAME=Somebody GIT_AUTHOR_EMAIL=somebody@localhost
export GIT_COMMITTER_NAME=Somebody GIT_COMMITTER_EMAIL=somebody@localhost
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export CFLAGS=-O0
git clone -q --no-tags "$top" "$work/clone"
cd "$work/clone"
# What is tested is this tree, not its last commit.
git -C "$top" diff HEAD --binary | git apply --allow-empty
git add -A
git commit -q --allow-empty -m "What is not committed"

# refuses WORDS ARGUMENT...: and changes nothing.
refuses() {
    words=$1
    shift
    before=$(git rev-parse HEAD)
    if scripts/release "$@" >"$work/said" 2>&1 || ! grep -qF -e "$words" "$work/said"; then
        echo "scripts/release $*: no '$words' in"
        cat "$work/said"
        exit 1
    fi
    [ "$(git rev-parse HEAD)" = "$before" ]
}

release() {
    scripts/release "$@" >"$work/said" 2>&1 || { cat "$work/said"; exit 1; }
}

refuses 'is not of the form' 1.0
refuses 'is not of the form' 01.0.0
echo >>README.md
refuses 'not committed' 9.1.0
git checkout -q README.md

release --dry-run 9.1.0
[ -z "$(git tag)" ]
[ -z "$(git status --porcelain)" ]
(cd build/release && sha256sum -c libocd-9.1.0.tar.xz.sha256)

release 9.1.0
[ "$(git tag)" = v9.1.0 ]
[ "$(git log -1 --format=%s)" = 'Release 9.1.0' ]
grep -q '^#define OCD_VERSION_MAJOR 9 ' include/ocd.h
grep -q '^## 9\.1\.0 - 20' CHANGELOG.md
grep -q '^Package: libocd9$' packaging/debian/control
grep -q '^libocd\.so\.9 libocd9 ' packaging/debian/libocd9.symbols
head -n 1 packaging/debian/changelog | grep -qF '(9.1.0-1)'
tar -xOf build/release/libocd-9.1.0.tar.xz libocd-9.1.0/cmake/commit.txt |
    grep -q "^$(git rev-parse HEAD)"

refuses 'there is a v9.1.0 already' 9.1.0
refuses 'older than the last release' 9.0.9
refuses 'nothing under' 9.1.1

# change WHAT SED-SCRIPT FILE: a commit with an entry in the list of changes.
change() {
    sed -i "s/^## Unreleased\$/&\n\n### Changed\n\n- $1/" CHANGELOG.md
    sed -i "$2" "$3"
    git commit -q -a -m "$1"
}

change 'Structs grow.' 's/^\(    uint64_t reserved\[[0-9]*\)\];/\1 + 1];/' include/ocd.h
refuses 'programs that use 9.1.0 would break' 9.1.1
git reset -q --hard v9.1.0
change 'A text is another one.' 's/out of memory/no memory/' include/ocd.h
release 9.1.1
[ "$(git describe)" = v9.1.1 ]
head -n 1 packaging/debian/changelog | grep -qF '(9.1.1-1)'
grep -qF '(9.1.0-1)' packaging/debian/changelog
