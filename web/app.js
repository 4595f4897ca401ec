// SPDX-License-Identifier: MIT
/* Brings the parts together: what the server sends, buttons and keys, and one redraw for each frame
 * of the screen. */
'use strict';

const RING_ROWS = 131072; // 22 minutes at 100 Hz, about 1.2 MB for each value
const TABLE_MS = 100; // between two updates of texts
const NOTES_MAX = 5;

const byId = id => document.getElementById(id);
const token = new URLSearchParams(location.search).get('token');
const store = new Store(RING_ROWS);
const view = new View();
let mayWrite = false;
let dirty = true;
let tableAt = 0;
let connection = 'connecting';
let rate = {at: 0, frames: 0, hertz: 0};

const plot = new Plot(byId('plot'), store, view, () => { dirty = true; });
const legend = new Legend(byId('legend'), store, toggleCurve);
const table = new Table(byId('rows'), store, {axis: toggleAxis, write: openWrite, remove});

/* Requests to the server. */

async function ask(method, path, parameters) {
  const query = new URLSearchParams({token, ...parameters});
  const response = await fetch(`${path}?${query}`, {method});
  if (!response.headers.get('Content-Type').startsWith('application/json'))
    throw new Error(await response.text());
  return response.json();
}

/* Answers the reason of a failure, or null. */
async function act(path, parameters) {
  try {
    return (await ask('POST', path, parameters)).error;
  } catch (error) {
    return `ocd watch does not answer: ${error.message}`;
  }
}

function note(text) {
  const line = make('p', '', byId('notes'));
  make('span', '', line).textContent = text;
  makeButton('✕', 'Remove this message', line, () => line.remove());
  while (byId('notes').childElementCount > NOTES_MAX) byId('notes').firstElementChild.remove();
}

async function remove(column) {
  const error = await act('remove', {id: column.id});
  if (error) note(`${column.name}: ${error}`);
}

async function add(event) {
  event.preventDefault();
  const input = byId('add-name');
  const name = input.value.trim();
  if (name === '') return;
  const error = await act('add', {name});
  if (error) note(`${name}: ${error}`);
  else input.value = '';
}

let completing = 0;
async function complete() {
  const mine = ++completing;
  const text = byId('add-name').value;
  const {names} = await ask('GET', 'complete', {text}).catch(() => ({names: []}));
  if (mine !== completing) return;
  byId('names').replaceChildren(...names.map(name => new Option(name, name)));
}

let written = null;
function openWrite(column) {
  written = column;
  setText(byId('write-name'), column.name);
  setText(byId('write-error'), '');
  byId('write-value').value = column.text || formatNumber(column.value);
  byId('write').showModal();
  byId('write-value').select();
}

async function write(event) {
  event.preventDefault();
  const error = await act('write', {id: written.id, value: byId('write-value').value.trim()});
  if (error) setText(byId('write-error'), error);
  else byId('write').close();
}

/* The contents of the page. */

function rebuild() {
  plot.rebuild();
  legend.rebuild();
  table.rebuild(mayWrite);
  dirty = true;
}

function toggleCurve(column) {
  column.visible = !column.visible;
  rebuild();
}

function toggleAxis(column) {
  column.ownAxis = !column.ownAxis;
  rebuild();
}

function resetZoom() {
  view.reset();
  dirty = true;
}

function togglePause() {
  view.end = view.end === null ? store.lastTime : null;
  dirty = true;
}

function zoom(factor) {
  view.zoom(store, factor, view.end === null ? 1 : 0.5);
  dirty = true;
}

function move(part) {
  view.move(store, part);
  dirty = true;
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  setText(byId('theme'), theme === 'dark' ? 'Light' : 'Dark');
  rebuild();
}

function toggleTheme() {
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  setTheme(theme);
  try {
    localStorage.setItem('theme', theme);
  } catch { /* it is forgotten then */ }
}

function startTheme() {
  let kept = null;
  try {
    kept = localStorage.getItem('theme');
  } catch { /* none is kept */ }
  setTheme(kept ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
}

function spanText(seconds) {
  return seconds < 60 ? `${formatNumber(seconds)} s`
    : seconds < 3600 ? `${formatNumber(seconds / 60)} min` : `${formatNumber(seconds / 3600)} h`;
}

/* The list of spans, and one more for a span that was zoomed. */
function updateSpan() {
  const select = byId('span');
  const known = SPANS.includes(view.span);
  const value = known ? String(view.span) : 'zoomed';
  if (select.options.length === 0)
    select.append(...SPANS.map(span => new Option(spanText(span), span)),
      new Option('', 'zoomed'));
  const other = select.options[SPANS.length];
  setText(other, known ? 'zoomed' : spanText(Number(view.span.toPrecision(3))));
  other.hidden = known;
  if (select.value !== value) select.value = value;
}

function updateRate(now) {
  if (now - rate.at < 1000) return;
  const hertz = (store.frames - rate.frames) * 1000 / (now - rate.at);
  rate = {at: now, frames: store.frames, hertz};
}

function updateTexts(now) {
  updateRate(now);
  table.update();
  legend.update(plot.cursorTime);
  const state = connection === 'live' && store.state ? `core ${store.state}` : connection;
  setText(byId('connection'), view.end === null ? state : `${state}, plot paused`);
  byId('dot').className = connection === 'live' ? store.state : 'off';
  setText(byId('facts'), `${rate.hertz.toFixed(rate.hertz < 10 ? 1 : 0)} Hz · ` +
    `${store.frames} frames · ${store.gapsSeen} ${store.gapsSeen === 1 ? 'gap' : 'gaps'}`);
  setText(byId('pause'), view.end === null ? 'Pause' : 'Go on');
  byId('empty').hidden = !plot.isEmpty;
  setText(byId('empty'), store.frames > 0 ? 'No curve to draw.' : 'Waiting for the first values.');
  updateSpan();
}

function onScreenFrame(now) {
  requestAnimationFrame(onScreenFrame);
  if (dirty) {
    dirty = false;
    plot.redraw();
  }
  if (now - tableAt >= TABLE_MS) {
    tableAt = now;
    updateTexts(now);
  }
}

/* Messages of the server. */

function onFrame(event) {
  const shown = store.columns.filter(column => column.numeric).length;
  store.addFrame(JSON.parse(event.data));
  if (store.columns.filter(column => column.numeric).length !== shown) rebuild();
  if (view.end === null) dirty = true;
}

function onColumns(event) {
  const message = JSON.parse(event.data);
  mayWrite = message.write;
  store.setColumns(message.columns);
  rebuild();
}

function listen() {
  const events = new EventSource(`events?${new URLSearchParams({token})}`);
  events.onopen = () => { connection = 'live'; };
  events.onerror = () => {
    connection = events.readyState === EventSource.CLOSED
      ? 'ocd watch does not answer' : 'connection lost, trying again';
  };
  events.onmessage = onFrame;
  events.addEventListener('columns', onColumns);
  events.addEventListener('gap', event => {
    store.addGap(JSON.parse(event.data));
    dirty = true;
  });
  events.addEventListener('lost', event => { store.missed += Number(event.data); });
  events.addEventListener('note', event => note(JSON.parse(event.data)));
  events.addEventListener('end', () => {
    events.close();
    connection = 'ocd watch has ended';
  });
}

/* Buttons and keys. */

const KEYS = {
  ' ': togglePause,
  '+': () => zoom(0.5),
  '=': () => zoom(0.5),
  '-': () => zoom(2),
  ArrowLeft: () => move(-0.25),
  ArrowRight: () => move(0.25),
  0: resetZoom,
  a: () => byId('add-name').focus(),
  r: () => store.resetStatistics(),
  c: () => downloadCsv(store),
  d: toggleTheme,
  '?': () => byId('help').showModal(),
};

function onKey(event) {
  const typing = event.target.closest('input, select, dialog');
  if (event.key === 'Escape' && typing) event.target.blur();
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === ' ' && event.target.closest('button, a')) return; // it presses that one
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const curve = /^[1-9]$/.test(key)
    ? store.columns.filter(column => column.numeric)[Number(key) - 1] : undefined;
  if (curve) toggleCurve(curve);
  else if (Object.hasOwn(KEYS, key)) KEYS[key]();
  else return;
  event.preventDefault();
}

function connectControls() {
  const clicks = {
    pause: togglePause, 'zoom-in': KEYS['+'], 'zoom-out': KEYS['-'], follow: resetZoom,
    csv: KEYS.c, theme: toggleTheme, 'help-open': KEYS['?'], reset: KEYS.r,
    'write-cancel': () => byId('write').close(),
  };
  for (const [id, call] of Object.entries(clicks)) byId(id).addEventListener('click', call);
  byId('span').addEventListener('change', event => {
    if (event.target.value !== 'zoomed') view.span = Number(event.target.value);
    dirty = true;
    event.target.blur();
  });
  byId('add').addEventListener('submit', add);
  byId('add-name').addEventListener('input', complete);
  byId('add-name').addEventListener('focus', complete);
  byId('write').querySelector('form').addEventListener('submit', write);
  document.addEventListener('keydown', onKey);
}

connectControls();
startTheme();
listen();
requestAnimationFrame(onScreenFrame);
