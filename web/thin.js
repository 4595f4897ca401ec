// SPDX-License-Identifier: MIT
/* Rows for the plot: all of them, or, where there are more than pixels, the smallest and the
 * largest value of each pixel, and that something is missing there. */
'use strict';

class Thinner {
  #store;
  #data = [];
  #starts = []; // of each pixel that has rows: its first row, and the end of the last one
  #places = []; // its number

  constructor(store) {
    this.#store = store;
  }

  /* Answers the arrays that uPlot takes, which are used again by the next call: times, and for each
   * column values, null for none. */
  thin(columns, from, to, pixels) {
    const {begin, end} = this.#store;
    // One row more on each side, so that the lines reach the edges.
    const first = Math.max(begin, this.#store.find(from) - 1);
    const last = Math.min(end, this.#store.find(to) + 1);
    while (this.#data.length < columns.length + 1) this.#data.push([]);
    this.#data.length = columns.length + 1;
    if (last - first <= 2 * pixels) this.#copy(columns, first, last);
    else this.#reduce(columns, first, last, (to - from) / pixels);
    return this.#data;
  }

  #copy(columns, first, last) {
    const {times, mask} = this.#store;
    const count = last - first;
    const [x] = this.#data;
    for (let i = 0; i < count; i++) x[i] = times[(first + i) & mask];
    x.length = count;
    for (let c = 0; c < columns.length; c++) {
      const y = this.#data[c + 1];
      const {values} = columns[c];
      for (let i = 0; i < count; i++) {
        const value = values[(first + i) & mask];
        y[i] = value === value ? value : null;
      }
      y.length = count;
    }
  }

  /* Pixels are counted from time 0, so that they do not change while the plot moves. */
  #findPixels(first, last, width) {
    const {times, mask} = this.#store;
    let count = 0;
    let place = -1;
    for (let row = first; row < last; row++) {
      const here = Math.floor(times[row & mask] / width);
      if (here === place) continue;
      place = here;
      this.#places[count] = here;
      this.#starts[count++] = row;
    }
    this.#starts[count] = last;
    this.#places.length = count;
    this.#starts.length = count + 1;
    return count;
  }

  /* Three points for each pixel: its extremes in their order, and one for missing values, which
   * comes first if the value of the first row is missing. */
  #reduce(columns, first, last, width) {
    const count = this.#findPixels(first, last, width);
    const [x] = this.#data;
    for (let i = 0; i < count; i++)
      for (let k = 0; k < 3; k++) x[3 * i + k] = (this.#places[i] + (2 * k + 1) / 6) * width;
    x.length = 3 * count;
    for (let c = 0; c < columns.length; c++) {
      const y = this.#data[c + 1];
      for (let i = 0; i < count; i++)
        this.#reduceOne(columns[c].values, this.#starts[i], this.#starts[i + 1], y, 3 * i);
      y.length = 3 * count;
    }
  }

  #reduceOne(values, row, end, y, at) {
    const {mask} = this.#store;
    const head = values[row & mask];
    let low = Infinity;
    let high = -Infinity;
    let rising = true; // the smallest comes first
    let missing = false;
    for (; row < end; row++) {
      const value = values[row & mask];
      if (value !== value) {
        missing = true;
        continue;
      }
      if (value < low) {
        low = value;
        rising = false;
      }
      if (value > high) {
        high = value;
        rising = true;
      }
    }
    const none = low > high;
    const one = none ? null : rising ? low : high;
    const two = none ? null : rising ? high : low;
    const early = missing && head !== head;
    y[at] = early ? null : one;
    y[at + 1] = early ? one : two;
    y[at + 2] = missing && !early ? null : two;
  }
}
