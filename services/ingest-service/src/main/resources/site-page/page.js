// The page for sites: takes a CSV file apart into rows, has them checked, sends those that are in order.
// Texts from data only ever become text nodes, never HTML. Only the token is kept, and only in this tab.

const MOST_BYTES = 10_000_000;
const ROWS_AT_ONCE = 200;
const WAIT_SECONDS = 10;
const ANSWER_WITHIN_MS = 90_000;

const byId = id => document.getElementById(id);

const SAMPLES = {
  'follow-ups': 'recordId,site,participant,visit,instrument,value,assessedOn\nS01-0007-M4-NRS,S01,P-0007,M4,NRS,4,2026-05-05',
  'adverse-events': 'recordId,site,participant,term,onsetOn,severity,serious\nS01-0007-AE1,S01,P-0007,10003988,2026-02-01,mild,false',
  enrolments: 'participant,site,arm,day1\nP-0007,S01,CELLS,2026-01-05',
};

/** What the service decides about a record: how good that is, in two words, and what it asks for. */
const FATES = {
  APPLIED: ['good', 'Counts', ''],
  DUPLICATE: ['good', 'There already', 'It was sent before with the same content; nothing changed.'],
  RETRACTED: ['good', 'Taken back', ''],
  PARKED: ['open', 'Waits', 'The participant is not enrolled yet. It counts as soon as the enrolment is there.'],
  PENDING: ['open', 'Received', 'It is stored, but not decided on yet. Look it up below in a minute.'],
  STALE: ['bad', 'Old version', 'A later version is held already; nothing changed.'],
  VERSION_REUSED: ['bad', 'Version in use', 'This version was sent before with other content. Send the change with the next version and a reasonForChange.'],
  CONFLICT: ['bad', 'Conflict', 'Another record holds the same visit and instrument. Take one of the two back (status entered-in-error).'],
  OTHER_SITE: ['bad', 'Another site', 'The participant is enrolled at another site, so it does not count. Check the participant code, and send it with the right one.'],
  WITHDRAWN: ['bad', 'After withdrawal', 'Assessed after the participant withdrew from follow-up. It does not count.'],
  ERASED: ['bad', 'Erased', 'The data of the participant were erased. It does not count.'],
};
const SIGNS = {good: '✓', open: '…', bad: '✗'};

let table = null; // the file: {name, header, rows}
let verdicts = []; // of each row: {state, word, notes: [{column, code, text}], recordId, sendable, sent}
let shownRows = ROWS_AT_ONCE;
let round = 0;

// ------------------------------------------------------------------------------------------------ asking

/** Answer of the service: {status, body}; throws if there is none that can be read. */
async function ask(path, options = {}) {
  const token = byId('token').value.trim();
  const response = await fetch(path, {
    ...options,
    headers: {Accept: 'application/json, application/problem+json', ...(token && {Authorization: `Bearer ${token}`}), ...options.headers},
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const json = /json/.test(response.headers.get('Content-Type') ?? '');
  return {status: response.status, body: json ? await response.json() : null};
}

const trialAddress = path => `api/v1/trials/${encodeURIComponent(byId('trial').value)}/${path}`;

const noTrial = () => (byId('token').value.trim() ? 'Choose a trial first.' : 'Enter your access token first.');

/** Why a whole request was refused, for a person. */
function refusal({status, body}) {
  if (status === 401) return 'The service does not accept this access token. Copy it again, in full; if it is too old, ask your trial manager for a new one.';
  if (status === 403) return 'Your access token does not allow this: it is for another trial, or not for such records. Ask your trial manager.';
  if (status === 413) return 'The table is too large. Send it in several files.';
  if (status === 429) return 'Too much was sent at once. Wait a minute and send it again.';
  if (status === 503) return 'The service cannot store anything at the moment. Wait a minute and send it again: rows that were stored count once.';
  const errors = (body?.errors ?? []).map(it => `${place(it.pointer)}${it.message}`);
  const heading = body ? [body.title, body.detail].filter(Boolean).join(': ') : `The service answered ${status}.`;
  return [heading, ...errors].join('\n');
}

/** A column of the header, by the pointer of the problem. */
function place(pointer) {
  const number = /^\/header\/(\d+)$/.exec(pointer)?.[1];
  return number ? `Column ${number}${table?.columns[number - 1] ? ` (${table.columns[number - 1]})` : ''}: ` : '';
}

async function readTrials() {
  const select = byId('trial');
  const chosen = select.value;
  if (!byId('token').value.trim()) {
    select.replaceChildren();
    return warn(noTrial());
  }
  try {
    const answer = await ask('api/v1/trials');
    if (answer.status !== 200) {
      select.replaceChildren();
      return warn(refusal(answer));
    }
    select.replaceChildren(...answer.body.map(({trial, title}) => new Option(title ? `${trial} · ${title}` : trial, trial)));
    if (answer.body.some(it => it.trial === chosen)) select.value = chosen;
    if (answer.body.length === 0) return warn('There is no trial yet that your access token is for.');
    warn('');
    // What was refused for the token before it was entered anew.
    if (table && (select.value !== chosen || byId('verdict').hidden)) check();
  } catch {
    warn('The service does not answer. Load this page again in a minute.');
  }
}

// ------------------------------------------------------------------------------------------------ the table

/**
 * Each row (RFC 4180): its text as it stands, its cells, and its number as spreadsheets count, in which the header has 1.
 * Empty lines count, and are no rows.
 */
function rowsOf(text) {
  const rows = [];
  let cells = [];
  let cell = '';
  let start = 0;
  let number = 1;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    const it = text[i];
    if (it !== undefined && it === '"') {
      if (quoted && text[i + 1] === '"') cell += text[i++];
      else quoted = !quoted;
    } else if (it !== undefined && (quoted || !',\r\n'.includes(it))) {
      cell += it;
    } else {
      cells.push(cell);
      cell = '';
      if (it === ',') continue;
      if (i > start) rows.push({number, raw: text.slice(start, i), cells});
      if (it === '\r' && text[i + 1] === '\n') i++;
      cells = [];
      start = i + 1;
      number++;
    }
  }
  return rows;
}

async function take(file) {
  const mine = ++round;
  forget();
  if (!file) return;
  if (file.size > MOST_BYTES) return warn('The file is larger than 10 MB. Send it in several files.');
  let text;
  try {
    text = new TextDecoder('utf-8', {fatal: true}).decode(await file.arrayBuffer());
  } catch {
    return warn('The file is not UTF-8 text. Save it as “CSV UTF-8” and choose it again.');
  }
  if (mine !== round) return;
  const [header, ...rows] = rowsOf(text);
  if (header === undefined) return warn('The file is empty.');
  // Rows of empty cells, as spreadsheets leave them, are passed over by the service too.
  table = {name: file.name, header: header.raw, columns: header.cells, rows: rows.filter(it => it.cells.some(cell => cell !== ''))};
  if (table.rows.length === 0) return warn('The file has a header and no rows.');
  await check();
}

/** Has all rows checked; nothing is stored. */
async function check() {
  const mine = ++round;
  byId('verdict').hidden = true;
  if (!byId('trial').value) return warn(noTrial());
  say('Checking');
  try {
    const answer = await post(table.rows, '?dry-run=true', {});
    if (mine !== round) return;
    if (answer.body?.results?.length !== table.rows.length) return warn(refusal(answer));
    warn('');
    verdicts = answer.body.results.map((it, i) => checked(it, table.rows[i]));
    show();
  } catch {
    if (mine === round) warn('The service does not answer. Choose the file again in a minute.');
  }
}

async function send() {
  const mine = ++round;
  const sendable = table.rows.filter((_, i) => verdicts[i].sendable);
  busy(true);
  say('Sending');
  try {
    const answer = await post(sendable, '', {Prefer: `wait=${WAIT_SECONDS}`});
    if (mine !== round) return;
    if (answer.body?.results?.length !== sendable.length) return warn(refusal(answer));
    warn('');
    const results = answer.body.results[Symbol.iterator]();
    verdicts = verdicts.map((verdict, i) => (verdict.sendable ? received(results.next().value, table.rows[i]) : verdict));
    show();
  } catch {
    if (mine === round) warn('No answer came. Send the rows again: those that were received count once.');
  } finally {
    if (mine === round) busy(false);
  }
}

const post = (rows, query, headers) => ask(trialAddress(byId('kind').value) + query, {
  method: 'POST',
  headers: {'Content-Type': 'text/csv', ...headers},
  body: [table.header, ...rows.map(it => it.raw)].join('\r\n'),
});

/** What the row is called by: its recordId or participant, as the file has it. */
function nameOf(row) {
  const column = byId('kind').value === 'enrolments' ? 'participant' : 'recordId';
  return row.cells[table.columns.indexOf(column)] ?? '';
}

function checked(result, row) {
  return result.status === 'refused' ? refused(result, row) : {state: 'good', word: 'In order', notes: [], name: nameOf(row), sendable: true};
}

function refused({problems}, row) {
  const notes = problems.map(({code, pointer, message}) => ({column: pointer.split('/').slice(3).join('.'), code, text: message}));
  return {state: 'bad', word: 'Refused', notes, name: nameOf(row)};
}

function received(result, row) {
  if (result.status === 'refused') return refused(result, row);
  const code = result.disposition ?? 'PENDING';
  const [state, word, text] = verdictOf(code, result.window);
  const notes = text ? [{column: '', code, text}] : [];
  if (result.window) notes.push({column: 'assessedOn', code: result.window.code, text: result.window.message});
  return {state, word, notes, name: nameOf(row), sent: true};
}

/** What counts, but was assessed outside its window, is to be looked at: the date may be a slip. */
function verdictOf(code, window) {
  const [state, word, text] = FATES[code] ?? ['open', code, ''];
  return window ? ['open', window.code === 'EARLY' ? 'Counts, early' : 'Counts, late', text] : [state, word, text];
}

function forget() {
  table = null;
  verdicts = [];
  byId('verdict').hidden = true;
  warn('');
}

// ------------------------------------------------------------------------------------------------ showing

const count = (number, thing) => `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`;
const hasProblem = ({state, sent}) => state === 'bad' || (sent && state === 'open');

function show() {
  const good = verdicts.filter(it => it.sendable).length;
  const sent = verdicts.filter(it => it.sent);
  const problems = verdicts.filter(hasProblem).length;
  const title = sent.length > 0
    ? `${count(sent.length, 'row')} received, ${sent.filter(it => it.state === 'good').length.toLocaleString('en')} settled, ${problems.toLocaleString('en')} to look at`
    : `${count(good, 'row')} in order, ${count(problems, 'row')} with problems`;
  byId('verdict-title').textContent = title;
  byId('about').textContent = sent.length > 0 ? `${table.name}: sent.` : `${table.name}: nothing is sent yet.`;
  byId('send').hidden = good === 0;
  byId('send').textContent = problems > 0 ? `Send the ${count(good, 'row')} in order` : `Send ${count(good, 'row')}`;
  byId('download').hidden = problems === 0;
  byId('clear').textContent = sent.length > 0 || good === 0 ? 'Done with this file' : 'Send nothing';
  byId('shown-problems').textContent = `Problems (${problems.toLocaleString('en')})`;
  byId('shown-all').textContent = `All rows (${verdicts.length.toLocaleString('en')})`;
  document.querySelector(`[name=shown][value=${problems > 0 ? 'problems' : 'all'}]`).checked = true;
  shownRows = ROWS_AT_ONCE;
  showRows();
  byId('verdict').hidden = false;
  byId('verdict-title').focus();
  say(title);
}

function showRows() {
  const all = document.querySelector('[name=shown]:checked').value === 'all';
  const shown = table.rows.flatMap((row, i) => (all || hasProblem(verdicts[i]) ? [[row, verdicts[i]]] : []));
  byId('rows').tBodies[0].replaceChildren(...shown.slice(0, shownRows).map(([row, verdict]) => rowOf(row, verdict)));
  byId('more').hidden = shown.length <= shownRows;
}

function rowOf(row, {state, word, notes, name}) {
  const verdict = element('span', {className: `verdict ${state}`}, word);
  verdict.dataset.sign = SIGNS[state];
  const list = notes.map(({column, text}) => element('li', {}, ...withColumn(column, text)));
  return element('tr', {},
    element('td', {}, String(row.number)),
    element('td', {}, name),
    element('td', {}, verdict),
    element('td', {}, ...(list.length > 0 ? [element('ul', {}, ...list)] : [])));
}

/** Most sentences begin with the name of the column. */
function withColumn(column, text) {
  if (!column) return [text];
  const name = element('span', {className: 'column'}, column);
  return text.startsWith(`${column} `) ? [name, text.slice(column.length)] : [name, `: ${text}`];
}

function element(name, properties, ...children) {
  const it = Object.assign(document.createElement(name), properties);
  it.append(...children);
  return it;
}

function warn(text) {
  byId('notice').textContent = text;
  byId('notice').hidden = !text;
  if (text) say('');
}

function say(text) {
  byId('live').textContent = text;
}

function busy(is) {
  byId('send').disabled = is;
  byId('file').disabled = is;
}

// ------------------------------------------------------------------------------------------------ the problems as a file

/** A text that starts like a formula would be run by a spreadsheet. */
const cell = text => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

function download() {
  const lines = table.rows.flatMap((row, i) => (hasProblem(verdicts[i]) ? verdicts[i].notes : [])
    .map(({column, code, text}) => [String(row.number), verdicts[i].name, column, code, text].map(cell).join(',')));
  const blob = new Blob([['row,record,column,code,problem', ...lines, ''].join('\r\n')], {type: 'text/csv'});
  const link = element('a', {href: URL.createObjectURL(blob), download: 'problems.csv'});
  link.click();
  URL.revokeObjectURL(link.href);
  say('Saved as problems.csv');
}

// ------------------------------------------------------------------------------------------------ looking up

async function lookUp() {
  const fate = byId('fate');
  fate.replaceChildren();
  if (!byId('trial').value) return fate.replaceChildren(element('p', {}, noTrial()));
  try {
    const answer = await ask(trialAddress(`${byId('look-kind').value}/${encodeURIComponent(byId('record').value.trim())}`));
    if (answer.status === 404 && answer.body?.type?.endsWith('unknown-record')) {
      fate.replaceChildren(element('p', {}, 'No such record is decided on: it was not accepted, or came just now.'));
    } else if (answer.status !== 200) {
      fate.replaceChildren(element('p', {}, refusal(answer)));
    } else {
      fate.replaceChildren(...answer.body.records.map(fateOf));
    }
  } catch {
    fate.replaceChildren(element('p', {}, 'The service does not answer. Try again in a minute.'));
  }
}

function fateOf(record) {
  const [state, word, text] = verdictOf(record.currentFate, record.window);
  const verdict = element('span', {className: `verdict ${state}`}, word);
  verdict.dataset.sign = SIGNS[state];
  const facts = [
    ['Participant', record.participant],
    ['Version that stands', String(record.currentVersion)],
    ['Verdict', verdict],
    ...(text ? [['What to do', text]] : []),
    ...(record.window ? [['Window', record.window.message]] : []),
    ...(record.version === record.currentVersion ? [] : [['Last sent', `version ${record.version}: ${FATES[record.fate]?.[1] ?? record.fate}`]]),
    ['Decided', new Date(record.decidedAt).toLocaleString([], {dateStyle: 'medium', timeStyle: 'short'})],
  ];
  return element('dl', {}, ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
}

// ------------------------------------------------------------------------------------------------ start

const showSample = () => { byId('sample').textContent = SAMPLES[byId('kind').value]; };

byId('token').value = sessionStorage.getItem('token') ?? '';
byId('token').addEventListener('change', () => {
  sessionStorage.setItem('token', byId('token').value.trim());
  readTrials();
});
byId('choices').addEventListener('submit', event => event.preventDefault());
byId('trial').addEventListener('change', () => table && check());
byId('kind').addEventListener('change', () => {
  showSample();
  if (table) check();
});
byId('file').addEventListener('change', event => {
  take(event.target.files[0]);
  // So that the same file can be chosen again, mended.
  event.target.value = '';
});
for (const [name, over] of [['dragover', true], ['dragleave', false], ['drop', false]]) {
  byId('drop').addEventListener(name, event => {
    event.preventDefault();
    byId('drop').classList.toggle('over', over);
    if (name === 'drop') take(event.dataTransfer.files[0]);
  });
}
// A file that is dropped beside the field must not replace the page.
for (const name of ['dragover', 'drop']) addEventListener(name, event => event.preventDefault());
byId('send').addEventListener('click', send);
byId('download').addEventListener('click', download);
byId('clear').addEventListener('click', () => {
  round++;
  forget();
  byId('file').focus();
});
document.querySelectorAll('[name=shown]').forEach(it => it.addEventListener('change', () => {
  shownRows = ROWS_AT_ONCE;
  showRows();
}));
byId('more').addEventListener('click', () => {
  shownRows += ROWS_AT_ONCE;
  showRows();
});
byId('look').addEventListener('submit', event => {
  event.preventDefault();
  lookUp();
});
showSample();
readTrials();
