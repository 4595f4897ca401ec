# SPDX-License-Identifier: MIT
"""The page in a browser, with made-up values: column i is a sine of period 2 + i and amplitude
1 + i, the last one counts the frames."""

import http.server
import threading

import pytest

# The plot's canvas: whether all pixels of a column at this time have the colour of a gap.
HAS_GAP_AT = """
    const chart = document.querySelector('#plot canvas');
    const context = chart.getContext('2d');
    const [from, to] = view.window(store);
    const over = document.querySelector('.u-over');
    const x = over.offsetLeft + (arguments[0] - from) / (to - from) * over.offsetWidth;
    const {data} = context.getImageData(Math.round(x * devicePixelRatio),
        (over.offsetTop + 5) * devicePixelRatio, 1, 30);
    let grey = 0;
    for (let i = 0; i < data.length; i += 4)
        if (data[i + 3] > 0 && Math.abs(data[i] - data[i + 2]) < 30) grey++;
    return grey > 20;
"""


def test_values_on_the_page_are_those_that_were_sent(browser, show):
    show(3, 100)
    browser.await_true("store.frames > 50")
    wrong = browser.run("""
        const expected = (i, t) => (1 + i) * Math.sin(2 * Math.PI * t / (2 + i));
        let wrong = 0;
        for (let row = store.begin; row < store.end; row++) {
          const t = store.times[row];
          for (const i of [0, 1])
            if (Math.abs(store.columns[i].values[row] - expected(i, t)) > 1e-3) wrong++;
          if (store.columns[2].values[row] !== row) wrong++;
        }
        return wrong;""")
    assert wrong == 0
    shown = browser.run("""store.columns[2].text = 'exact'; table.update();
        return document.querySelector('#rows tr:last-child td').textContent""")
    assert shown == "exact"


def test_table_shows_unit_type_extremes_and_flags(browser, show):
    feeder = show(3, 100)
    cells = "[...document.querySelectorAll('#rows tr:nth-child(2) [data-label]')]" \
            ".map(cell => cell.textContent)"
    browser.await_true("store.columns[1].max > 1.9 && store.columns[1].min < -1.9")
    feeder.tell("unreadable 1")
    browser.await_true(f"{cells}[7] === 'unreadable: bus fault'")
    name, value, unit, kind, least, most, mean, _ = browser.run(f"return {cells}")
    assert (name, value, unit, kind) == ("curve[1]", "", "A", "double")
    assert -2 <= float(least) < -1.9 and 1.9 < float(most) <= 2 and abs(float(mean)) < 1.5
    feeder.tell("readable 1")
    browser.await_true(f"{cells}[7] === ''")
    browser.keys("r")
    browser.await_true(f"Number({cells}[5]) - Number({cells}[4]) < 2")


def test_gap_is_drawn_as_a_gap_with_its_reason(browser, show):
    feeder = show(2, 50)
    browser.await_true("store.frames > 20")
    feeder.tell("stop")
    browser.run("view.span = 10")
    feeder.tell("gap 3 reconnecting")
    browser.await_true("store.gaps.length === 1")
    gap = browser.run("return store.gaps[0]")
    assert gap["reason"] == "reconnecting" and abs(gap["to"] - gap["from"] - 3) < 1e-6
    middle = (gap["from"] + gap["to"]) / 2
    before = gap["from"] - 2
    browser.await_true(f"store.lastTime >= {middle} - 0.001")
    browser.run("view.end = store.gaps[0].to + 1; dirty = true")
    browser.await_true(f"(function () {{ {HAS_GAP_AT} }})(arguments[0])", middle)
    assert not browser.run(HAS_GAP_AT, before)
    # The curve is interrupted there.
    nothing = browser.run("""
        const [, ...curves] = plot.shown;
        return curves.map(curve => curve.includes(null));""")
    assert nothing == [True, True]
    browser.await_true("document.getElementById('facts').textContent.endsWith('1 gap')")


def test_page_that_is_too_slow_shows_a_gap(browser, show):
    show(1, 50)
    browser.run("store.missed = 7")
    browser.await_true("store.gaps.length === 1")
    assert browser.run("return store.gaps[0].reason") == "page too slow, 7 lost"


def test_extremes_and_gaps_survive_thinning(browser, show):
    show(1, 10)
    low, high, spike, none, order = browser.run("""
        const many = new Store(65536);
        many.setColumns([{id: 0, name: 'a', unit: '', type: ''}]);
        for (let i = 0; i < 60000; i++)
          many.addFrame({t: i / 1000, s: '', v: [i === 31234 ? 99 : i === 41234 ? null : i % 7]});
        const [x, y] = new Thinner(many).thin(many.columns, 0, 60, 500);
        const spike = x[y.indexOf(99)];
        const none = x[y.indexOf(null)];
        const order = x.every((time, i) => i === 0 || time >= x[i - 1]);
        return [Math.min(...y.filter(v => v !== null)), y.length, spike, none, order];""")
    assert low == 0 and high <= 3 * 502 and order
    assert abs(spike - 31.234) < 0.12 and abs(none - 41.234) < 0.12


def test_ring_has_a_fixed_size_and_keeps_the_newest(browser, show):
    show(1, 10)
    answer = browser.run("""
        const small = new Store(16);
        small.setColumns([{id: 0, name: 'a', unit: '', type: ''}]);
        for (let i = 0; i < 1000; i++) {
          small.addFrame({t: i, s: '', v: [i]});
          if (i % 2) small.addGap({t: i, seconds: 1, reason: 'late', cause: null});
        }
        return [small.columns[0].values.length, small.times.length, small.gaps.length,
                small.firstTime, small.lastTime, small.find(994.5), small.nearest(996.1)];""")
    assert answer[:2] == [16, 16] and answer[2] in (5, 6)
    assert answer[3] >= 989 and answer[4] == 999.5


def test_curves_with_other_units_have_other_axes(browser, show):
    show(6, 50)
    axes = "document.querySelectorAll('#plot .u-axis').length"
    browser.await_true(f"{axes} === 4")  # time, none, A, °C
    browser.click("#rows tr:nth-child(1) .actions button[title^='An axis']")
    browser.await_true(f"{axes} === 5")
    browser.keys("1")  # hides the curve, and its axis
    browser.await_true(f"{axes} === 4")
    browser.click(".chip")
    browser.await_true(f"{axes} === 5")


def test_cursor_shows_the_values_of_the_nearest_sample(browser, show):
    show(2, 50)
    browser.await_true("store.frames > 60")
    browser.keys(" ")
    box = browser.run("return document.querySelector('.u-over').getBoundingClientRect()")
    browser.pointer(("move", box["x"] + box["width"] - 5, box["y"] + 20))
    browser.await_true("plot.cursorTime !== null")
    browser.await_true("""document.querySelector('.chip:nth-child(2) b').textContent ===
        formatNumber(store.columns[1].values[store.nearest(plot.cursorTime)]) + ' A'""")
    browser.await_true("/^\\d\\d:\\d\\d:\\d\\d\\.\\d\\d\\d$/.test("
                       "document.querySelector('#legend .time').textContent)")
    browser.pointer(("move", 5, 5))


def test_zoom_by_mouse_keys_and_buttons(browser, show):
    show(2, 50)
    browser.await_true("store.frames > 60")
    box = browser.run("return document.querySelector('.u-over').getBoundingClientRect()")
    left, top = box["x"], box["y"]
    browser.pointer(("move", left + 300, top + 50), ("down",), ("move", left + 600, top + 55),
                    ("up",))
    span = browser.run("return view.span")
    assert abs(span - 30 * 300 / box["width"]) < 0.5
    assert browser.run("return view.end !== null && view.ranges.size === 0")
    browser.keys("+")
    assert browser.run("return view.span") == pytest.approx(span / 2)
    browser.keys("-")
    browser.click("#zoom-out")
    assert browser.run("return view.span") == pytest.approx(span * 2)
    end = browser.run("return view.end")
    browser.keys("\ue012")  # the left arrow
    assert browser.run("return view.end") == pytest.approx(
        max(end - span / 2, browser.run("return store.firstTime")), abs=0.01)
    browser.pointer(("move", left + 300, top + 50), ("down",), ("move", left + 303, top + 150),
                    ("up",))
    assert browser.run("return view.ranges.size") >= 1
    browser.keys("0")
    assert browser.run("return view.end === null && view.ranges.size === 0")


def test_pause_holds_the_plot_while_values_go_on(browser, show):
    show(2, 50)
    browser.keys(" ")
    end, frames = browser.run("return [view.end, store.frames]")
    browser.await_true(f"store.frames > {frames} + 20")
    assert browser.run("return view.window(store)[1]") == end
    browser.await_true("document.getElementById('pause').textContent === 'Go on'")
    browser.click("#pause")
    assert browser.run("return view.end") is None


def test_add_by_completed_name_and_remove(browser, show):
    feeder = show(2, 50)
    browser.keys("a")
    browser.type("#add-name", "motor.")
    browser.await_true("[...document.querySelectorAll('#names option')]"
                       ".map(option => option.value).join() === 'motor.speed,motor.current'")
    browser.type("#add-name", "motor.speed\n")
    feeder.await_asked("add motor.speed")
    browser.await_true("store.columns.length === 3 && store.columns[2].numeric")
    assert browser.run("return store.columns[2].name") == "motor.speed"
    browser.type("#add-name", "wrong\n")
    browser.await_true("document.querySelector('#notes p span')?.textContent === "
                       "'wrong: there is no wrong'")
    # The others keep what they have.
    kept = browser.run("return store.columns[1].count")
    browser.click("#rows tr:nth-child(1) .actions button[title^='Remove']")
    feeder.await_asked("remove 0")
    browser.await_true("store.columns.map(column => column.name).join() === "
                       "'curve[1],motor.speed'")
    assert browser.run("return store.columns[0].count") >= kept
    # What the browser says of the refused request.
    assert all("400 (Bad Request)" in message for message in browser.messages())


def test_writing_needs_its_option(browser, show):
    feeder = show(2, 50)
    assert browser.run("return [...document.querySelectorAll('#rows button')]"
                       ".filter(button => button.textContent === 'write').length") == 0
    assert browser.run("return act('write', {id: 0, value: 1})") \
        == "ocd watch was started without --web-write"
    assert feeder.asked == []
    assert all("403 (Forbidden)" in message for message in browser.messages())


def test_write_is_sent_and_its_error_shown(browser, show):
    feeder = show(2, 50, "write")
    browser.click("#rows tr:nth-child(2) .actions button")
    browser.await_true("document.getElementById('write').open")
    browser.type("#write-value", "x\n")
    browser.await_true("document.getElementById('write-error').textContent === "
                       "'x is not a number'")
    browser.type("#write-value", "42\n")
    feeder.await_asked("write 1 42")
    browser.await_true("!document.getElementById('write').open")
    assert all("400 (Bad Request)" in message for message in browser.messages())


def test_page_of_another_origin_is_refused(browser, feed):
    """Even one that has the token, which it can know only from the user."""

    class Handler(http.server.BaseHTTPRequestHandler):
        """Any page."""

        def do_GET(self):
            """An empty one."""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!DOCTYPE html><title>other</title>")

        def log_message(self, *_):
            """Says nothing."""

    feeder = feed(2, 50, "write")
    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        browser.open(f"http://127.0.0.1:{server.server_port}/")
        base, token = feeder.url.split("?")
        assert "TypeError" in browser.run(
            "return fetch(arguments[0], {method: 'POST'}).catch(String)",
            f"{base}write?{token}&id=0&value=1")
        browser.run("return fetch(arguments[0], {method: 'POST', mode: 'no-cors'})"
                    ".catch(String)", f"{base}write?{token}&id=0&value=1")
        assert browser.run("""return new Promise(done => {
            const events = new EventSource(arguments[0]);
            events.onopen = () => done('open');
            events.onerror = () => done('refused');
            })""", f"{base}events?{token}") == "refused"
        assert feeder.asked == []
        browser.open(f"http://127.0.0.1:{base.split(':')[2]}?token=0")
        assert "open the address that ocd watch has printed" in browser.run(
            "return document.body.textContent")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        browser.messages()


def test_nothing_is_loaded_from_elsewhere(browser, show):
    feeder = show(2, 50)
    base = feeder.url.split("?")[0]
    names = browser.run("return performance.getEntriesByType('resource').map(e => e.name)")
    assert len(names) >= 9 and all(name.startswith((base, "data:")) for name in names)
    assert "Failed" in browser.run(
        "return fetch('http://127.0.0.1:1/').catch(String)")  # its policy forbids it
    assert all("Content Security Policy" in message for message in browser.messages())


def test_csv_has_all_rows(browser, show):
    feeder = show(3, 50)
    browser.await_true("store.frames > 20")
    feeder.tell("unreadable 1")
    browser.await_true("store.columns[1].flag === 'unreadable'")
    feeder.tell("stop")
    feeder.tell("gap 0.5 busy")
    browser.await_true("store.gaps.length === 1")
    text, frames = browser.run("return [csvParts(store).join(''), store.frames]")
    head, *rows = text.splitlines()
    assert head == "time,curve[0],curve[1],curve[2],flags"
    assert len(rows) == frames + 1
    assert [int(row.split(",")[3]) for row in rows[:-1]] == list(range(frames))
    assert rows[-2].split(",")[2] == "" and rows[-2].endswith(",curve[1]:unreadable")
    assert rows[-1].endswith(",,,,gap:busy:0.500000")
    browser.run("HTMLAnchorElement.prototype.click = function () { window.saved = this; }")
    browser.keys("c")
    assert browser.run("return fetch(saved.href).then(() => 1).catch(() => saved.download)") \
        .startswith("ocd-watch-")
    browser.messages()  # the policy forbids to fetch it


def test_keys_are_documented_and_work(browser, show):
    show(2, 50)
    browser.keys("?")
    assert browser.run("return document.getElementById('help').open")
    documented = browser.run("return [...document.querySelectorAll('#help dt')]"
                             ".map(key => key.textContent).join(' ').toLowerCase()")
    for key in browser.run("return Object.keys(KEYS)"):
        shown = {" ": "space", "=": "+", "-": "−", "ArrowLeft": "←", "ArrowRight": "→"}
        assert shown.get(key, key) in documented
    browser.keys("\ue00c")
    browser.await_true("!document.getElementById('help').open")
    theme = browser.run("return document.documentElement.dataset.theme")
    browser.keys("d")
    assert browser.run("return document.documentElement.dataset.theme") != theme
    browser.keys("d")


@pytest.mark.parametrize("width", [400, 700, 1200, 2000])
def test_page_fits_its_window(browser, show, width):
    show(8, 50, "write")
    browser.size(width, 900)
    browser.await_true("Math.abs(document.querySelector('#plot canvas').offsetWidth - "
                       "document.getElementById('plot').clientWidth) <= 1")
    assert browser.run("return document.documentElement.scrollWidth") <= width
    # Everything that can be pressed is inside, and large enough.
    outside = browser.run("""
        return [...document.querySelectorAll('main button, header button, input, select')]
            .filter(e => e.offsetParent !== null)
            .filter(e => { const box = e.getBoundingClientRect();
                           return box.left < 0 || box.right > innerWidth || box.height < 20; })
            .map(e => e.outerHTML);""")
    assert outside == []


def test_page_says_when_the_run_has_ended(browser, show):
    feeder = show(2, 50)
    feeder.close()
    browser.await_true("document.getElementById('connection').textContent === "
                       "'ocd watch has ended'")
    assert browser.run("return document.getElementById('dot').className") == "off"


def test_reload_keeps_the_values_since_the_last_change(browser, show):
    feeder = show(2, 50)
    browser.await_true("store.frames > 30")
    browser.open(feeder.url)
    browser.await_true("store.frames > 30")
    assert browser.run("return store.columns[1].values[0]") == 0
