# SPDX-License-Identifier: MIT
"""The page of ocd watch in a browser, with the real OpenOCD and the simulated chip."""

import math
import os
import subprocess
import sys
from statistics import median

import pytest
from chip import Chip, Watch, tool

ELF = os.environ["OCD_SIM_ELF"]
WORD = "0x20000100"  # which the firmware leaves alone
OTHER = "0x20000104"


@pytest.fixture(scope="module")
def chip():
    """One chip for all tests of this file."""
    started = Chip(tool())
    yield started
    started.close()


@pytest.fixture
def watch(chip, browser):
    """Opens the page of ocd watch with these words."""
    started = []

    def start(*words):
        started.append(Watch(chip, *words, elf=ELF))
        browser.size(1200, 800)
        browser.open(started[-1].url)
        browser.messages()
        browser.await_true("store.frames > 5 && plot.redrawCount > 0")
        return started[-1]

    yield start
    for each in started:
        assert each.close() == 130
    assert browser.messages() == []


def cell(name, label):
    """The text of a cell of the table, in the page."""
    return f"document.querySelector('tr[data-name=\"{name}\"] [data-label={label}]').textContent"


def test_values_on_the_page_are_the_chips(chip, browser, watch):
    chip.ocd("write", WORD, "0x12345678", "-w", "32")
    before = int(chip.ocd("-e", ELF, "read", "tick", "-w", "32"), 16)
    watch(f"{WORD}:u32", f"{WORD}:u8[4]", "tick", "sine", "wave", "g_counter", "--rate", "50",
          "--web")
    browser.await_true("store.frames > 60")
    assert browser.run(f"return {cell(WORD + ':u32', 'Value')}") == str(0x12345678)
    assert browser.run(f"return {cell('tick', 'Type')}").endswith("uint32_t")
    rows = browser.run("""
        const [, , tick, sine, wave] = store.columns;
        const rows = [];
        for (let row = store.begin; row < store.end; row++)
          if (tick.flags[row] === 0)
            rows.push([store.times[row], tick.values[row], sine.values[row], wave.values[row]]);
        return rows;""")
    after = int(chip.ocd("-e", ELF, "read", "tick", "-w", "32"), 16)
    assert len(rows) > 50
    assert all(before <= tick <= after for _, tick, _, _ in rows)
    # The variables of one frame are read shortly after each other, but a busy machine may come
    # between; the sine has a period of one second.
    assert median(abs(sine - math.sin(2 * math.pi * tick / 1000))
                  for _, tick, sine, _ in rows) < 0.1
    assert median(abs(wave - 1000 * sine) for _, _, sine, wave in rows) < 100
    first_time, first_tick = rows[0][:2]  # both clocks go on alike
    assert median(abs((tick - first_tick) / 1000 - (time - first_time))
                  for time, tick, _, _ in rows) < 0.3
    # Both halves are the same number; a double does not have all its digits.
    texts = browser.run("return [...store.columns[5].texts ?? []].filter(text => text !== '')")
    for text in texts:
        assert int(text) >> 32 == int(text) & 0xffffffff


def test_numbers_have_all_their_digits(chip, browser, watch):
    chip.ocd("write", WORD, "0xFFFFFFFF", "0xFFFFFFFE", "-w", "32")
    watch(f"{WORD}:u64", f"{WORD}:s64", "motor.pid.kd", "--rate", "20", "--web")
    assert browser.run(f"return {cell(WORD + ':u64', 'Value')}") == str(0xFFFFFFFEFFFFFFFF)
    assert browser.run(f"return {cell(WORD + ':s64', 'Value')}") == str(-0x100000001)
    chip.ocd("-e", ELF, "write", "motor.pid.kd", "0.1")
    browser.await_true("store.columns[2].value === 0.1")
    chip.ocd("-e", ELF, "write", "motor.pid.kd", "0.125")


def test_gap_is_shown_with_its_reason(chip, browser, watch):
    watch("wave", "--rate", "20", "--web")
    gaps = browser.run("return store.gapsSeen")
    chip.ocd("--timeout", "20", "cmd", "sleep 1500 busy")
    browser.await_true(f"store.gapsSeen > {gaps} && "
                       "store.gaps.some(gap => gap.to - gap.from > 1)")
    gap = browser.run("return store.gaps.find(gap => gap.to - gap.from > 1)")
    assert gap["reason"] in ("busy", "late") and gap["to"] - gap["from"] < 10
    browser.run("view.span = 10")
    browser.await_true("plot.shown[1].includes(null)")


def test_unreadable_value_has_its_cause_and_leaves_the_others(chip, browser, watch):
    watch("wave", f"{OTHER}:u32", "--rate", "20", "--web")
    chip.order(f"fault {OTHER}:4")
    browser.await_true(f"{cell(OTHER + ':u32', 'Flag')}.startsWith('unreadable: ')")
    frames = browser.run("return store.columns[0].count")
    browser.await_true(f"store.columns[0].count > {frames} + 5")
    chip.order("fault none")
    browser.await_true(f"{cell(OTHER + ':u32', 'Flag')} === ''")


def test_writing_from_the_page_needs_its_option(chip, browser, watch):
    chip.ocd("write", WORD, "1", "-w", "32")
    watch(f"{WORD}:u32", "--rate", "20", "--web")
    assert "--web-write" in browser.run("return act('write', {id: store.columns[0].id, value: 7})")
    assert chip.ocd("read", WORD, "-w", "32") == "0x00000001"
    assert all("403 (Forbidden)" in message for message in browser.messages())


def test_page_writes_with_its_option(chip, browser, watch):
    chip.ocd("write", WORD, "1", "-w", "32")
    watch(f"{WORD}:u32", "motor.pid.kp", "--rate", "20", "--web", "--web-write")
    browser.click("#rows tr:nth-child(1) .actions button")
    browser.type("#write-value", "0x77\n")
    browser.await_true("store.columns[0].value === 0x77")
    assert chip.ocd("read", WORD, "-w", "32") == "0x00000077"
    browser.click("#rows tr:nth-child(2) .actions button")
    browser.type("#write-value", "1.5\n")
    browser.await_true("store.columns[1].value === 1.5")
    assert chip.ocd("-e", ELF, "print", "motor.pid.kp").endswith("1.5")
    chip.ocd("-e", ELF, "write", "motor.pid.kp", "1")


def test_values_are_added_by_completed_name_and_removed(browser, watch):
    watch("wave", "--rate", "20", "--web")
    browser.keys("a")
    browser.type("#add-name", "motor.pid.k")
    browser.await_true("[...document.querySelectorAll('#names option')]"
                       ".map(option => option.value).includes('motor.pid.ki')")
    browser.type("#add-name", "motor.pid.ki\n")
    browser.await_true("store.columns.length === 2 && store.columns[1].value === 0.5")
    browser.type("#add-name", "nothing.such\n")
    browser.await_true("[...document.querySelectorAll('#notes p span')]"
                       ".some(note => note.textContent.startsWith('nothing.such: '))")
    browser.click("tr[data-name=wave] .actions button[title^=Remove]")
    browser.await_true("store.columns.map(column => column.name).join() === 'motor.pid.ki'")
    assert all("400 (Bad Request)" in message for message in browser.messages())


def test_halted_core_is_shown(chip, browser, watch):
    watch("wave", "--rate", "20", "--web")
    browser.await_true("document.getElementById('connection').textContent === 'core running'")
    chip.ocd("halt")
    browser.await_true("document.getElementById('connection').textContent === 'core halted'")
    chip.ocd("resume")
    browser.await_true("document.getElementById('connection').textContent === 'core running'")


def test_picture_of_the_documents_can_be_made(tmp_path):
    script = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "watch.py")
    picture = tmp_path / "watch.png"
    subprocess.run([sys.executable, script, tool(), ELF, picture], check=True)
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) > 30000
    assert [int.from_bytes(data[at:at + 4], "big") for at in (16, 20)] == [1200, 800]
