# SPDX-License-Identifier: MIT
"""A browser for the tests of a file, and the page with made-up values for each."""

import os
import subprocess
import sys
import threading

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from browser import Browser  # noqa: E402


class Feeder:
    """web_feeder (feeder.c): serves the page, and notes what it asks for."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([os.environ["OCD_WEB_FEEDER"], *map(str, arguments)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.asked = []
        self.news = threading.Condition()
        self.thread = threading.Thread(target=self._collect)
        self.thread.start()

    def _collect(self):
        for line in self.process.stdout:
            with self.news:
                self.asked.append(line.strip())
                self.news.notify_all()

    def await_asked(self, line):
        """Waits until the page has asked for something."""
        with self.news:
            assert self.news.wait_for(lambda: line in self.asked, 60), self.asked

    def tell(self, line):
        """A line that feeder.c knows."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def close(self):
        """Ends it."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        self.process.wait()
        self.thread.join()
        self.process.stdout.close()


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests of a file."""
    with Browser() as started:
        yield started


@pytest.fixture
def feed():
    """Starts feeders, which end with the test."""
    started = []

    def start(*arguments):
        started.append(Feeder(*arguments))
        return started[-1]

    yield start
    for feeder in started:
        feeder.close()


@pytest.fixture
def show(browser, feed):
    """Opens the page of a feeder: (COLUMNS, HZ, "write")."""

    def start(*arguments):
        feeder = feed(*arguments)
        browser.size(1200, 800)
        browser.open(feeder.url)
        browser.messages()
        browser.await_true("store.frames > 2 && plot.redrawCount > 0")
        return feeder

    yield start
    assert browser.messages() == []
