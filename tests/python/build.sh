#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh PYTHON SOURCE-TREE WORK-DIR
# `python3 -m build` makes a source archive, and of that a wheel for all versions of Python from 3.9
# on, both whole; each can be installed into a virtual environment and then reads a simulated chip.
# All that without the network, with Debian's setuptools. 77: a module of Python is missing.
set -eu

python=$1 top=$2 work=$3
for module in build.__main__ setuptools wheel venv ensurepip; do
    if ! "$python" -c "import $module" 2>/dev/null; then
        echo "skipped: Python's module $module is not installed"
        exit 77
    fi
done
. "$top/scripts/lib/rig.sh"
rm -rf "$work"
mkdir -p "$work/tree"
trap 'stop_rig; rm -rf "$work"' EXIT
cd "$top"
cp -r include src bindings setup.py pyproject.toml MANIFEST.in README.md LICENSE "$work/tree"
cd "$work"

export CFLAGS=-O0 PYTHONDONTWRITEBYTECODE=1 PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1
"$python" -m build --no-isolation --outdir dist tree >log 2>&1 || { cat log; exit 1; }
ls dist
sdist=$(echo dist/libocd-*.tar.gz)
wheel=$(echo dist/libocd-*-cp39-abi3-linux_*.whl)

"$python" - "$sdist" "$wheel" <<'END'
import email, sys, tarfile, zipfile

with tarfile.open(sys.argv[1]) as archive:
    names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("setup.py", "pyproject.toml", "LICENSE", "include/ocd.h", "src/CMakeLists.txt"):
        assert name in names, f"{name} is not in {sys.argv[1]}"
with zipfile.ZipFile(sys.argv[2]) as archive:
    names = archive.namelist()
    for name in ("__init__.py", "__init__.pyi", "py.typed", "_libocd.abi3.so"):
        assert "libocd/" + name in names, f"{name} is not in {sys.argv[2]}"
    assert any(name.endswith("LICENSE") for name in names), names
    metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
    fields = email.message_from_bytes(archive.read(metadata))
    for field in ("Name", "Version", "Summary", "Author", "License", "Keywords", "Classifier",
                  "Requires-Python", "Description-Content-Type"):
        assert fields[field], f"no {field} in {metadata}"
END

start_rig "$OCD_TOOL" "$work"
for package in "$wheel" "$sdist"; do
    rm -rf env
    "$python" -m venv --system-site-packages env
    env/bin/python -m pip install --no-build-isolation --no-deps --no-cache-dir --force-reinstall \
        "$package" >log 2>&1 || { cat log; exit 1; }
    OCD_PORT=$rig_port env/bin/python -W error - <<'END'
import os
import sys
import libocd

assert libocd.__file__.startswith(sys.prefix), libocd.__file__
with libocd.Session.connect_sync(port=int(os.environ["OCD_PORT"])) as ocd:
    assert ocd.memory.read_u32(0x08000000) == [0x20005000]
END
    echo "$package: installed, and reads"
done
