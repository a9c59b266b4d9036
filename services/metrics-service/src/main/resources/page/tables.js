// Tables: what a picture shows, for those who read numbers, or cannot see it.

import {byId, element, glyph} from './elements.js';
import {NONE} from './numbers.js';

/**
 * Shows rows, each a heading or something that the columns take their cells from; changes no more than what differs.
 * Hides the table's part of the page where there is nothing.
 */
export function showTable({id, caption, first, rows, columns}) {
  const target = byId(id);
  target.closest('.part').hidden = rows.length === 0 || columns.length === 0;
  const cells = rows.map(row => (row.group || row.hidden ? [] : columns.map(column => column.cell(row.of))));
  const shape = JSON.stringify([caption, first, columns.map(it => [it.over, it.head]), rows.map(it => [it.id, it.label, it.group, it.note, it.hidden])]);
  if (target.dataset.shape === shape) {
    cells.forEach((texts, row) => texts.forEach((text, column) => renew(target.tBodies[0].rows[row].cells[column + 1], text)));
    return;
  }
  target.dataset.shape = shape;
  target.replaceChildren(
    element('caption', {class: 'unseen'}, caption),
    headElement(columns, first),
    element('tbody', {}, ...rows.map((row, index) => rowElement(row, cells[index], columns.length))));
}

/** Two rows where some columns stand under a common heading. */
function headElement(columns, first) {
  const under = columns.some(it => it.over);
  const span = under ? {rowspan: 2} : {};
  const stub = element('th', {scope: 'col', class: 'stub', ...span}, first);
  const upper = columns.flatMap((it, index) => {
    if (!it.over) return [element('th', {scope: 'col', ...span}, it.head)];
    if (index > 0 && columns[index - 1].over === it.over) return [];
    return [element('th', {scope: 'colgroup', colspan: columns.filter(other => other.over === it.over).length}, it.over)];
  });
  const lower = columns.filter(it => it.over).map(it => element('th', {scope: 'col'}, it.head));
  return element('thead', {}, element('tr', {}, stub, ...upper), ...(under ? [element('tr', {}, ...lower)] : []));
}

function rowElement(row, cells, columns) {
  if (row.group) {
    return element('tr', {class: 'group'}, element('th', {scope: 'rowgroup', class: 'stub', colspan: columns + 1}, row.group, ' ', element('small', {}, row.note)));
  }
  const label = element('th', {scope: 'row', class: 'stub'}, ...(row.index == null ? [] : [glyph(row.index)]), row.label);
  if (row.hidden) return element('tr', {}, label, element('td', {class: 'suppressed', colspan: columns}, row.hidden));
  return element('tr', {'data-row': row.id}, label, ...cells.map(texts => {
    const cell = element('td', {});
    renew(cell, texts);
    cell.classList.remove('changed');
    return cell;
  }));
}

/** Writes a cell only if its text differs, and lets the reader see that. */
function renew(cell, [text, below]) {
  const main = text == null ? NONE : String(text);
  const key = `${main}|${below ?? ''}`;
  if (cell.dataset.of === key) return;
  cell.dataset.of = key;
  cell.replaceChildren(main, ...(below ? [element('span', {class: 'sub'}, below)] : []));
  cell.classList.toggle('none', text == null);
  cell.classList.remove('changed');
  void cell.offsetWidth; // lets the animation start again
  cell.classList.add('changed');
}
