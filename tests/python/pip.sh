#!/bin/sh
# SPDX-License-Identifier: MIT
# pip.sh PYTHON SOURCE-TREE WORK-DIR
# `pip install .` from a copy of the tree, with Debian's setuptools and without the network, into
# a virtual environment; the installed package then passes the guide's tests.
set -eu

python=$1 top=$2 work=$3
here=$(cd "$(dirname "$0")" && pwd)
rm -rf "$work"
mkdir -p "$work/tree"
trap 'rm -rf "$work"' EXIT
cd "$top"
cp -r include src bindings setup.py pyproject.toml MANIFEST.in README.md LICENSE "$work/tree"

cd "$work/tree"
CFLAGS=-O0 "$python" -m pip install --no-index --no-build-isolation --no-deps --no-cache-dir \
    --disable-pip-version-check --root-user-action=ignore --target "$work/site" . \
    >"$work/log" 2>&1 ||
    { cat "$work/log"; exit 1; }
[ -z "$(find . -path ./build -prune -o -name '*.egg-info' -print)" ] ||
    { echo "notes of setuptools are left in the tree"; exit 1; }
grep -q '^Tag: cp39-abi3-' "$work"/site/libocd-*.dist-info/WHEEL
for file in __init__.py __init__.pyi py.typed _libocd.abi3.so; do
    [ -f "$work/site/libocd/$file" ] || { echo "$file is not installed"; exit 1; }
done
cd "$work"
export PYTHONPATH="$work/site" PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1
"$python" -m pytest -q -p no:cacheprovider --basetemp="$work/tmp" "$here/test_guide.py"
