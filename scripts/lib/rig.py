# SPDX-License-Identifier: MIT
"""A simulated chip with a real OpenOCD, on free ports; rig.sh is the same for shells."""

import json
import os
import subprocess


def start_rig(*options):
    """(process, Tcl port). Chip and OpenOCD end with stop_rig(), or with this process. $OCD_TOOL is
    the tool; the options are those of `ocd sim`."""
    environment = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "PYTHONMALLOC")}
    rig = subprocess.Popen(
        [os.environ.get("OCD_TOOL", "ocd"), "sim", "--openocd", "-p", "0", "-f", "json"]
        + ["--until-eof", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    ready = rig.stdout.readline()
    if not ready:
        rig.communicate()
        raise RuntimeError("the simulated chip or OpenOCD did not start")
    return rig, json.loads(ready)["tcl_port"]


def stop_rig(rig):
    rig.terminate()
    rig.communicate()
