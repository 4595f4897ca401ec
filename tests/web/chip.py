# SPDX-License-Identifier: MIT
"""ocd watch --web in front of the real OpenOCD and the simulated chip."""

import json
import os
import re
import signal
import socket
import subprocess
import threading


class Chip:
    """The simulated chip and its OpenOCD."""

    def __init__(self, tool):
        self.tool = tool
        self.process = subprocess.Popen(
            [tool, "sim", "--openocd", "-p", "0", "--control", "0", "-f", "json", "--until-eof"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.port = ready["tcl_port"]
        self.control = ready["control_port"]

    def close(self):
        """Ends both."""
        self.process.terminate()
        self.process.communicate()

    def ocd(self, *words):
        """Runs the tool, and returns what it prints."""
        return subprocess.run([self.tool, "-p", str(self.port), *words], check=True,
                              capture_output=True, text=True).stdout.strip()

    def order(self, text):
        """An order to the simulated chip (docs/simulator.md)."""
        with socket.create_connection(("127.0.0.1", self.control)) as connection:
            connection.sendall(text.encode() + b"\n")
            answer = connection.recv(1000).decode()
        assert answer == "ok\n", answer


class Watch:
    """A running ocd watch with its page."""

    def __init__(self, chip, *words, elf=None):
        elf_words = ["-e", elf] if elf else []
        self.process = subprocess.Popen(
            [chip.tool, "-p", str(chip.port), *elf_words, "watch", *words],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.url = None
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+/\?token=\w+", line)
            if found:
                self.url = found.group()
                break
        assert self.url, self.said
        self.thread = threading.Thread(target=self._collect)
        self.thread.start()

    def _collect(self):
        for line in self.process.stderr:
            self.said.append(line)

    def close(self):
        """Interrupts it, as Ctrl-C does, and returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait()
        self.thread.join()
        self.process.stderr.close()
        return code


def tool():
    """The tool of this build."""
    return os.environ["OCD_TOOL"]
