// SPDX-License-Identifier: MIT
/* All values that the page holds, as ocd watch writes them: a column `time`, one for each value,
 * and `flags`. */
'use strict';

const CSV_BLOCK = 4096; // rows of one part of the file

function csvField(text) {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvRow(store, row, gap) {
  const slot = row & store.mask;
  const {columns} = store;
  if (gap)
    return [gap.from.toFixed(6), ...columns.map(() => ''),
      csvField(`gap:${gap.reason}:${(gap.to - gap.from).toFixed(6)}`)].join(',');
  const fields = [store.times[slot].toFixed(6)];
  const state = store.stateNames[store.states[slot]];
  const flags = state === 'running' ? [] : [`state:${state}`];
  for (const column of columns) {
    const value = column.values[slot];
    const text = column.texts !== null ? column.texts[slot] : '';
    const flag = FLAGS[column.flags[slot]] ?? '';
    fields.push(csvField(text || (Number.isNaN(value) ? '' : String(value))));
    if (flag) flags.push(`${column.name}:${flag}`);
  }
  fields.push(csvField(flags.join(';')));
  return fields.join(',');
}

/* The parts of the file. */
function csvParts(store) {
  const gaps = new Map(store.gaps.map(gap => [gap.row, gap]));
  const head = ['time', ...store.columns.map(column => column.name), 'flags'];
  const parts = [head.map(csvField).join(',') + '\n'];
  for (let row = store.begin; row < store.end; row += CSV_BLOCK) {
    const lines = [];
    for (let i = row; i < Math.min(row + CSV_BLOCK, store.end); i++)
      lines.push(csvRow(store, i, gaps.get(i)));
    parts.push(lines.join('\n') + '\n');
  }
  return parts;
}

function downloadCsv(store) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(csvParts(store), {type: 'text/csv'}));
  link.download = `ocd-watch-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
