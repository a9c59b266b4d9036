// What a trial has, as far as it was told, and what of it was chosen.

import {forms} from './numbers.js';
import {cohortLabel, groupingLabel, hiddenBecause, planned, shortLabel, visitLabel, visitNote, withheld} from './words.js';

/** The code of a cohort as the address lists it, after commas: strata have values of any kind. */
export const listed = code => encodeURIComponent(code);

export class Study {
  constructor(trial, rows, choice) {
    Object.assign(this, {trial, rows, choice});
    this.metrics = rows.of('metrics').filter(it => it.instrument === choice.instrument);
    this.instrument = planned(trial, 'instruments', choice.instrument) ?? {decimals: 1};
    this.form = forms(this.instrument);
    this.visits = trial.visits.map(code => ({code, label: visitLabel(trial, code)}));
    this.instrumentName = [choice.instrument, this.instrument.label].filter(Boolean).join(': ');
    this.nobody = trial.audience === 'public' ? 'Not published: the public sees results, not how a trial is run.' : null;
  }

  of(resource) {
    return this.rows.of(resource).filter(it => !it.instrument || it.instrument === this.choice.instrument);
  }

  /** The cohorts of a grouping that have something here, each with what it has by visit. */
  series(items, by = this.choice.by) {
    return this.trial.cohorts.filter(it => it.by === by).map((cohort, index) => ({
      cohort, index, code: cohort.value ?? 'All', label: shortLabel(this.trial, cohort), name: cohortLabel(this.trial, cohort),
      at: new Map(items.filter(it => it.cohort.by === by && it.cohort.value === cohort.value).map(it => [it.visit, it])),
    })).filter(it => it.at.size);
  }

  /** Without the cohorts that are hidden in pictures. */
  pictured(series) {
    return series.filter(it => !this.choice.hide.includes(listed(it.code)));
  }

  /** Why there are no scores in this grouping. */
  whyNone(items) {
    if (items.some(it => it.suppressed || it.n > 0)) return null;
    if (this.metrics.some(it => it.n > 0)) {
      return `No scores of ${this.choice.instrument} by ${groupingLabel(this.choice.by).toLowerCase()}. They are shown of all participants together.`;
    }
    return `No scores yet for ${this.choice.instrument}. This page updates by itself when the first score is counted.`;
  }

  ofGrouping(by = this.choice.by) {
    return this.metrics.filter(it => it.cohort.by === by);
  }

  note(...more) {
    const {instrument} = this;
    return [
      this.instrumentName,
      instrument.min != null && instrument.max != null && `${instrument.min} to ${instrument.max}`,
      instrument.higherIsWorse != null && (instrument.higherIsWorse ? 'lower is better' : 'higher is better'),
      ...more,
    ].filter(Boolean).join(' · ');
  }

  csv(resource, {by, instrument = true} = {}) {
    const query = new URLSearchParams({...(instrument && {instrument: this.choice.instrument}), ...(by && {by})});
    return `api/v1/trials/${encodeURIComponent(this.choice.trial)}/${resource}.csv?${query}`;
  }

  firstHead(by = this.choice.by) {
    return by === 'all' ? 'Visit' : groupingLabel(by);
  }

  /** One row per visit and cohort, as far as there is something of interest here; as hidden what is withheld at this path. */
  visitRows(series, ofInterest, path, by = this.choice.by) {
    const rows = [];
    const alone = by === 'all';
    const hidden = it => (it.suppressed ? hiddenBecause(this.trial, it.reason) : path && withheld(it, path) ? hiddenBecause(this.trial) : null);
    for (const {code: visit, label} of this.visits) {
      const there = series.filter(it => it.at.has(visit));
      if (!there.some(it => hidden(it.at.get(visit)) || ofInterest(it.at.get(visit)))) continue;
      if (!alone) rows.push({id: visit, group: label, note: visitNote(this.trial, visit)});
      for (const it of there) {
        rows.push({
          id: `${visit}|${it.cohort.value ?? ''}`,
          label: alone ? label : it.label,
          index: alone ? null : it.index,
          of: it.at.get(visit),
          hidden: hidden(it.at.get(visit)),
        });
      }
    }
    return rows;
  }

  /** By visit, what each cohort has of something; null where it has nothing or it is hidden. */
  points(series, of) {
    return series.map(it => ({...it, points: this.visits.map(({code}) => {
      const metric = it.at.get(code);
      const point = metric && !metric.suppressed ? of(metric) : null;
      return point?.n == null || Object.values(point).some(value => value === undefined) ? null : point;
    })}));
  }

  reads(series, told) {
    return this.visits.map(({label}, index) => {
      const lines = series.filter(it => it.points[index]).map(it => `${it.label}: ${told(it.points[index])}`);
      return [label, ...(lines.length ? lines : ['nothing to show'])];
    });
  }
}

/** The cell of a part of a metric, if it is there, or that it is withheld. */
export function part(metric, path, cell) {
  const found = path.split('.').reduce((it, name) => it?.[name], metric);
  if (found != null) return cell(found);
  return [withheld(metric, path) ? 'not shown' : null];
}
