// What things are called, and why something is not shown.

const LONGEST_LABEL = 28;

export const planned = (trial, list, code) => trial.plan?.[list].find(it => it.code === code);
export const visitLabel = (trial, code) => planned(trial, 'visits', code)?.label ?? code;
export const groupingLabel = by => ({all: 'Everyone', arm: 'Arm', site: 'Site'})[by] ?? words(by);

/** The name of a stratum as words: cellSource, cell_source and cell-source become Cell source. */
function words(name) {
  const apart = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]/g, ' ').toLowerCase();
  return apart.charAt(0).toUpperCase() + apart.slice(1);
}

/** What a cohort is called where there is room for it. */
export function cohortLabel(trial, {by, value}) {
  if (by === 'all') return 'All participants';
  const arm = by === 'arm' && planned(trial, 'arms', value);
  return arm ? (arm.label ?? value) + (arm.control ? ' (control)' : '') : value;
}

/** The same in a table: the code, where the label is too long for it. */
export function shortLabel(trial, cohort) {
  const label = cohortLabel(trial, cohort);
  return label.length > LONGEST_LABEL ? cohort.value : label;
}

export function visitNote(trial, code) {
  const visit = planned(trial, 'visits', code);
  return visit ? `day ${visit.day < 0 ? `−${-visit.day}` : visit.day}` : '';
}

export function mcidRule({mcid, higherIsWorse}) {
  if (!mcid) return '';
  return {
    ABS: `${higherIsWorse ? 'down' : 'up'} by at least ${mcid.value}`,
    PCT: `${higherIsWorse ? 'down' : 'up'} by at least ${mcid.value} %`,
    VALUE_AT_MOST: `a score of at most ${mcid.value}`,
  }[mcid.kind];
}

export const UNDEFINED = {
  TOO_FEW: 'too few participants',
  ZERO_VARIANCE: 'nothing varies',
  EQUAL_BASELINES: 'all baselines are equal',
  NOT_POSITIVE: 'a score is 0 or below',
};

/** Why a cell is not shown. */
export function hiddenBecause(trial, reason) {
  if (reason && reason !== 'SMALL_CELL') return reason;
  const threshold = trial.disclosure?.threshold;
  return `Not shown: it would tell of ${threshold > 1 ? `fewer than ${threshold}` : 'too few'} participants`;
}

/** Whether this part of a metric, or what it is a part of, is kept from this audience. */
export const withheld = (metric, path) => Boolean(metric.withheld?.some(it => path === it || path.startsWith(`${it}.`)));

export const isMaskedHere = trial => Boolean(trial.plan?.masked && !trial.cohorts.some(it => it.by === 'arm'));

export const moment = date => new Date(date).toLocaleString([], {dateStyle: 'medium', timeStyle: 'short'});
export const time = date => date.toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', second: '2-digit'});
export const sentence = reason => reason.charAt(0) + reason.slice(1).toLowerCase();
