# SPDX-License-Identifier: MIT
"""The Python package: `pip install .` needs a C compiler, awk, pkg-config, libelf and libdw, no CMake.

What is compiled is the whole library and bindings/python/ext, into one extension module. With
OCD_SHARED=1 in the environment it is bindings/python/ext only, and the module uses the libocd.so
that pkg-config finds, as Debian's packages do.
"""

import glob
import os
import re
import shlex
import subprocess
import sysconfig

from setuptools import Extension, setup

BINDINGS = "bindings/python"


def version():
    with open("include/ocd.h", encoding="utf-8") as header:
        text = header.read()
    return ".".join(
        re.search(rf"^#define OCD_VERSION_{part} (\d+)", text, re.M).group(1)
        for part in ("MAJOR", "MINOR", "PATCH")
    )


def pkg_config(option, default):
    program = os.environ.get("PKG_CONFIG", "pkg-config")
    packages = ["libocd"] if shared else ["libelf", "libdw"]
    try:
        answer = subprocess.run(
            [program, option, *packages], check=True, stdout=subprocess.PIPE, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        return default  # the compiler may find it all the same
    return shlex.split(answer.stdout)


def files(pattern):
    return sorted(glob.glob(pattern, recursive=True))


def listed(extension):
    """CMake's list, one a line; those of builds without ELF are on a line with others."""
    if shared:
        return []
    with open("src/CMakeLists.txt", encoding="utf-8") as lists:
        names = re.findall(rf"^ +([a-z0-9_/]+\.{extension})\)?$", lists.read(), re.M)
    return ["src/" + name for name in names]


def scripts():
    """The Tcl scripts as C source, as CMake makes it of them."""
    path = "build/scripts.c"
    awk = ["awk", "-f", "src/tcl/embed.awk", *listed("tcl")]
    with open(path, "w", encoding="utf-8") as source:
        subprocess.run(awk, check=True, stdout=source)
    return path


os.makedirs("build", exist_ok=True)  # what is made here stays out of the tree


shared = os.environ.get("OCD_SHARED", "") not in ("", "0")

# The limited API of 3.9: one wheel for that version and all later ones. Interpreters without the
# GIL have no limited API yet.
limited = not sysconfig.get_config_var("Py_GIL_DISABLED")

extension = Extension(
    "libocd._libocd",
    sources=([] if shared else [*listed("c"), scripts()]) + files(f"{BINDINGS}/ext/*.c"),
    depends=["include/ocd.h", f"{BINDINGS}/module.map", "src/CMakeLists.txt"]
    + files("src/**/*.h")
    + files("src/tcl/**/*.tcl")
    + files(f"{BINDINGS}/ext/*.h"),
    include_dirs=["include"] if shared else ["include", "src"],
    define_macros=[("_POSIX_C_SOURCE", "200809L"), ("_FILE_OFFSET_BITS", "64")]
    + ([("Py_LIMITED_API", "0x03090000")] if limited else []),
    extra_compile_args=["-std=c17", "-fvisibility=hidden", *pkg_config("--cflags", [])],
    extra_link_args=[
        f"-Wl,--version-script={BINDINGS}/module.map",
        *pkg_config("--libs", ["-locd"] if shared else ["-lelf", "-ldw"]),
        "-lm",
    ],
    py_limited_api=limited,
)

setup(
    version=version(),
    packages=["libocd"],
    package_dir={"": BINDINGS},
    package_data={"libocd": ["py.typed", "*.pyi"]},
    ext_modules=[extension],
    options={
        "egg_info": {"egg_base": "build"},
        **({"bdist_wheel": {"py_limited_api": "cp39"}} if limited else {}),
    },
    zip_safe=False,
)
