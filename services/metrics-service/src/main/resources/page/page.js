// The built-in page: what is asked for, what is shown of it, and whether it is current.

import {Canvas, pngOf, svgOf} from './charts.js';
import {byId, element, fill, glyph, setText} from './elements.js';
import {Refused, follow, get, listTrials} from './feed.js';
import {count} from './numbers.js';
import {Study, listed} from './study.js';
import {showTable} from './tables.js';
import {VIEWS} from './views.js';
import {groupingLabel, isMaskedHere, moment, planned, time} from './words.js';

const LIST_EVERY_MS = 2000;
const STALE_AFTER_MS = 10000;
const REPORT = 'report'; // all views, one below the other, as for print

// What the address or a person asks for, which may not be there yet; and what is shown.
const KEYS = ['trial', 'view', 'instrument', 'by', 'show', 'rule', 'method', 'hide'];
const asked = Object.fromEntries(KEYS.map(it => [it, '']));
let choice = {};
let trials = null;
let trial = null;
let rows = null;
let asOf = null; // of the rows
let following = null;
let stopFollowing = () => {};
let lastAnswerAt = null;
let timer = 0;

// ------------------------------------------------------------------------------------------------ being current

/** Looks which trials there are, and follows the one that is asked for. */
async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const list = await listTrials();
    lastAnswerAt = new Date();
    byId('sign-in').hidden = true;
    trials = list;
    if (!settle()) {
      leave();
      say('live', 'Live');
      showEmpty('No trial yet', 'Once the protocol of a trial has been sent to the ingest service, the trial appears here by itself.');
    } else {
      followChoice();
    }
  } catch (error) {
    lost(error);
  } finally {
    timer = setTimeout(look, LIST_EVERY_MS);
  }
}

/** A browser has six connections to a host for all its tabs: one that nobody looks at gives its own back. */
function rest() {
  leave();
  say('loading', 'Connecting');
}

function followChoice() {
  if (document.hidden) return;
  const wanted = JSON.stringify([choice.trial, choice.instrument]);
  if (following === wanted) return;
  leave();
  following = wanted;
  stopFollowing = follow(choice.trial, choice.instrument, {current: (told, clock) => following === wanted && current(told, clock), lost});
}

function leave() {
  stopFollowing();
  following = null;
  rows = null;
}

function current(told, {completeAsOf, at}) {
  lastAnswerAt = new Date();
  if (!told.trial) return; // gone; the list of trials says so too
  rows = told;
  asOf = completeAsOf;
  trials = trials.map(it => (it.trial === told.trial.trial ? told.trial : it));
  settle();
  show();
  const late = at - completeAsOf > STALE_AFTER_MS;
  say(late ? 'stale' : 'live', late ? 'No contact with Kafka, as of' : 'Live, as of', completeAsOf);
  warn(late ? `The service has had no contact with Kafka since ${time(completeAsOf)}. These numbers are from then.`
    : asked.trial && asked.trial !== choice.trial && `There is no trial ${asked.trial} here, or it is not for you. This is ${choice.trial}.`);
}

function lost(error) {
  const status = error instanceof Refused ? error.status : 0;
  byId('sign-in').hidden = status !== 401;
  if (status === 401 || status === 403) {
    leave();
    say('away', status === 401 ? 'Not signed in' : 'Not for you');
    if (status === 401) showEmpty('Sign in', 'Load this page again to sign in, or give a token.');
    else showEmpty('Not for you', 'Your roles do not include what is shown here.');
  } else if (status === 503) {
    say('stale', 'Reading from Kafka');
    if (rows) warn('The service has restarted and is reading what is on Kafka, or has too many readers. These numbers are from before.');
    else showEmpty('Still reading', 'The service has started and is reading what is on Kafka. The numbers appear as soon as it is through.');
  } else {
    say('away', 'Service does not answer');
    if (rows) warn(`The service has not answered since ${time(lastAnswerAt)}. These numbers are from then. This page goes on trying.`);
    else showEmpty('The service does not answer', 'This page tries again every two seconds.');
  }
}

function say(state, text, completeAsOf) {
  byId('status').dataset.state = state;
  setText(byId('status-text'), text);
  setText(byId('complete-as-of'), completeAsOf ? time(completeAsOf) : '');
  byId('content').classList.toggle('away', state !== 'live');
}

function warn(text) {
  byId('notice').hidden = !text;
  if (text) setText(byId('notice'), text);
}

function showEmpty(title, text) {
  rows = null;
  byId('content').hidden = true;
  byId('empty').hidden = false;
  setText(byId('empty-title'), title);
  setText(byId('empty-text'), text);
  warn(null);
}

// ------------------------------------------------------------------------------------------------ choosing

/** Chooses what is asked for as far as it is there, and fills in the rest; false if there is no trial. */
function settle() {
  const last = choice;
  trial = [asked.trial, last.trial].map(code => trials.find(it => it.trial === code)).find(Boolean) ?? trials[0] ?? null;
  if (!trial) return false;
  choice = {
    ...asked,
    trial: trial.trial,
    view: among([...VIEWS.map(it => it.id), REPORT], asked.view),
    instrument: among(trial.instruments, asked.instrument, trial.trial === last.trial ? last.instrument : ''),
    by: among(groupings(), asked.by, 'arm'),
    hide: asked.hide ? asked.hide.split(',') : [],
  };
  return true;
}

const among = (codes, ...wanted) => wanted.find(it => codes.includes(it)) ?? codes[0] ?? '';
const groupings = () => [...new Set(['all', ...trial.cohorts.map(it => it.by)])];

function readHash() {
  const query = new URLSearchParams(location.hash.slice(1));
  for (const key of KEYS) asked[key] = query.get(key) ?? '';
}

/** The address of what is shown, with this in place of that. */
function address(change = {}) {
  const all = Object.fromEntries(KEYS.map(it => [it, change[it] ?? (asked[it] || (it === 'hide' ? '' : choice[it]))]));
  return `#${new URLSearchParams(KEYS.filter(it => all[it]).map(it => [it, all[it]]))}`;
}

function choose(key, value) {
  asked[key] = value;
  if (key === 'trial') asked.instrument = asked.by = '';
  if (key === 'trial' || key === 'by') asked.hide = '';
  if (!trials || !settle()) return;
  history.replaceState(null, '', address());
  followChoice();
  if (rows) show();
}

// ------------------------------------------------------------------------------------------------ showing

const parts = new Map();

function show() {
  byId('empty').hidden = true;
  byId('content').hidden = false;
  const study = new Study(trial, rows, choice);
  const shown = VIEWS.filter(it => choice.view === REPORT || choice.view === it.id);
  showChoices(shown);
  showHeading(study);
  showLegend(study, shown);
  for (const view of VIEWS) {
    parts.get(view).section.hidden = !shown.includes(view);
    if (shown.includes(view)) showView(view, study);
  }
}

function showChoices(shown) {
  fill(byId('trial'), trials.map(it => [it.trial, it.trial]), choice.trial);
  fill(byId('instrument'), trial.instruments.map(code => {
    const label = planned(trial, 'instruments', code)?.label;
    return [code, label ? `${code}: ${label}` : code];
  }), choice.instrument);
  if (byId('by').dataset.of !== groupings().join()) {
    byId('by').dataset.of = groupings().join();
    byId('by').replaceChildren(...groupings().map(by =>
      element('label', {}, element('input', {type: 'radio', name: 'by', value: by}), element('span', {}, groupingLabel(by)))));
  }
  for (const radio of byId('by').querySelectorAll('input')) radio.checked = radio.value === choice.by;
  byId('by').closest('fieldset').disabled = shown.every(it => it.byArm);
  for (const link of byId('views').children) {
    link.href = address({view: link.dataset.view});
    if (link.dataset.view === choice.view) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  byId('audience').hidden = trial.audience !== 'unblinded';
}

function showHeading(study) {
  const {plan, protocolVersion} = trial;
  const lastChange = study.metrics.map(it => it.asOf).sort().at(-1);
  setText(byId('title'), trial.title ?? trial.trial);
  setText(byId('about'), [
    trial.title && trial.trial,
    protocolVersion && `protocol version ${protocolVersion}`,
    plan?.arms.length && count(plan.arms.length, 'arm'),
    plan && count(plan.sites.length, 'site'),
    isMaskedHere(trial) && 'masked: arms are not shown here',
    lastChange && `last change ${moment(lastChange)}`,
  ].filter(Boolean).join(' · '));
  const released = study.metrics.filter(it => it.upTo).map(it => it.asOf).sort().at(-1);
  byId('batches').hidden = !released;
  setText(byId('batches'), released ? `This view is released in batches, last on ${moment(released)}.` : '');
  document.title = `${[...VIEWS.map(it => [it.id, it.name])].find(([id]) => id === choice.view)?.[1] ?? 'Report'} · ${choice.instrument} · ${choice.trial} · Outcome Tracker`;
}

/** The cohorts, each of which can be hidden in pictures. */
function showLegend(study, shown) {
  const by = shown.every(it => it.byArm) ? 'arm' : choice.by;
  const series = trial.cohorts.filter(it => it.by === by).length > 1 && shown.some(it => it.legend)
    ? study.series([...study.ofGrouping(by), ...study.of('completeness'), ...study.of('adverse-events')], by) : [];
  const key = JSON.stringify(series.map(it => [it.index, it.name, it.label]));
  const legend = byId('legend');
  if (legend.dataset.of !== key) {
    legend.dataset.of = key;
    legend.replaceChildren(...series.map(it => {
      const button = element('button', {type: 'button', title: 'Show or hide in pictures', 'data-code': it.code}, glyph(it.index), it.name === it.label ? it.name : `${it.label}: ${it.name}`);
      button.addEventListener('click', () => {
        const hidden = new Set(choice.hide);
        if (!hidden.delete(listed(it.code))) hidden.add(listed(it.code));
        choose('hide', [...hidden].join());
      });
      return button;
    }));
  }
  for (const button of legend.children) button.setAttribute('aria-pressed', String(!choice.hide.includes(listed(button.dataset.code))));
  legend.hidden = series.length < 2;
}

function showView(view, study) {
  const found = view.of(study);
  const it = parts.get(view);
  it.found = found;
  setText(it.title, found.title);
  setText(it.note, found.notes.join(' — '));
  it.why.hidden = !found.why;
  setText(it.why, found.why ?? '');
  const picture = found.why ? null : found.picture;
  it.place.hidden = !picture;
  it.files.hidden = !picture;
  it.csv.hidden = Boolean(found.why) && !picture;
  for (const control of it.controls) {
    const options = control.options(study);
    fill(control.select, options, options.some(([id]) => id === choice[control.key]) ? choice[control.key] : options[0]?.[0]);
    control.select.parentElement.hidden = options.length < 2 || Boolean(found.why);
  }
  for (const table of found.tables) {
    showTable(found.why && !table.rows.some(row => row.of || row.hidden) ? {...table, rows: []} : table);
    const note = byId(`${table.id}-note`);
    setText(note, table.note ?? '');
    note.hidden = !table.note;
  }
  if (picture) {
    const label = `${found.title}. ${picture.reads ? 'Arrow keys read it visit by visit. ' : ''}The numbers are in the table below.`;
    it.canvas.show(picture, [choice, trial.plan?.version, found.tables.map(table => table.rows), picture.reads], label);
  }
}

// ------------------------------------------------------------------------------------------------ files

function download(blob, name) {
  const link = element('a', {href: URL.createObjectURL(blob), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const FILES = {
  png: it => pngOf(it.found.picture, frame(it)),
  svg: it => svgOf(it.found.picture, frame(it)),
  csv: async it => {
    const answer = await get(it.found.csv, {Accept: 'text/csv'});
    if (!answer.ok) throw new Refused(answer);
    return answer.blob();
  },
};

function frame({found}) {
  return {
    title: found.title,
    notes: [...found.notes, `${trial.trial}${trial.title ? `, ${trial.title}` : ''} · as of ${moment(asOf)}${trial.audience === 'unblinded' ? ' · UNBLINDED' : ''}`],
  };
}

async function save(view, kind) {
  const it = parts.get(view);
  const name = [choice.trial, view.conduct && view.id !== 'completeness' ? null : choice.instrument, view.id].filter(Boolean).join('-');
  try {
    download(await FILES[kind](it), `${name}.${kind}`);
  } catch (error) {
    warn(`The file could not be made: ${error.message}.`);
  }
}

// ------------------------------------------------------------------------------------------------ start

/** The part of the page for a view, empty yet. */
function build(view) {
  const id = `view-${view.id}`;
  const controls = view.controls.map(control => {
    const select = element('select', {id: `${view.id}-${control.key}`});
    select.addEventListener('change', () => choose(control.key, select.value));
    return {...control, select};
  });
  const button = (kind, what) => {
    const it = element('button', {type: 'button', 'data-file': kind, 'aria-label': `${what} of ${view.name.toLowerCase()} as ${kind.toUpperCase()}`}, kind.toUpperCase());
    it.addEventListener('click', () => save(view, kind));
    return it;
  };
  const it = {
    controls,
    title: element('h2', {id: `${id}-title`}),
    note: element('p', {class: 'note'}),
    why: element('p', {class: 'why', id: `${view.id}-why`}),
    place: element('div', {class: 'picture', tabindex: 0, role: 'img'}),
    files: element('span', {class: 'files'}, button('png', 'Picture'), button('svg', 'Picture')),
    csv: button('csv', 'Numbers'),
  };
  const said = element('p', {class: 'unseen', 'aria-live': 'polite'});
  it.canvas = new Canvas(it.place, said);
  it.section = element('section', {class: 'card', id, 'aria-labelledby': `${id}-title`},
    element('div', {class: 'card-head'},
      element('div', {}, it.title, it.note),
      element('div', {class: 'tools'},
        ...controls.map(control => element('label', {class: 'inline'}, control.label, ' ', control.select)),
        element('span', {class: 'files'}, it.files, it.csv))),
    it.why, it.place, said,
    ...view.tables.map(([table, heading]) => element('div', {class: 'part'},
      element('h3', {id: `${table}-title`}, heading),
      element('p', {class: 'note', id: `${table}-note`}),
      element('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': `${table}-title`}, element('table', {id: table})))));
  parts.set(view, it);
  return it.section;
}

byId('parts').append(...VIEWS.map(build));
byId('views').append(...[...VIEWS, {id: REPORT, name: 'Report'}].map(({id, name}) => element('a', {'data-view': id, href: `#view=${id}`}, name)));
for (const id of ['trial', 'instrument']) byId(id).addEventListener('change', event => choose(id, event.target.value));
byId('by').addEventListener('change', event => choose('by', event.target.value));
byId('choices').addEventListener('submit', event => event.preventDefault());
byId('sign-in').addEventListener('submit', event => {
  event.preventDefault();
  // Gone with the tab.
  sessionStorage.token = byId('token').value.trim();
  byId('token').value = '';
  look();
});
const again = () => rows && !byId('content').hidden && show();
new ResizeObserver(again).observe(byId('parts'));
for (const media of ['(prefers-color-scheme: dark)', 'print']) matchMedia(media).addEventListener('change', again);
document.addEventListener('visibilitychange', () => (document.hidden ? rest() : look()));
addEventListener('hashchange', () => {
  readHash();
  if (!trials || !settle()) return;
  followChoice();
  again();
});
readHash();
look();
