// SPDX-License-Identifier: MIT
/* The values that the page holds: a ring of fixed size, so that a page may stay open for days. */
'use strict';

const FLAGS = ['', 'unchecked', 'torn', 'unreadable'];
const FLAG_GAP = 255; // of a row that means time without values
const GAPS_MAX = 1000;
const CURVE_STYLES = 32;

/* One value that is watched, and its part of the ring. */
class Column {
  constructor(description, capacity, style) {
    this.id = description.id;
    this.values = new Float64Array(capacity).fill(NaN);
    this.flags = new Uint8Array(capacity).fill(0);
    this.texts = null; // of a column that has any; like `values`
    this.style = style; // number of its colour
    this.visible = true;
    this.ownAxis = false;
    this.numeric = false; // it has had a number
    this.text = ''; // the newest value as text, '' if it is the number
    this.value = NaN;
    this.flag = '';
    this.cause = '';
    this.describe(description);
    this.resetStatistics();
  }

  describe(description) {
    this.name = description.name;
    this.unit = description.unit;
    this.type = description.type;
  }

  resetStatistics() {
    this.count = 0;
    this.min = Infinity;
    this.max = -Infinity;
    this.mean = 0;
  }

  /* What a message has of a value: a number, a text, [number, text] or null. */
  set(slot, value, flag) {
    const pair = Array.isArray(value);
    const number = typeof value === 'number' ? value : pair ? value[0] : NaN;
    const text = typeof value === 'string' ? value : pair ? value[1] : '';
    this.value = number;
    this.flag = flag ? flag[0] : '';
    this.cause = flag && flag[1] || '';
    if (text !== this.text) this.text = text; // the old string, where it is the same
    this.values[slot] = number;
    this.flags[slot] = Math.max(0, FLAGS.indexOf(this.flag));
    if (text !== '' && this.texts === null) this.texts = new Array(this.values.length).fill('');
    if (this.texts !== null) this.texts[slot] = this.text;
    if (!Number.isNaN(number)) this.#count(number);
  }

  #count(number) {
    this.numeric = true;
    this.count++;
    this.min = Math.min(this.min, number);
    this.max = Math.max(this.max, number);
    this.mean += (number - this.mean) / this.count;
  }

  setNothing(slot, flag) {
    this.values[slot] = NaN;
    this.flags[slot] = flag;
    if (this.texts !== null) this.texts[slot] = '';
  }
}

class Store {
  /* `capacity` is a power of 2. */
  constructor(capacity) {
    this.capacity = capacity;
    this.mask = capacity - 1;
    this.times = new Float64Array(capacity).fill(NaN); // all of it is taken at once
    this.states = new Uint8Array(capacity).fill(0); // of the core: places in stateNames
    this.stateNames = [''];
    this.end = 0; // number of rows ever added; row i is in slot i & mask
    this.columns = [];
    this.gaps = []; // {from, to, reason, cause}
    this.gapsSeen = 0;
    this.frames = 0;
    this.state = '';
    this.missed = 0; // messages that are lost before the next frame
  }

  get begin() {
    return Math.max(0, this.end - this.capacity);
  }

  get firstTime() {
    return this.end > 0 ? this.times[this.begin & this.mask] : NaN;
  }

  get lastTime() {
    return this.end > 0 ? this.times[(this.end - 1) & this.mask] : NaN;
  }

  /* Keeps the rows of the columns that stay. */
  setColumns(descriptions) {
    const old = new Map(this.columns.map(column => [column.id, column]));
    const used = new Set();
    for (const {id} of descriptions)
      if (old.has(id)) used.add(old.get(id).style);
    this.columns = descriptions.map(description => {
      const column = old.get(description.id);
      if (column) {
        column.describe(description);
        return column;
      }
      let style = 0;
      while (used.has(style) && style < CURVE_STYLES) style++;
      used.add(style);
      return new Column(description, this.capacity, style);
    });
  }

  /* Keeps the rows in order even if the clock is set back. */
  #addRow(time) {
    const last = this.lastTime;
    const slot = this.end & this.mask;
    this.times[slot] = time < last ? last : time;
    this.end++;
    return slot;
  }

  addFrame(frame) {
    if (this.missed > 0) {
      const from = this.end > 0 ? this.lastTime : frame.t;
      const reason = `page too slow, ${this.missed} lost`;
      this.missed = 0;
      this.addGap({t: from, seconds: frame.t - from, reason, cause: null});
    }
    const slot = this.#addRow(frame.t);
    const flags = frame.f || {};
    this.#setState(slot, frame.s);
    this.frames++;
    for (let i = 0; i < this.columns.length; i++) {
      const value = i < frame.v.length ? frame.v[i] : null;
      this.columns[i].set(slot, value, flags[i]);
    }
  }

  #setState(slot, name) {
    this.state = name;
    let place = this.stateNames.indexOf(name);
    if (place < 0 && this.stateNames.length < 255) place = this.stateNames.push(name) - 1;
    this.states[slot] = Math.max(0, place);
  }

  addGap(gap) {
    const slot = this.#addRow(gap.t + gap.seconds / 2);
    for (const column of this.columns) column.setNothing(slot, FLAG_GAP);
    this.gaps.push({
      row: this.end - 1, from: gap.t, to: gap.t + gap.seconds, reason: gap.reason,
      cause: gap.cause,
    });
    this.gapsSeen++;
    if (this.gaps.length > GAPS_MAX) this.gaps.shift();
    while (this.gaps.length > 0 && this.gaps[0].row < this.begin) this.gaps.shift();
  }

  resetStatistics() {
    for (const column of this.columns) column.resetStatistics();
  }

  /* The first row whose time is `time` or later. */
  find(time) {
    let low = this.begin;
    let high = this.end;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.times[middle & this.mask] < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /* The row whose time is nearest, -1: there is none. */
  nearest(time) {
    if (this.end === this.begin) return -1;
    const after = Math.min(this.find(time), this.end - 1);
    const before = Math.max(after - 1, this.begin);
    const distance = row => Math.abs(this.times[row & this.mask] - time);
    return distance(before) <= distance(after) ? before : after;
  }

  gapAt(time) {
    return this.gaps.find(gap => gap.from <= time && time <= gap.to);
  }
}

/* Numbers for people: at most 7 digits, unless they are whole. */
function formatNumber(number) {
  if (!Number.isFinite(number)) return '';
  if (Number.isInteger(number) && Math.abs(number) < 1e15) return String(number);
  return String(parseFloat(number.toPrecision(7)));
}

/* Numbers at an axis: short. */
function formatTick(number) {
  const large = Math.abs(number) >= 1e7;
  return large ? String(parseFloat(number.toPrecision(6)).toExponential()).replace('e+', 'e')
    : formatNumber(number);
}

/* Local time, with this number of digits for the second's fraction. */
function formatTime(seconds, digits = 3) {
  const date = new Date(Math.floor(seconds) * 1000);
  const two = number => String(number).padStart(2, '0');
  const fraction = String(Math.floor((seconds - Math.floor(seconds)) * 10 ** digits + 0.01));
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}` +
    (digits > 0 ? `.${fraction.padStart(digits, '0')}` : '');
}
