// What the page is made of. Texts from data only ever become text nodes and attributes, never HTML.

export const byId = id => document.getElementById(id);

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function element(name, attributes, ...children) {
  const it = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  it.append(...children);
  return it;
}

export function drawing(name, attributes) {
  const it = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  return it;
}

/** Cohorts are told apart by shape and dash as well as by colour: a disc, and the corners of the others. */
export const MARKS = [
  null,
  [[-4, -4], [4, -4], [4, 4], [-4, 4]],
  [[0, -5.2], [5, 4], [-5, 4]],
  [[0, -5.6], [5.6, 0], [0, 5.6], [-5.6, 0]],
  [[0, 5.2], [5, -4], [-5, -4]],
];
export const DISC = 4.5; // radius
export const INKS = 8;

export function glyph(index) {
  const svg = drawing('svg', {viewBox: '-7 -7 14 14', 'aria-hidden': 'true', class: `k${index % INKS}`});
  const corners = MARKS[index % MARKS.length];
  svg.append(corners ? drawing('polygon', {class: 'mark', points: corners.join(' ')}) : drawing('circle', {class: 'mark', r: DISC}));
  return svg;
}

/** Puts options into a select, unless they are there already: an open list must not jump. */
export function fill(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.of !== key) {
    select.dataset.of = key;
    select.replaceChildren(...options.map(([value, text]) => element('option', {value}, text)));
  }
  select.value = chosen;
}
