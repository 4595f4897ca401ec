// SPDX-License-Identifier: MIT
/* The legend over the plot, and the table of all values. */
'use strict';

/* Sets a text only if it differs, which costs much less. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function make(tag, className, parent) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  parent?.append(element);
  return element;
}

function makeButton(text, title, parent, onClick) {
  const button = make('button', '', parent);
  button.type = 'button';
  button.textContent = text;
  button.title = title;
  button.addEventListener('click', onClick);
  return button;
}

function withUnit(text, unit) {
  return text !== '' && unit ? `${text} ${unit}` : text;
}

function flagText(column) {
  return column.cause ? `${column.flag}: ${column.cause}` : column.flag;
}

function gapText(gap) {
  const cause = gap.cause ? `, ${gap.cause}` : '';
  return `no values for ${(gap.to - gap.from).toFixed(3)} s: ${gap.reason}${cause}`;
}

class Legend {
  #chips = [];
  #time;
  #element;
  #store;

  constructor(element, store, onToggle) {
    this.#element = element;
    this.#store = store;
    this.onToggle = onToggle;
  }

  rebuild() {
    this.#element.replaceChildren();
    this.#chips = this.#store.columns.filter(column => column.numeric).map(column => {
      const chip = makeButton('', 'Hide or show this curve', this.#element,
        () => this.onToggle(column));
      chip.className = 'chip';
      chip.setAttribute('aria-pressed', String(column.visible));
      make('span', `swatch curve-${column.style % STYLES}`, chip);
      make('span', '', chip).textContent = column.name;
      return {column, value: make('b', '', chip)};
    });
    this.#time = make('span', 'time', this.#element);
  }

  /* The values at a time; null: the newest ones. */
  update(time) {
    const row = time === null ? -1 : this.#store.nearest(time);
    const slot = row & this.#store.mask;
    const gap = time === null ? undefined : this.#store.gapAt(time);
    setText(this.#time, row < 0 ? '' : gap ? gapText(gap) : formatTime(this.#store.times[slot]));
    for (const {column, value} of this.#chips) {
      const number = row < 0 ? column.value : column.values[slot];
      const flag = row < 0 ? column.flag : FLAGS[column.flags[slot]] ?? '';
      setText(value, withUnit(formatNumber(number), column.unit) || flag || '–');
    }
  }
}

const CELLS = ['Name', 'Value', 'Unit', 'Type', 'Min', 'Max', 'Mean', 'Flag'];
const NUMBER_CELLS = new Set(['Value', 'Min', 'Max', 'Mean']);

class Table {
  #rows = [];
  #element;
  #store;
  #calls;

  /* `calls`: what the buttons of a row do: axis(column), write(column), remove(column). */
  constructor(element, store, calls) {
    this.#element = element;
    this.#store = store;
    this.#calls = calls;
  }

  rebuild(mayWrite) {
    this.#element.replaceChildren();
    this.#rows = this.#store.columns.map(column => this.#makeRow(column, mayWrite));
    this.update();
  }

  #makeRow(column, mayWrite) {
    const row = make('tr', '', this.#element);
    const cells = {};
    for (const name of CELLS) {
      cells[name] = make(name === 'Name' ? 'th' : 'td', '', row);
      cells[name].classList.toggle('number', NUMBER_CELLS.has(name));
      cells[name].dataset.label = name;
    }
    cells.Name.scope = 'row';
    cells.Name.title = column.name;
    row.dataset.name = column.name;
    const actions = make('td', 'actions', row);
    if (mayWrite)
      makeButton('write', `Write ${column.name}`, actions, () => this.#calls.write(column));
    const axis = makeButton('axis', `An axis of its own for ${column.name}`, actions,
      () => this.#calls.axis(column));
    axis.setAttribute('aria-pressed', String(column.ownAxis));
    makeButton('✕', `Remove ${column.name}`, actions, () => this.#calls.remove(column));
    return {column, cells, row};
  }

  update() {
    for (const {column, cells, row} of this.#rows) {
      setText(cells.Name, column.name);
      setText(cells.Value, column.text || formatNumber(column.value));
      setText(cells.Unit, column.unit);
      setText(cells.Type, column.type);
      const any = column.count > 0;
      setText(cells.Min, any ? formatNumber(column.min) : '');
      setText(cells.Max, any ? formatNumber(column.max) : '');
      setText(cells.Mean, any ? formatNumber(column.mean) : '');
      setText(cells.Flag, flagText(column));
      row.classList.toggle('bad', column.flag === 'unreadable' || column.flag === 'torn');
    }
  }
}
