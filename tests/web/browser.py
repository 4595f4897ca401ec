# SPDX-License-Identifier: MIT
"""Chromium, driven over WebDriver with what Python has itself."""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

DEADLINE = 60  # seconds, for anything that is waited for


class Error(Exception):
    """What the driver or the browser has refused."""


class Browser:
    """One browser with one window. Used with `with`."""

    def __init__(self, width=1200, height=800, arguments=()):
        self.profile = tempfile.mkdtemp(prefix="ocd-browser-")
        self.driver = None
        self.session = None
        try:
            self.base = f"http://127.0.0.1:{self._start()}"
            options = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage",
                       "--force-device-scale-factor=1", f"--window-size={width},{height}",
                       f"--user-data-dir={self.profile}", "--enable-precise-memory-info",
                       "--no-first-run", "--disable-background-networking", *arguments]
            if os.geteuid() == 0:
                options.append("--no-sandbox")  # it refuses to run as root otherwise
            answer = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
                "goog:chromeOptions": {"args": options}}}})
            self.session = answer["sessionId"]
            self.size(width, height)
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Ends the browser and its driver."""
        try:
            if self.session is not None:
                self._command("DELETE", "")
        finally:
            self._end_driver()
            shutil.rmtree(self.profile, ignore_errors=True)

    def _start(self):
        """Starts the driver and answers its port. It takes one that is free with IPv4, and gives up
        where that one is not free with IPv6."""
        for _ in range(10):
            self._end_driver()
            self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE,
                                           stderr=subprocess.STDOUT, text=True)
            said = []
            for line in self.driver.stdout:
                said.append(line)
                found = re.search(r"started successfully on port (\d+)", line)
                if found:
                    return int(found.group(1))
        raise Error(f"chromedriver has not started: {said}")

    def _end_driver(self):
        if self.driver is not None:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()

    def _ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.base + path, data, {"Content-Type":
                                                                  "application/json"},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise Error(json.load(error)["value"]["message"]) from None

    def _command(self, method, path, body=None):
        return self._ask(method, f"/session/{self.session}{path}", body)

    def size(self, width, height):
        """Sets the size of the page, in CSS pixels."""
        self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height,
                      deviceScaleFactor=1, mobile=False)

    def open(self, url):
        """Goes to an address."""
        self._command("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        """Runs the body of a function in the page, and answers what it returns. A promise is
        waited for."""
        return self._command("POST", "/execute/sync", {"script": script, "args": arguments})

    def devtools(self, name, **parameters):
        """A command of Chromium's own protocol."""
        return self._command("POST", "/goog/cdp/execute", {"cmd": name, "params": parameters})

    def await_true(self, expression, *arguments):
        """Waits until an expression of the page is true, and returns its value."""
        end = time.monotonic() + DEADLINE
        while True:
            value = self.run(f"return {expression}", *arguments)
            if value:
                return value
            if time.monotonic() > end:
                raise AssertionError(f"not within {DEADLINE} s: {expression}")
            self.run("return new Promise(done => requestAnimationFrame(done))")

    def keys(self, text):
        """Types on the keyboard."""
        actions = []
        for key in text:
            actions += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._command("POST", "/actions",
                      {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def _element(self, selector):
        found = self._command("POST", "/element", {"using": "css selector", "value": selector})
        return next(iter(found.values()))

    def click(self, selector):
        """Clicks on an element."""
        self._command("POST", f"/element/{self._element(selector)}/click", {})

    def type(self, selector, text):
        """Types into an input field, instead of what it has."""
        element = self._element(selector)
        self._command("POST", f"/element/{element}/clear", {})
        self._command("POST", f"/element/{element}/value", {"text": text})

    def pointer(self, *actions):
        """Moves of the mouse: ("move", x, y), ("down",), ("up",)."""
        made = []
        for name, *place in actions:
            if name == "move":
                made.append({"type": "pointerMove", "duration": 0, "x": int(place[0]),
                             "y": int(place[1])})
            else:
                made.append({"type": f"pointer{name.title()}", "button": 0})
        self._command("POST", "/actions", {"actions": [
            {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"},
             "actions": made}]})

    def screenshot(self, path):
        """Writes a picture of the page as PNG."""
        with open(path, "wb") as file:
            file.write(base64.b64decode(self._command("GET", "/screenshot")))

    def messages(self):
        """Errors of scripts and of loading since the last call."""
        return [entry["message"] for entry in
                self._command("POST", "/se/log", {"type": "browser"})
                if entry["level"] == "SEVERE"]
