// The built-in page. Asks the service every two seconds whether there is something new, and shows it.
// Texts from data only ever become text nodes and attributes, never HTML.

const EVERY_MS = 2000;
const ANSWER_WITHIN_MS = 8000;
const STALE_AFTER_MS = 10000;
const INKS = 8;
const MOST_DECIMALS = 2; // of the data; a mean of items may have nine, which nobody reads
const LONGEST_LABEL = 28;
const NONE = '–';

const byId = id => document.getElementById(id);

// What the address or a person asks for, which may not be there yet; and what is shown.
const asked = {trial: '', instrument: '', by: '', show: ''};
const choice = {...asked};
const hidden = new Set();
const held = new Map();
let trials = null;
let trial = null;
let metrics = [];
let completeness = [];
let summaries = [];
let drawn = '';
let lastAnswerAt = null;
let round = 0;
let timer = 0;

// ------------------------------------------------------------------------------------------------ asking

/** Answer to a GET; its body is the one held if the service says that it still stands. */
async function ask(path) {
  const known = held.get(path);
  const response = await fetch(path, {
    headers: {
      Accept: 'application/json',
      ...(known && {'If-None-Match': known.etag}),
      ...(sessionStorage.token && {Authorization: `Bearer ${sessionStorage.token}`}),
    },
    cache: 'no-store',
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (![200, 304, 401, 403, 404, 503].includes(response.status)) throw new Error(`answer ${response.status}`);
  if (response.status === 200) {
    if (held.size > 20) held.clear();
    held.set(path, {etag: response.headers.get('ETag'), body: await response.json()});
  }
  return {
    status: response.status,
    body: response.ok || response.status === 304 ? held.get(path).body : null,
    now: new Date(response.headers.get('Date')),
    completeAsOf: new Date(response.headers.get('Complete-As-Of')),
  };
}

async function look() {
  clearTimeout(timer);
  const mine = ++round;
  try {
    const list = await ask('api/v1/trials');
    if (mine !== round) return;
    const settled = list.body != null && settle(list.body);
    const found = settled && await Promise.all([ask(address('metrics')), ask(address('completeness')), ask(address('summaries', true))]);
    if (mine !== round) return;
    lastAnswerAt = new Date();
    byId('sign-in').hidden = list.status !== 401;
    if (list.status === 401 || list.status === 403) {
      say('away', list.status === 401 ? 'Not signed in' : 'Not for you');
      if (list.status === 401) showEmpty('Sign in', 'Load this page again to sign in, or give a token.');
      else showEmpty('Not for you', 'Your roles do not include what is shown here.');
      return;
    }
    if (list.status === 503) {
      say('stale', 'Reading from Kafka');
      if (trial) warn('The service has restarted and is reading what is on Kafka. These numbers are from before.');
      else showEmpty('Still reading', 'The service has started and is reading what is on Kafka. The numbers appear as soon as it is through.');
      return;
    }
    if (settled) {
      [metrics, completeness, summaries] = found.map(it => it.body ?? []);
      show();
    } else {
      showEmpty('No trial yet', 'Once the protocol of a trial has been sent to the ingest service, the trial appears here by itself.');
    }
    const late = list.now - list.completeAsOf > STALE_AFTER_MS;
    say(late ? 'stale' : 'live', late ? 'No contact with Kafka, as of' : 'Live, as of', list.completeAsOf);
    warn(late && `The service has had no contact with Kafka since ${time(list.completeAsOf)}. These numbers are from then.`);
  } catch {
    if (mine !== round) return;
    say('away', 'Service does not answer');
    if (trial) warn(`The service has not answered since ${time(lastAnswerAt)}. These numbers are from then.`);
    else showEmpty('The service does not answer', 'This page tries again every two seconds.');
  } finally {
    if (mine === round && !document.hidden) timer = setTimeout(look, EVERY_MS);
  }
}

byId('sign-in').addEventListener('submit', event => {
  event.preventDefault();
  // Gone with the tab.
  sessionStorage.token = byId('token').value.trim();
  byId('token').value = '';
  held.clear();
  look();
});

function address(resource, ofTrial = false) {
  const query = ofTrial ? '' : `?instrument=${encodeURIComponent(choice.instrument)}`;
  return `api/v1/trials/${encodeURIComponent(choice.trial)}/${resource}${query}`;
}

// ------------------------------------------------------------------------------------------------ choosing

/** Chooses what is asked for as far as it is there, and fills in the rest; false if there is no trial. */
function settle(list) {
  const last = {...choice};
  trials = list;
  trial = [asked.trial, last.trial].map(code => trials.find(it => it.trial === code)).find(Boolean) ?? trials[0] ?? null;
  if (!trial) return false;
  choice.trial = trial.trial;
  choice.instrument = among(trial.instruments, asked.instrument, choice.trial === last.trial ? last.instrument : '');
  choice.by = among(groupingsOf(trial), asked.by, 'arm');
  choice.show = among(MEASURES.map(it => it.id), asked.show);
  if (choice.trial !== last.trial || choice.by !== last.by) hidden.clear();
  return true;
}

const among = (codes, ...wanted) => wanted.find(it => codes.includes(it)) ?? codes[0] ?? '';
const groupingsOf = ({cohorts}) => [...new Set(['all', ...cohorts.map(it => it.by)])];

function readHash() {
  const query = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(asked)) asked[key] = query.get(key) ?? '';
}

function choose(key, value) {
  asked[key] = value;
  if (key === 'trial') asked.instrument = asked.by = '';
  if (trials) settle(trials);
  history.replaceState(null, '', `#${new URLSearchParams(Object.keys(asked).map(it => [it, asked[it] || choice[it]]))}`);
  // Groupings and measures are at hand; another trial or instrument has to be asked for.
  if (key === 'by' || key === 'show') show();
  else look();
}

// ------------------------------------------------------------------------------------------------ words

const planned = (list, code) => trial.plan?.[list].find(it => it.code === code);
const visitLabel = code => planned('visits', code)?.label ?? code;
const instrumentPlan = () => planned('instruments', choice.instrument) ?? {decimals: 1};
const groupingLabel = by => ({all: 'Everyone', arm: 'Arm', site: 'Site'})[by] ?? words(by);

/** The name of a stratum as words: cellSource, cell_source and cell-source become Cell source. */
function words(name) {
  const apart = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]/g, ' ').toLowerCase();
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}

/** What a cohort is called where there is room for it. */
function cohortLabel({by, value}) {
  if (by === 'all') return 'All participants';
  const arm = by === 'arm' && planned('arms', value);
  return arm ? (arm.label ?? value) + (arm.control ? ' (control)' : '') : value;
}

/** The same in a table: the code, where the label is too long for it. */
const shortLabel = cohort => (cohortLabel(cohort).length > LONGEST_LABEL ? cohort.value : cohortLabel(cohort));

function visitNote(code) {
  const visit = planned('visits', code);
  return visit ? `day ${visit.day < 0 ? `−${-visit.day}` : visit.day}` : '';
}

function mcidRule({mcid, higherIsWorse}) {
  if (!mcid) return '';
  return {
    ABS: `${higherIsWorse ? 'down' : 'up'} by at least ${mcid.value}`,
    PCT: `${higherIsWorse ? 'down' : 'up'} by at least ${mcid.value} %`,
    VALUE_AT_MOST: `a score of at most ${mcid.value}`,
  }[mcid.kind];
}

const UNDEFINED = {
  TOO_FEW: 'too few participants',
  ZERO_VARIANCE: 'nothing varies',
  EQUAL_BASELINES: 'all baselines are equal',
  NOT_POSITIVE: 'a score is 0 or below',
};

/** Why something is not shown. */
function hiddenBecause(reason) {
  if (reason && reason !== 'SMALL_CELL') return reason;
  const threshold = trial.disclosure?.threshold;
  return `Not shown: it would tell of ${threshold > 1 ? `fewer than ${threshold}` : 'too few'} participants`;
}

/** Whether this part of a metric, or what it is a part of, is kept from this audience. */
const withheld = (metric, path) => Boolean(metric.withheld?.some(it => path === it || path.startsWith(`${it}.`)));

const moment = date => new Date(date).toLocaleString([], {dateStyle: 'medium', timeStyle: 'short'});
const time = date => date.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit'});

// ------------------------------------------------------------------------------------------------ numbers

/** Half away from zero, by the decimal digits of the number: 2.15 is 2.2, although its binary form is just below. */
function rounded(number, decimals) {
  const [digits, exponent = 0] = String(Math.abs(number)).split('e');
  const whole = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  const text = Number(`${whole}e${-decimals}`).toFixed(decimals);
  return number < 0 && whole !== 0 ? `−${text}` : text;
}

/** As usual in trial tables: means and quantiles with one decimal more than the data, standard deviations two. */
function forms(instrument) {
  const decimals = Math.min(instrument.decimals, MOST_DECIMALS);
  const number = more => value => (value == null ? null : rounded(value, decimals + more));
  const mean = number(1);
  const interval = ci => (ci ? `${mean(ci[0])} to ${mean(ci[1])}` : null);
  return {
    data: number(0),
    mean,
    sd: number(2),
    interval,
    meanSd: it => (it.mean == null ? null : `${mean(it.mean)} (${number(2)(it.sd) ?? NONE})`),
    quartiles: it => (it.median == null ? null : `${mean(it.median)} [${mean(it.q1)}, ${mean(it.q3)}]`),
    range: it => (it.min == null ? null : `${number(0)(it.min)} to ${number(0)(it.max)}`),
  };
}

const pValue = p => (p == null ? null : p < 0.0001 ? '< 0.0001' : rounded(p, 4));
const percent = ratio => rounded(ratio * 100, 1);

/** What the chart can show: where to find it in a metric, and how many participants it is of. */
const share = (threshold, denominator) => ({
  of: metric => {
    const it = metric.responders?.[threshold]?.[denominator];
    return it && {value: it.rate, ci: it.ci, n: it.n, k: it.k};
  },
  share: true,
});
const MEASURES = [
  {id: 'mean', name: 'Mean score', of: ({n, mean, ci}) => ({value: mean, ci, n})},
  {id: 'change', name: 'Mean change from baseline', of: ({change}) => change && {value: change.mean, ci: change.ci, n: change.n}, zero: true},
  {id: '30-observed', name: '≥ 30 % responders (observed)', ...share('30', 'observed')},
  {id: '30-imputed', name: '≥ 30 % responders (imputed)', ...share('30', 'imputed')},
  {id: '50-observed', name: '≥ 50 % responders (observed)', ...share('50', 'observed')},
  {id: '50-imputed', name: '≥ 50 % responders (imputed)', ...share('50', 'imputed')},
  {id: 'mcid-observed', name: 'MCID responders (observed)', ...share('mcid', 'observed')},
  {id: 'mcid-imputed', name: 'MCID responders (imputed)', ...share('mcid', 'imputed')},
];

// ------------------------------------------------------------------------------------------------ showing

function show() {
  byId('empty').hidden = true;
  byId('content').hidden = false;
  byId('content').classList.remove('away');
  showChoices();
  showHeading();
  const ofCohort = metrics.filter(it => it.instrument === choice.instrument && it.cohort.by === choice.by);
  const any = ofCohort.some(it => it.suppressed || it.n > 0);
  showConduct();
  byId('numbers').hidden = !any;
  byId('nothing').hidden = any;
  const others = metrics.some(it => it.instrument === choice.instrument && it.n > 0);
  setText(byId('nothing-title'), others ? `No scores of ${choice.instrument} by ${groupingLabel(choice.by).toLowerCase()}` : `No scores yet for ${choice.instrument}`);
  setText(byId('nothing-text'), others ? 'They are shown of all participants together.' : 'This page updates by itself when the first score is counted.');
  if (!any) return;
  const series = seriesOf(ofCohort);
  showMeasures(ofCohort);
  showLegend(series);
  showChart(series);
  showTables(series);
}

/** The cohorts of the chosen grouping that have something here, each with what it has by visit. */
function seriesOf(items) {
  return trial.cohorts.filter(it => it.by === choice.by).map((cohort, index) => ({
    cohort,
    index,
    label: shortLabel(cohort),
    ink: index % INKS,
    at: new Map(items.filter(it => it.cohort.by === choice.by && it.cohort.value === cohort.value).map(it => [it.visit, it])),
  })).filter(it => it.at.size);
}

function showEmpty(title, text) {
  trial = null;
  byId('content').hidden = true;
  byId('empty').hidden = false;
  byId('empty-title').textContent = title;
  byId('empty-text').textContent = text;
  byId('notice').hidden = true;
}

function say(state, text, completeAsOf) {
  byId('status').dataset.state = state;
  if (byId('status-text').textContent !== text) byId('status-text').textContent = text;
  byId('complete-as-of').textContent = completeAsOf ? time(completeAsOf) : '';
  byId('content').classList.toggle('away', state !== 'live');
}

function warn(text) {
  const notice = byId('notice');
  notice.hidden = !text;
  if (text && notice.textContent !== text) notice.textContent = text;
}

function showChoices() {
  fill(byId('trial'), trials.map(it => option(it.trial, it.trial)), choice.trial);
  fill(byId('instrument'), trial.instruments.map(code => {
    const label = planned('instruments', code)?.label;
    return option(code, label ? `${code}: ${label}` : code);
  }), choice.instrument);
  const groupings = groupingsOf(trial);
  if (byId('by').dataset.of !== groupings.join()) {
    byId('by').dataset.of = groupings.join();
    byId('by').replaceChildren(...groupings.map(by =>
      element('label', {}, element('input', {type: 'radio', name: 'by', value: by}), element('span', {}, groupingLabel(by)))));
  }
  for (const radio of byId('by').querySelectorAll('input')) radio.checked = radio.value === choice.by;
  byId('audience').hidden = trial.audience !== 'unblinded';
  byId('csv').href = address('metrics.csv');
  byId('csv').download = `${choice.trial}-${choice.instrument}.csv`;
  byId('csv-all').href = address('metrics.csv', true);
  byId('csv-all').download = `${choice.trial}.csv`;
  byId('csv-completeness').href = address('completeness.csv', true);
  byId('csv-completeness').download = `${choice.trial}-completeness.csv`;
  byId('csv-summaries').href = address('summaries.csv', true);
  byId('csv-summaries').download = `${choice.trial}-summaries.csv`;
  byId('json').href = address('metrics');
}

const option = (value, text) => ({value, text});

/** Puts options into a select, unless they are there already: an open list must not jump. */
function fill(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.of !== key) {
    select.dataset.of = key;
    select.replaceChildren(...options.map(({value, text}) => element('option', {value}, text)));
  }
  select.value = chosen;
}

function showHeading() {
  const {plan, protocolVersion} = trial;
  const lastChange = metrics.map(it => it.asOf).sort().at(-1);
  const count = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  setText(byId('title'), trial.title ?? trial.trial);
  setText(byId('about'), [
    trial.title && trial.trial,
    protocolVersion && `protocol version ${protocolVersion}`,
    plan?.arms.length && count(plan.arms.length, 'arm'),
    plan && count(plan.sites.length, 'site'),
    plan?.masked && !trial.cohorts.some(it => it.by === 'arm') && 'masked: arms are not shown here',
    lastChange && `last change ${moment(lastChange)}`,
  ].filter(Boolean).join(' · '));
  const released = metrics.filter(it => it.upTo).map(it => it.asOf).sort().at(-1);
  byId('batches').hidden = !released;
  setText(byId('batches'), released ? `This view is released in batches, last on ${moment(released)}.` : '');
  document.title = `${choice.instrument} · ${choice.trial} · Outcome Tracker`;
  const instrument = instrumentPlan();
  const rule = mcidRule(instrument);
  setText(byId('direction'), instrument.higherIsWorse == null ? ''
    : instrument.higherIsWorse ? 'A negative change is an improvement.' : 'A positive change is an improvement.');
  setText(byId('mcid'), rule ? `MCID, the smallest change that matters to a patient: ${rule} (${instrument.mcid.source}).` : '');
}

function showMeasures(ofCohort) {
  const found = MEASURES.filter(it => ofCohort.some(metric => it.of(metric)?.value != null));
  // Of scores that are shown at baseline only there is nothing to see by visit.
  const useful = found.filter(it => it.id !== 'mean' || !ofCohort.some(metric => withheld(metric, 'mean')));
  const possible = useful.length > 0 ? useful : MEASURES.slice(0, 1);
  fill(byId('show'), possible.map(it => option(it.id, it.name)), measure(possible).id);
}

const measure = possible => possible.find(it => it.id === choice.show) ?? possible[0];

// ------------------------------------------------------------------------------------------------ chart

const MARKS = [
  'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0Z', // disc
  'M-4-4h8v8h-8Z', // square
  'M0-5.2L5 4H-5Z', // triangle
  'M0-5.6L5.6 0L0 5.6L-5.6 0Z', // diamond
  'M0 5.2L5-4H-5Z', // triangle downwards
];

function mark(index, attributes = {}) {
  return drawing('path', {class: 'mark', d: MARKS[index % MARKS.length], ...attributes});
}

function glyph(index) {
  const svg = drawing('svg', {viewBox: '-7 -7 14 14', 'aria-hidden': 'true', class: `k${index % INKS}`});
  svg.append(mark(index));
  return svg;
}

function showLegend(series) {
  const key = JSON.stringify(series.map(it => [it.index, cohortLabel(it.cohort)]));
  if (byId('legend').dataset.of !== key) {
    byId('legend').dataset.of = key;
    byId('legend').replaceChildren(...series.map(it => {
      const label = cohortLabel(it.cohort);
      const button = element('button', {type: 'button', title: 'Show or hide in the chart'}, glyph(it.index), label === it.label ? label : `${it.label}: ${label}`);
      button.addEventListener('click', () => {
        if (!hidden.delete(it.label)) hidden.add(it.label);
        show();
      });
      return button;
    }));
  }
  [...byId('legend').children].forEach((button, index) =>
    button.setAttribute('aria-pressed', String(!hidden.has(series[index].label))));
  byId('legend').hidden = series.length < 2;
}

function showChart(all) {
  const what = measure(MEASURES.filter(it => it.id === byId('show').value));
  const instrument = instrumentPlan();
  const form = what.share ? percent : forms(instrument).mean;
  const suffix = what.share ? ' %' : '';
  setText(byId('chart-title'), `${what.name} by visit, with 95 % confidence interval`);
  setText(byId('chart-note'), [
    instrument.label ? `${choice.instrument}: ${instrument.label}` : choice.instrument,
    instrument.min != null && instrument.max != null && `${instrument.min} to ${instrument.max}`,
    instrument.higherIsWorse != null && (instrument.higherIsWorse ? 'lower is better' : 'higher is better'),
  ].filter(Boolean).join(' · '));

  const visits = trial.visits;
  const series = all.map(it => ({...it, points: visits.map(visit => {
    const metric = it.at.get(visit);
    const point = metric && !metric.suppressed ? what.of(metric) : null;
    return point?.value == null ? null : point;
  })})).filter(it => !hidden.has(it.label));

  const width = Math.max(280, byId('chart').clientWidth);
  const key = JSON.stringify([width, what.id, choice, trial.plan?.version, series.map(it => [it.label, it.points])]);
  if (key === drawn) return;
  drawn = key;

  const narrow = width < 560;
  const left = narrow ? 52 : 118;
  const right = 12;
  const top = 14;
  const height = narrow ? 220 : 290;
  const bottom = top + height;
  const step = (width - left - right) / visits.length;
  const x = visit => left + step * (visit + 0.5);
  const scale = axis(series.flatMap(it => it.points).filter(Boolean), what, instrument);
  const y = value => bottom - height * (value - scale.low) / (scale.high - scale.low);
  const spread = Math.min(10, step * 0.6 / Math.max(1, series.length));
  const shift = position => (position - (series.length - 1) / 2) * spread;
  const total = bottom + 34 + 18 * series.length;

  const svg = drawing('svg', {viewBox: `0 0 ${width} ${total}`, height: total, role: 'group', 'aria-label': byId('chart-title').textContent});
  for (const tick of scale.ticks) {
    svg.append(
      drawing('line', {class: what.zero && tick === 0 ? 'zero' : 'grid', x1: left, x2: width - right, y1: y(tick), y2: y(tick)}),
      drawing('text', {x: left - 8, y: y(tick) + 4, 'text-anchor': 'end'}, what.share ? `${Math.round(tick * 100)} %` : rounded(tick, scale.decimals)));
  }
  visitTexts(visits, step).forEach((text, index) => {
    svg.append(drawing('text', {class: 'visit', x: x(index), y: bottom + 22, 'text-anchor': 'middle'}, text));
  });
  svg.append(drawing('text', {x: left - 8, y: bottom + 22, 'text-anchor': 'end'}, 'n'));

  series.forEach((it, position) => {
    const group = drawing('g', {class: `k${it.ink}`});
    const at = index => x(index) + shift(position);
    let line = '';
    it.points.forEach((point, index) => {
      if (point) line += `${line && it.points.slice(0, index).some(Boolean) ? 'L' : 'M'}${at(index).toFixed(1)} ${y(point.value).toFixed(1)}`;
    });
    group.append(drawing('path', {class: 'trend', d: line || 'M0 0'}));
    it.points.forEach((point, index) => {
      if (!point) return;
      if (point.ci) {
        const [low, high] = point.ci.map(limit => y(clamped(limit, scale)).toFixed(1));
        const from = (at(index) - 3.5).toFixed(1);
        group.append(drawing('path', {class: 'whisker', d: `M${from} ${low}h7m-3.5 0V${high}m-3.5 0h7`}));
      }
      group.append(mark(it.index, {transform: `translate(${at(index).toFixed(1)} ${y(point.value).toFixed(1)})`}));
    });
    const row = bottom + 46 + 18 * position;
    group.append(mark(it.index, {transform: `translate(${left - 16} ${row - 4})`}));
    if (!narrow) group.append(drawing('text', {x: left - 28, y: row, 'text-anchor': 'end'}, shortened(it.cohort.value ?? 'All', 12)));
    it.points.forEach((point, index) => group.append(drawing('text', {x: x(index), y: row, 'text-anchor': 'middle'}, point ? String(point.n) : NONE)));
    svg.append(group);
  });

  const focused = document.activeElement?.dataset?.visit;
  visits.forEach((visit, index) => {
    const read = series.map(it => {
      const point = it.points[index];
      return point && [it, `${form(point.value)}${suffix}`, point.ci ? `${form(point.ci[0])} to ${form(point.ci[1])}` : NONE,
        point.k == null ? `n ${point.n}` : `${point.k}/${point.n}`];
    }).filter(Boolean);
    const band = drawing('rect', {
      class: 'band', x: x(index) - step / 2, y: top - 8, width: step, height: total - top + 8, rx: 6, tabindex: 0, role: 'img', 'data-visit': visit,
      'aria-label': `${visitLabel(visit)}. ${read.map(([it, ...texts]) => `${it.label}: ${texts.join(', ')}`).join('. ') || 'No scores yet'}`,
    });
    const open = () => openTip(visit, read, x(index), width);
    band.addEventListener('pointerenter', open);
    band.addEventListener('focus', open);
    band.addEventListener('pointerleave', closeTip);
    band.addEventListener('blur', closeTip);
    svg.append(band);
    if (visit === tipOf) open();
  });
  byId('chart').replaceChildren(svg);
  if (focused) [...svg.querySelectorAll('.band')].find(it => it.dataset.visit === focused)?.focus();
}

let tipOf = null;

function openTip(visit, read, x, width) {
  tipOf = visit;
  const tip = byId('tip');
  const lines = read.flatMap(([it, value, ci, n]) => [
    element('i', {class: `k${it.ink}`}, it.label), element('span', {}, `${value} (${ci})`), element('span', {}, n)]);
  tip.replaceChildren(element('b', {}, visitLabel(visit)), element('div', {}, ...(lines.length ? lines : ['No scores yet'])));
  tip.hidden = false;
  tip.style.left = `${Math.max(0, Math.min(x + 14, width - tip.offsetWidth))}px`;
  if (x + 14 + tip.offsetWidth > width) tip.style.left = `${Math.max(0, x - 14 - tip.offsetWidth)}px`;
}

function closeTip() {
  tipOf = null;
  byId('tip').hidden = true;
}

const clamped = (value, {low, high}) => Math.min(high, Math.max(low, value));
const shortened = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Labels if all have room, else codes. */
function visitTexts(visits, room) {
  const labels = visits.map(visitLabel);
  return labels.every(it => it.length * 7.5 <= room) ? labels : visits.map(it => shortened(it, Math.max(2, Math.floor(room / 8))));
}

/** An axis of round numbers around the points and their intervals. */
function axis(points, what, instrument) {
  const values = points.flatMap(it => [it.value, ...(it.ci ?? [])]);
  let low = values.length ? Math.min(...values) : 0;
  let high = values.length ? Math.max(...values) : 1;
  if (what.share) [low, high] = [0, Math.min(1, high)];
  if (what.zero) [low, high] = [Math.min(0, low), Math.max(0, high)];
  // An interval may reach beyond what can be scored; the axis does not follow it there.
  if (what.id === 'mean' && instrument.min != null) low = Math.max(low, instrument.min);
  if (what.id === 'mean' && instrument.max != null) high = Math.min(high, instrument.max);
  if (high - low < 1e-9) [low, high] = [low - 0.5, high + 0.5];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(it => it * power).find(it => it >= rough * 0.999);
  low = Math.floor(low / step + 1e-9) * step;
  high = Math.ceil(high / step - 1e-9) * step;
  const ticks = [];
  for (let i = 0; low + i * step <= high + step / 2; i++) ticks.push(Number((low + i * step).toPrecision(12)));
  const decimals = Math.max(...ticks.map(it => (String(it).split('.')[1] ?? '').length));
  return {low, high, ticks, decimals: Math.min(decimals, 4)};
}

// ------------------------------------------------------------------------------------------------ tables

function showTables(series) {
  const form = forms(instrumentPlan());
  const all = series.flatMap(it => [...it.at.values()]);
  table('scores', firstHead(), visitRows(series, () => true), [
    {head: 'n', cell: it => [it.n]},
    {head: 'Mean (SD)', cell: it => [withheld(it, 'mean') ? 'not shown' : form.meanSd(it)]},
    {head: '95 % CI', cell: it => [form.interval(it.ci)]},
    {head: 'Median [Q1, Q3]', cell: it => [form.quartiles(it)]},
    {head: 'Range', cell: it => [form.range(it)]},
    ...(all.some(it => it.geometricMean) ? [{head: 'Geometric mean', cell: it => part(it, 'geometricMean', ({mean, ci, undefined: why}) =>
      [form.mean(mean), ci ? form.interval(ci) : UNDEFINED[why]])}] : []),
    ...(all.some(it => it.nOutsideLimits) ? [{head: 'Outside limits', cell: it => part(it, 'nOutsideLimits', n => [n])}] : []),
  ]);
  setText(byId('scores-note'), all.some(it => withheld(it, 'mean'))
    ? 'After baseline not shown: beside the changes, they would tell of the few who missed a visit.' : '');
  table('changes', firstHead(), visitRows(series, it => it.change, 'change'), [
    {head: 'n', cell: it => [it.change?.n]},
    {head: 'Mean (SD)', cell: it => [it.change && form.meanSd(it.change)]},
    {head: '95 % CI', cell: it => [form.interval(it.change?.ci)]},
    {head: 'Median [Q1, Q3]', cell: it => [it.change && form.quartiles(it.change)]},
  ]);
  showBetweenArms(series, all, form);
  const respond = it => it.responders || it.withheld?.some(path => path.startsWith('responders'));
  const thresholds = [['30', '≥ 30 %'], ['50', '≥ 50 %'], ['mcid', 'MCID']]
    .filter(([key]) => all.some(it => it.responders?.[key] || withheld(it, `responders.${key}`)));
  table('responders', firstHead(), visitRows(series, respond), thresholds.flatMap(([key, name]) => ['observed', 'imputed'].map(denominator => ({
    over: name,
    head: denominator === 'observed' ? 'Observed' : 'Imputed',
    cell: it => part(it, `responders.${key}.${denominator}`, ({k, n, rate, ci}) =>
      (rate == null ? [`${k}/${n}`] : [`${k}/${n} (${percent(rate)} %)`, ci && `${percent(ci[0])} to ${percent(ci[1])}`])),
  }))));
  setText(byId('responders-withheld'), all.some(it => it.withheld?.some(path => path.startsWith('responders')))
    ? hiddenBecause().replace('Not shown', '“Not shown”') + '.' : '');
}

/** The cell of a part of a metric, if it is there, or that it is withheld. */
function part(metric, path, cell) {
  const found = path.split('.').reduce((it, name) => it?.[name], metric);
  if (found != null) return cell(found);
  return [withheld(metric, path) ? 'not shown' : null];
}

/** Each arm against control: of change from baseline, or of scores where the instrument has no baseline. */
function showBetweenArms(series, all, form) {
  const what = all.some(it => it.versusControl?.change || withheld(it, 'versusControl.change')) ? 'change' : 'value';
  const path = `versusControl.${what}`;
  const baseline = trial.plan?.visits.find(it => it.baseline)?.code;
  const ofInterest = it => it.versusControl?.[what] || withheld(it, path);
  const compared = series.filter(it => [...it.at.values()].some(ofInterest)).map(it => ({
    ...it, at: new Map([...it.at].filter(([visit, metric]) => ofInterest(metric) || (metric.suppressed && visit !== baseline))),
  }));
  const control = trial.plan?.arms.find(it => it.control);
  setText(byId('between-note'), `Each arm minus ${control ? cohortLabel({by: 'arm', value: control.code}).replace(' (control)', '') : 'control'}. `
    + 'Differences with 95 % CI: Welch’s t, Hedges’ g, and analysis of covariance with the baseline. Descriptive, unadjusted for repeated looks.');
  const difference = (over, at) => [
    {over, head: 'n (arm, control)', cell: it => part(it, at, ({nActive, nControl}) => [`${nActive}, ${nControl}`])},
    {over, head: 'Difference', cell: it => part(it, at, found => [form.mean(found.difference), found.ci ? form.interval(found.ci) : UNDEFINED[found.undefined]])},
    ...(all.some(it => typeof part(it, at, found => [found.p])[0] === 'number') ? [{over, head: 'p', cell: it => part(it, at, found => [pValue(found.p)])}] : []),
  ];
  const hedges = g => [rounded(g.g, 2), g.ci && `${rounded(g.ci[0], 2)} to ${rounded(g.ci[1], 2)}`];
  table('between', firstHead(), visitRows(compared, ofInterest, path), [
    ...difference(what === 'change' ? 'Change from baseline' : 'Score', path),
    {over: 'Standardised', head: 'Hedges’ g', cell: it => part(it, `${path}.hedgesG`, hedges)},
    ...(all.some(it => it.versusControl?.ancova || withheld(it, 'versusControl.ancova')) ? difference('Adjusted for baseline', 'versusControl.ancova') : []),
  ]);
}

/** How the trial goes: of what there is even before the first score. */
function showConduct() {
  const share = ratio => (ratio == null ? null : `${percent(ratio)} %`);
  const ofInstrument = seriesOf(completeness.filter(it => it.instrument === choice.instrument));
  table('completeness', firstHead(), visitRows(ofInstrument, () => true), [
    {head: 'Expected', cell: it => [it.counts.expected]},
    {head: 'Received', cell: it => [it.counts.received]},
    {head: 'Completeness', cell: it => [share(it.counts.completeness)]},
    {head: 'Early, late', cell: it => [`${it.counts.receivedEarly}, ${it.counts.receivedLate}`]},
    {head: 'Not done', cell: it => [it.counts.notDone]},
    {head: 'Missed', cell: it => [it.counts.missed]},
    {head: 'Overdue', cell: it => [it.counts.overdue]},
  ]);
  const rows = seriesOf(summaries).map(it => ({
    id: it.cohort.value ?? '', label: it.label, index: choice.by === 'all' ? null : it.index, of: it.at.get(undefined),
  }));
  const ofTrial = choice.by === 'all' ? 'Cohort' : groupingLabel(choice.by);
  const reasons = by => Object.entries(by).map(([reason, count]) => `${reason} ${count}`).join('\n');
  const withScreening = choice.by !== 'arm'; // who was never enrolled is in no arm
  table('flow', ofTrial, rows, [
    ...(withScreening ? [
      {head: 'Assessed', cell: ({flow}) => [flow.assessed]},
      {head: 'Excluded', cell: ({flow}) => [flow.excluded, reasons(flow.excludedBy)]},
    ] : []),
    {head: 'Randomised', cell: ({flow}) => [flow.randomised]},
    {head: 'Treated', cell: ({flow}) => [flow.treated]},
    {head: 'On study', cell: ({flow}) => [flow.onStudy]},
    {head: 'Withdrawn', cell: ({flow}) => [flow.withdrawn]},
    {head: 'Off study', cell: ({flow}) => [flow.offStudy, reasons(flow.leftBy)]},
  ]);
  table('events', ofTrial, rows, [
    {head: 'Treated', cell: ({adverseEvents: it}) => [it.treated]},
    {over: 'Participants with', head: 'Any event', cell: ({adverseEvents: it}) => [it.participants, share(it.share)]},
    {over: 'Participants with', head: 'Serious', cell: ({adverseEvents: it}) => [it.participantsWithSerious]},
    {over: 'Participants by worst event', head: 'Mild', cell: ({adverseEvents: it}) => [it.worstMild]},
    {over: 'Participants by worst event', head: 'Moderate', cell: ({adverseEvents: it}) => [it.worstModerate]},
    {over: 'Participants by worst event', head: 'Severe', cell: ({adverseEvents: it}) => [it.worstSevere]},
    {over: 'Events', head: 'All', cell: ({adverseEvents: it}) => [it.events]},
    {over: 'Events', head: 'Serious', cell: ({adverseEvents: it}) => [it.seriousEvents]},
    {over: 'Events', head: 'Per 100 months', cell: ({adverseEvents: it}) => [it.eventsPer100Months == null ? null : rounded(it.eventsPer100Months, 1)]},
  ]);
}

const firstHead = () => (choice.by === 'all' ? 'Visit' : groupingLabel(choice.by));

/** One row per visit and cohort, as far as there is something of interest here; as hidden what is withheld at this path. */
function visitRows(series, ofInterest, path) {
  const rows = [];
  const alone = choice.by === 'all';
  const hidden = it => (it.suppressed ? hiddenBecause(it.reason) : path && withheld(it, path) ? hiddenBecause() : null);
  for (const visit of trial.visits) {
    const there = series.filter(it => it.at.has(visit));
    if (!there.some(it => hidden(it.at.get(visit)) || ofInterest(it.at.get(visit)))) continue;
    if (!alone) rows.push({id: visit, group: visitLabel(visit), note: visitNote(visit)});
    for (const it of there) {
      rows.push({
        id: `${visit}|${it.cohort.value ?? ''}`,
        label: alone ? visitLabel(visit) : it.label,
        index: alone ? null : it.index,
        of: it.at.get(visit),
        hidden: hidden(it.at.get(visit)),
      });
    }
  }
  return rows;
}

/** Shows rows, each a heading or something that the columns take their cells from; changes no more than what differs. */
function table(id, first, rows, columns) {
  const target = byId(id);
  target.closest('.card').hidden = rows.length === 0 || columns.length === 0;
  const cells = rows.map(row => (row.group || row.hidden ? [] : columns.map(column => column.cell(row.of))));
  const shape = JSON.stringify([choice, first, columns.map(it => [it.over, it.head]), rows.map(it => [it.id, it.label, it.group, it.note, it.hidden])]);
  if (target.dataset.shape === shape) {
    cells.forEach((texts, row) => texts.forEach((text, column) => renew(target.tBodies[0].rows[row].cells[column + 1], text)));
    return;
  }
  target.dataset.shape = shape;
  const title = byId(`${id}-title`).textContent;
  target.replaceChildren(
    element('caption', {class: 'unseen'}, target.dataset.ofTrial === undefined ? `${title}, ${choice.instrument}` : title),
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

// ------------------------------------------------------------------------------------------------ elements

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function element(name, attributes, ...children) {
  const it = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  it.append(...children);
  return it;
}

function drawing(name, attributes, text) {
  const it = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  if (text != null) it.textContent = text;
  return it;
}

// ------------------------------------------------------------------------------------------------ start

for (const id of ['trial', 'instrument', 'show']) byId(id).addEventListener('change', event => choose(id, event.target.value));
byId('by').addEventListener('change', event => choose('by', event.target.value));
byId('choices').addEventListener('submit', event => event.preventDefault());
new ResizeObserver(() => trial && !byId('content').hidden && show()).observe(byId('chart'));
addEventListener('hashchange', () => {
  readHash();
  look();
});
document.addEventListener('visibilitychange', () => document.hidden || look());
readHash();
look();
