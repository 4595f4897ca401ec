// SPDX-License-Identifier: MIT
/* The plot: which part of the time is shown, the curves and axes, and what the mouse does. */
'use strict';

const SPANS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400]; // seconds
const SPAN_MIN = 0.001;
const STYLES = 8; // colours in style.css; after them the curves are dashed
const REDRAWS = 4096; // durations that are kept
const NARROW = 600; // pixels: fewer axes, without labels

function colourOf(column) {
  const style = getComputedStyle(document.documentElement);
  return style.getPropertyValue(`--curve-${column.style % STYLES}`).trim();
}

/* The part of the time that is shown. */
class View {
  constructor() {
    this.span = 30;
    this.end = null; // null: the newest value
    this.ranges = new Map(); // of scales that are zoomed: [min, max]
  }

  window(store) {
    const end = this.end ?? store.lastTime;
    return [end - this.span, end];
  }

  /* Zooms around a position, 0 for the left edge and 1 for the right one. */
  zoom(store, factor, place) {
    const [from, to] = this.window(store);
    const span = Math.min(Math.max(this.span * factor, SPAN_MIN), SPANS[SPANS.length - 1]);
    const at = from + (to - from) * place;
    this.span = span;
    if (this.end !== null || place < 1) this.end = at + span * (1 - place);
  }

  move(store, part) {
    const [, to] = this.window(store);
    const end = to + part * this.span;
    this.end = end >= store.lastTime ? null : Math.max(end, store.firstTime);
  }

  reset() {
    this.end = null;
    this.ranges.clear();
  }
}

class Plot {
  #chart = null;
  #columns = [];
  #element;
  #store;
  #thinner;
  #started = 0;
  #scales = [];

  constructor(element, store, view, changed) {
    this.#element = element;
    this.#store = store;
    this.#thinner = new Thinner(store);
    this.view = view;
    this.changed = changed; // called when the mouse has changed the view
    this.cursorTime = null;
    this.redraws = new Float64Array(REDRAWS); // milliseconds
    this.redrawCount = 0;
    new ResizeObserver(() => this.#resize()).observe(element);
    element.addEventListener('wheel', event => this.#onWheel(event), {passive: false});
    element.addEventListener('dblclick', () => {
      view.reset();
      changed();
    });
  }

  /* After a change of columns, of what is visible, or of the colours. */
  rebuild() {
    this.#chart?.destroy();
    this.#chart = null;
    this.cursorTime = null;
    this.#columns = this.#store.columns.filter(column => column.numeric && column.visible);
    if (this.#columns.length === 0) return;
    this.#scales = [...new Set(this.#columns.map(column => this.#scaleOf(column)))];
    this.#chart = new uPlot(this.#options(), [[]], this.#element);
  }

  get isEmpty() {
    return this.#chart === null;
  }

  /* The points that are drawn: times, and values of each curve. */
  get shown() {
    return this.#chart?.data;
  }

  redraw() {
    const chart = this.#chart;
    if (chart === null || this.#store.end === 0) return;
    this.#started = performance.now();
    const [min, max] = this.view.window(this.#store);
    const pixels = Math.max(50, Math.floor(chart.bbox.width / devicePixelRatio));
    const data = this.#thinner.thin(this.#columns, min, max, pixels);
    chart.batch(() => {
      chart.setData(data, false);
      chart.setScale('x', {min, max});
    });
  }

  #scaleOf(column) {
    return column.ownAxis ? `own ${column.id}` : `unit ${column.unit}`;
  }

  #size() {
    return {width: Math.max(200, this.#element.clientWidth),
      height: Math.max(150, this.#element.clientHeight)};
  }

  #resize() {
    if (this.#chart === null) return;
    const wasNarrow = this.#chart.width < NARROW;
    const size = this.#size();
    if (wasNarrow !== size.width < NARROW) this.rebuild();
    else this.#chart.setSize(size);
    this.changed();
  }

  #options() {
    const scales = {x: {time: true}};
    for (const key of this.#scales)
      scales[key] = {auto: true, range: (_, min, max) => this.#rangeOf(key, min, max)};
    const style = getComputedStyle(document.documentElement);
    const text = style.getPropertyValue('--text').trim();
    const grid = {stroke: style.getPropertyValue('--grid').trim(), width: 1};
    return {
      ...this.#size(),
      scales,
      legend: {show: false},
      cursor: {drag: {x: true, y: true, uni: 40, dist: 6, setScale: false}},
      axes: [this.#timeAxis(text, grid), ...this.#axes(text, grid)],
      series: [{}, ...this.#columns.map(column => ({
        scale: this.#scaleOf(column), stroke: colourOf(column), width: 1.5,
        dash: [undefined, [8, 4], [2, 3]][Math.floor(column.style / STYLES) % 3],
        spanGaps: false, points: {show: (chart, i, first, last) => last - first < 60},
      }))],
      hooks: {
        drawClear: [chart => this.#drawGaps(chart)],
        draw: [() => this.#measure()],
        setSelect: [chart => this.#onSelect(chart)],
        setCursor: [chart => this.#onCursor(chart)],
      },
    };
  }

  #timeAxis(text, grid) {
    const digitsOf = step => step >= 1 ? 0 : Math.min(6, Math.ceil(-Math.log10(step)));
    return {
      stroke: text, grid, ticks: grid, space: 90,
      values: (_, ticks, axis, space, step) => ticks.map(tick => formatTime(tick, digitsOf(step))),
    };
  }

  #rangeOf(key, min, max) {
    const zoomed = this.view.ranges.get(key);
    if (zoomed) return zoomed;
    if (min === null || min === undefined) return [0, 1];
    const pad = max > min ? (max - min) * 0.05 : Math.abs(max) * 0.05 || 1;
    return [min - pad, max + pad];
  }

  /* One for each unit, by turns on the left and on the right. */
  #axes(text, grid) {
    const narrow = this.#element.clientWidth < NARROW;
    return this.#scales.map((scale, i) => {
      const columns = this.#columns.filter(column => this.#scaleOf(column) === scale);
      const [{ownAxis, unit, name}] = columns;
      const label = ownAxis ? (unit ? `${name} [${unit}]` : name) : unit;
      return {
        scale, side: i % 2 === 0 ? 3 : 1, show: !narrow || i < 2,
        stroke: columns.length === 1 ? colourOf(columns[0]) : text,
        label: narrow || !label ? undefined : label, labelSize: 20,
        grid: i === 0 ? grid : {show: false}, ticks: grid,
        values: (_, ticks) => ticks.map(formatTick),
        size: (_, values) => 18 + 7 * Math.max(2, ...(values ?? []).map(value => value.length)),
      };
    });
  }

  #drawGaps(chart) {
    const {ctx, bbox} = chart;
    const style = getComputedStyle(document.documentElement);
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    for (const gap of this.#store.gaps) {
      const left = chart.valToPos(gap.from, 'x', true);
      const right = chart.valToPos(gap.to, 'x', true);
      if (right < bbox.left || left > bbox.left + bbox.width) continue;
      ctx.fillStyle = style.getPropertyValue('--gap');
      ctx.fillRect(left, bbox.top, Math.max(right - left, 2 * ratio), bbox.height);
      ctx.fillStyle = style.getPropertyValue('--text');
      if (ctx.measureText(gap.reason).width < right - left - 4 * ratio)
        ctx.fillText(gap.reason, Math.max(left, bbox.left) + 3 * ratio, bbox.top + 3 * ratio);
    }
    ctx.restore();
  }

  #measure() {
    if (this.#started === 0) return;
    this.redraws[this.redrawCount++ % REDRAWS] = performance.now() - this.#started;
    this.#started = 0;
  }

  #onSelect(chart) {
    const {left, width, top, height} = chart.select;
    const {width: plotWidth, height: plotHeight} = chart.over.getBoundingClientRect();
    if (width > 0 && width < plotWidth - 1) {
      const from = chart.posToVal(left, 'x');
      const to = chart.posToVal(left + width, 'x');
      this.view.span = Math.max(to - from, SPAN_MIN);
      this.view.end = to;
    }
    if (height > 0 && height < plotHeight - 1)
      for (const key of this.#scales)
        this.view.ranges.set(key,
          [chart.posToVal(top + height, key), chart.posToVal(top, key)]);
    if (width > 0 || height > 0) {
      chart.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
      this.changed();
    }
  }

  #onCursor(chart) {
    const {left} = chart.cursor;
    const on = left !== undefined && left !== null && left >= 0;
    this.cursorTime = on ? chart.posToVal(left, 'x') : null;
    this.changed();
  }

  #onWheel(event) {
    if (this.#chart === null) return;
    event.preventDefault();
    const {left, width} = this.#chart.over.getBoundingClientRect();
    const place = Math.min(Math.max((event.clientX - left) / width, 0), 1);
    this.view.zoom(this.#store, event.deltaY < 0 ? 0.8 : 1.25,
      this.view.end === null ? 1 : place);
    this.changed();
  }
}
