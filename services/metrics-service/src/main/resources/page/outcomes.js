// The views of what was measured.

import {beside, byVisit, bold, dash, drawn, faded, isNarrow, line, mark, rect, shortened, text, valueAxis, whisker} from './charts.js';
import {axis, pValue, percent, rounded} from './numbers.js';
import {part} from './study.js';
import {UNDEFINED, cohortLabel, hiddenBecause, isMaskedHere, mcidRule, withheld} from './words.js';

const RIBBONS_AT_MOST = 3;

const MEASURES = {
  mean: {name: 'Score', title: 'Score', of: it => it},
  change: {name: 'Change from baseline', title: 'Change from baseline', of: it => it.change},
};

/** The measures that have something to show by visit. */
function measures(study) {
  const items = study.ofGrouping();
  const found = Object.keys(MEASURES).filter(id => items.some(it => MEASURES[id].of(it)?.mean != null));
  // Of scores that are shown at baseline only there is nothing to see by visit.
  const useful = found.filter(id => id !== 'mean' || !items.some(it => withheld(it, 'mean')));
  const possible = useful.length ? useful : ['mean'];
  return possible.map(id => [id, MEASURES[id].name]);
}

function chosen(options, wanted) {
  return options.some(([id]) => id === wanted) ? wanted : options[0]?.[0];
}

const limits = (study, measure) => (measure === 'change' ? {from: 0, to: 0} : {atLeast: study.instrument.min, atMost: study.instrument.max});

const direction = ({instrument}) => (instrument.higherIsWorse == null ? ''
  : instrument.higherIsWorse ? 'A negative change is an improvement.' : 'A positive change is an improvement.');

// ------------------------------------------------------------------------------------------------ trend

export const trend = {
  id: 'trend',
  legend: true,
  name: 'Trend',
  controls: [{key: 'show', label: 'Measure', options: measures}],
  tables: [['scores', 'Scores'], ['changes', 'Change from baseline']],
  of(study) {
    const items = study.ofGrouping();
    const series = study.series(items);
    const measure = chosen(measures(study), study.choice.show);
    const shown = study.points(study.pictured(series), metric => {
      const it = MEASURES[measure].of(metric);
      return it?.mean == null ? null : {n: it.n, mean: it.mean, ci: it.ci ?? null};
    });
    const {form} = study;
    const scale = axis(shown.flatMap(it => it.points).filter(Boolean).flatMap(it => [it.mean, ...(it.ci ?? [])]), limits(study, measure));
    const ribbons = shown.length <= RIBBONS_AT_MOST;
    return {
      title: `Mean ${MEASURES[measure].title.toLowerCase()} by visit, with 95 % confidence interval`,
      notes: [study.note()],
      why: study.whyNone(items),
      csv: study.csv('metrics', {by: study.choice.by}),
      picture: byVisit({
        visits: study.visits, series: shown, scale, zero: measure === 'change',
        reads: study.reads(shown, it => `${form.mean(it.mean)}${it.ci ? ` (${form.interval(it.ci)})` : ''}, n ${it.n}`),
        layers: ({series, colors, step}) => series.flatMap((it, position) => {
          const ink = colors.ink(it.index);
          const shift = ribbons ? 0 : beside(position, series.length, step, 10);
          return [
            ...(ribbons ? [drawn(at => ribbon(it.points, at, ink), {z: 1})] : []),
            drawn(at => trace(it, at, shift, ink, colors.card, ribbons, scale), {z: 3}),
          ];
        }),
      }),
      tables: [scores(study, series), changes(study, series)],
    };
  },
};

/** The interval as an area, wherever two visits in a row have one; else as a bar. */
function ribbon(points, at, ink) {
  const areas = [];
  let run = [];
  for (const [index, point] of [...points.entries(), [points.length, null]]) {
    if (point?.ci) {
      run.push([at([index, point.ci[0]]), at([index, point.ci[1]])]);
    } else if (index === points.length || point) {
      if (run.length > 1) areas.push(run);
      run = [];
    }
  }
  return areas.map(it => ({
    type: 'polygon', silent: true,
    shape: {points: [...it.map(([, high]) => high), ...it.map(([low]) => low).reverse()]},
    style: {fill: faded(ink, 0.14), stroke: faded(ink, 0.4), lineWidth: 0.75},
  }));
}

function trace(it, at, shift, ink, card, ribbons, scale) {
  const there = it.points.map((point, index) => point && {point, at: at([index, point.mean])}).filter(Boolean);
  const within = value => Math.min(scale.max, Math.max(scale.min, value));
  return [
    {type: 'polyline', silent: true, shape: {points: there.map(({at: [x, y]}) => [x + shift, y])}, style: {stroke: ink, fill: 'none', lineWidth: 2, lineDash: dash(it.index)}},
    ...there.flatMap(({point, at: [x, y]}) => (point.ci && (!ribbons || there.length === 1)
      ? whisker(it.index, x + shift, y, point.ci.map(limit => at([0, within(limit)])[1]), ink, card)
      : [mark(it.index, x + shift, y, ink, card)])),
  ];
}

function scores(study, series) {
  const {form} = study;
  const all = series.flatMap(it => [...it.at.values()]);
  return {
    id: 'scores', caption: `Scores, ${study.choice.instrument}`, first: study.firstHead(), rows: study.visitRows(series, () => true),
    note: all.some(it => withheld(it, 'mean')) ? 'After baseline not shown: beside the changes, they would tell of the few who missed a visit.' : '',
    columns: [
      {head: 'n', cell: it => [it.n]},
      {head: 'Mean (SD)', cell: it => [withheld(it, 'mean') ? 'not shown' : form.meanSd(it)]},
      {head: '95 % CI', cell: it => [form.interval(it.ci)]},
      {head: 'Median [Q1, Q3]', cell: it => [form.quartiles(it)]},
      {head: 'Range', cell: it => [form.range(it)]},
      ...(all.some(it => it.geometricMean) ? [{head: 'Geometric mean', cell: it => part(it, 'geometricMean', ({mean, ci, undefined: why}) =>
        [form.mean(mean), ci ? form.interval(ci) : UNDEFINED[why]])}] : []),
      ...(all.some(it => it.nOutsideLimits) ? [{head: 'Outside limits', cell: it => part(it, 'nOutsideLimits', n => [n])}] : []),
    ],
  };
}

function changes(study, series) {
  const {form} = study;
  return {
    id: 'changes', caption: `Change from baseline, ${study.choice.instrument}`, first: study.firstHead(), rows: study.visitRows(series, it => it.change, 'change'),
    note: `Score minus baseline, of participants who have both. ${direction(study)}`,
    columns: [
      {head: 'n', cell: it => [it.change?.n]},
      {head: 'Mean (SD)', cell: it => [it.change && form.meanSd(it.change)]},
      {head: '95 % CI', cell: it => [form.interval(it.change?.ci)]},
      {head: 'Median [Q1, Q3]', cell: it => [it.change && form.quartiles(it.change)]},
    ],
  };
}

// ------------------------------------------------------------------------------------------------ distribution

export const distribution = {
  id: 'distribution',
  legend: true,
  name: 'Distribution',
  controls: [{key: 'show', label: 'Measure', options: measures}],
  tables: [['boxes', 'Distribution']],
  of(study) {
    const items = study.ofGrouping();
    const series = study.series(items);
    const measure = chosen(measures(study), study.choice.show);
    const {of} = MEASURES[measure];
    const shown = study.points(study.pictured(series), metric => {
      const it = of(metric);
      return it?.median == null ? null : {n: it.n, mean: it.mean, min: it.min, q1: it.q1, median: it.median, q3: it.q3, max: it.max};
    });
    const {form} = study;
    const scale = axis(shown.flatMap(it => it.points).filter(Boolean).flatMap(it => [it.min, it.max]), limits(study, measure));
    return {
      title: `Distribution of ${MEASURES[measure].title.toLowerCase()} by visit`,
      notes: [study.note(), 'Box: first to third quartile, with the median; whiskers to the smallest and the largest; the mark is the mean.'],
      why: study.whyNone(items),
      csv: study.csv('metrics', {by: study.choice.by}),
      picture: byVisit({
        visits: study.visits, series: shown, scale, zero: measure === 'change',
        reads: study.reads(shown, it => `median ${form.mean(it.median)} (${form.mean(it.q1)} to ${form.mean(it.q3)}), mean ${form.mean(it.mean)}, ${form.data(it.min)} to ${form.data(it.max)}, n ${it.n}`),
        layers: ({series, colors, step}) => series.map((it, position) => drawn(at => it.points.flatMap((point, index) => (point
          ? box(it.index, point, value => at([index, value]), beside(position, series.length, step, 34), Math.min(22, step * 0.5 / series.length), colors) : [])), {z: 3, clip: false})),
      }),
      tables: [{
        id: 'boxes', caption: `Distribution, ${study.choice.instrument}`, first: study.firstHead(),
        rows: study.visitRows(series, it => of(it), measure === 'change' ? 'change' : 'median'),
        columns: [['n', 'n', it => it], ['Min', 'min', form.data], ['Q1', 'q1', form.mean], ['Median', 'median', form.mean], ['Q3', 'q3', form.mean], ['Max', 'max', form.data], ['Mean', 'mean', form.mean]]
          .map(([head, field, write]) => ({head, cell: it => [write(of(it)?.[field])]})),
      }],
    };
  },
};

function box(index, {min, q1, median, q3, max, mean}, at, shift, width, colors) {
  const ink = colors.ink(index);
  const y = value => at(value)[1];
  const x = at(median)[0] + shift;
  const style = {stroke: ink, lineWidth: 1.5};
  const half = width / 2;
  return [
    line(x, y(min), x, y(q1), style), line(x, y(q3), x, y(max), style),
    line(x - half / 2, y(min), x + half / 2, y(min), style), line(x - half / 2, y(max), x + half / 2, y(max), style),
    rect(x - half, y(q3), width, Math.max(1, y(q1) - y(q3)), {...style, fill: faded(ink, 0.18), lineDash: dash(index)}),
    line(x - half, y(median), x + half, y(median), {stroke: ink, lineWidth: 2.5}),
    mark(index, x, y(mean), ink, colors.card),
  ];
}

// ------------------------------------------------------------------------------------------------ responders

const THRESHOLDS = [['30', '≥ 30 %'], ['50', '≥ 50 %'], ['mcid', 'MCID']];
const DENOMINATORS = [['observed', 'Observed'], ['imputed', 'Imputed']];

function rules(study) {
  const items = study.ofGrouping();
  return THRESHOLDS.flatMap(([threshold, name]) => DENOMINATORS
    .filter(([denominator]) => items.some(it => it.responders?.[threshold]?.[denominator]?.rate != null))
    .map(([denominator]) => [`${threshold}-${denominator}`, `${name} (${denominator})`]));
}

export const responders = {
  id: 'responders',
  legend: true,
  name: 'Responders',
  controls: [{key: 'rule', label: 'Threshold', options: rules}],
  tables: [['responders', 'Responders']],
  of(study) {
    const items = study.ofGrouping();
    const series = study.series(items);
    const all = series.flatMap(it => [...it.at.values()]);
    const options = rules(study);
    const rule = chosen(options, study.choice.rule);
    const [threshold, denominator] = (rule ?? '').split('-');
    const shown = study.points(study.pictured(series), metric => {
      const it = metric.responders?.[threshold]?.[denominator];
      return it?.rate == null ? null : {n: it.n, k: it.k, rate: it.rate, ci: it.ci ?? null};
    });
    const thresholds = THRESHOLDS.filter(([key]) => all.some(it => it.responders?.[key] || withheld(it, `responders.${key}`)));
    const respond = it => it.responders || it.withheld?.some(path => path.startsWith('responders'));
    const mcid = mcidRule(study.instrument);
    const kept = all.some(it => it.withheld?.some(path => path.startsWith('responders')));
    return {
      title: `Responders by visit, ${options.find(([id]) => id === rule)?.[1] ?? ''}, with 95 % confidence interval`,
      notes: [study.note()],
      why: study.whyNone(items) ?? (rule ? null : kept ? hiddenBecause(study.trial) : `There are no responders of ${study.choice.instrument} to show yet.`),
      csv: study.csv('metrics', {by: study.choice.by}),
      picture: rule && byVisit({
        visits: study.visits, series: shown, scale: {min: 0, max: 1, step: 0.2, decimals: 0}, form: it => `${Math.round(it * 100)} %`,
        reads: study.reads(shown, it => `${percent(it.rate)} %${it.ci ? ` (${percent(it.ci[0])} to ${percent(it.ci[1])})` : ''}, ${it.k}/${it.n}`),
        layers: ({series, colors, step}) => series.map((it, position) => drawn(at => it.points.flatMap((point, index) => {
          if (!point) return [];
          const [x, y] = at([index, point.rate]);
          return whisker(it.index, x + beside(position, series.length, step, 26), y, (point.ci ?? []).map(limit => at([index, limit])[1]), colors.ink(it.index), colors.card);
        }), {z: 3})),
      }),
      tables: [{
        id: 'responders', caption: `Responders, ${study.choice.instrument}`, first: study.firstHead(), rows: study.visitRows(series, respond),
        note: ['Improved by at least the threshold. Observed: of participants with a score (and a baseline where one is needed). Imputed: of all whose visit was due;'
          + ' a missing score counts as no response. Below each: its 95 % CI in percent.',
          mcid && `MCID, the smallest change that matters to a patient: ${mcid} (${study.instrument.mcid.source}).`,
          kept && `${hiddenBecause(study.trial).replace('Not shown', '“Not shown”')}.`].filter(Boolean).join(' '),
        columns: thresholds.flatMap(([key, name]) => DENOMINATORS.map(([denominator, head]) => ({
          over: name, head,
          cell: it => part(it, `responders.${key}.${denominator}`, ({k, n, rate, ci}) =>
            (rate == null ? [`${k}/${n}`] : [`${k}/${n} (${percent(rate)} %)`, ci && `${percent(ci[0])} to ${percent(ci[1])}`])),
        }))),
      }],
    };
  },
};

// ------------------------------------------------------------------------------------------------ differences

/** Each arm against control: of change from baseline, or of scores where the instrument has no baseline. */
function comparison(study) {
  const series = study.series(study.ofGrouping('arm'), 'arm');
  const all = series.flatMap(it => [...it.at.values()]);
  const what = all.some(it => it.versusControl?.change || withheld(it, 'versusControl.change')) ? 'change' : 'value';
  return {series, all, what, path: `versusControl.${what}`};
}

function methods(study) {
  const {all, what} = comparison(study);
  return [[what, 'Welch’s t, unadjusted'], ...(all.some(it => it.versusControl?.ancova) ? [['ancova', 'ANCOVA, adjusted for baseline']] : [])];
}

export const differences = {
  id: 'differences',
  byArm: true, // whatever is chosen
  legend: true,
  name: 'Differences',
  controls: [{key: 'method', label: 'Method', options: methods}],
  tables: [['between', 'Difference between arms']],
  of(study) {
    const {trial, form} = study;
    const {series, all, what, path} = comparison(study);
    const baseline = trial.plan?.visits.find(it => it.baseline)?.code;
    const ofInterest = it => it.versusControl?.[what] || withheld(it, path);
    const compared = series.filter(it => [...it.at.values()].some(ofInterest)).map(it => ({
      ...it, at: new Map([...it.at].filter(([visit, metric]) => ofInterest(metric) || (metric.suppressed && visit !== baseline))),
    }));
    const control = trial.plan?.arms.find(it => it.control);
    const controlName = control ? cohortLabel(trial, {by: 'arm', value: control.code}).replace(' (control)', '') : 'control';
    const options = methods(study);
    const method = chosen(options, study.choice.method);
    const adjusted = method === 'ancova';
    const rows = study.visits.flatMap(({code, label}) => study.pictured(compared).map(it => ({...it, visit: label, visitCode: code, of: it.at.get(code)?.versusControl?.[method]})))
      .filter(it => it.of?.difference != null);
    const difference = (over, at) => [
      {over, head: 'n (arm, control)', cell: it => part(it, at, ({nActive, nControl}) => [`${nActive}, ${nControl}`])},
      {over, head: 'Difference', cell: it => part(it, at, found => [form.mean(found.difference), found.ci ? form.interval(found.ci) : UNDEFINED[found.undefined]])},
      ...(all.some(it => typeof part(it, at, found => [found.p])[0] === 'number') ? [{over, head: 'p', cell: it => part(it, at, found => [pValue(found.p)])}] : []),
    ];
    return {
      title: `${what === 'change' && !adjusted ? 'Difference in change from baseline' : 'Difference in score'}, each arm minus ${controlName}`,
      notes: [study.note(adjusted ? 'analysis of covariance with the baseline' : 'Welch’s t'), 'With 95 % CI. Descriptive, unadjusted for repeated looks.'],
      why: compared.length ? null : isMaskedHere(trial) ? 'This trial is masked: what is shown here names no arm, nor a difference between arms.'
        : trial.plan && !trial.plan.arms.length ? 'There are no arms to be seen here.'
        : `No difference between arms is published of ${study.choice.instrument}.`,
      csv: study.csv('comparisons'),
      picture: rows.length ? forest(study, rows, controlName) : null,
      tables: [{
        id: 'between', caption: `Difference between arms, ${study.choice.instrument}`, first: study.firstHead('arm'), rows: study.visitRows(compared, ofInterest, path, 'arm'),
        note: `Each arm minus ${controlName}. `
          + 'Differences with 95 % CI: Welch’s t, Hedges’ g, and analysis of covariance with the baseline. Descriptive, unadjusted for repeated looks.',
        columns: [
          ...difference(what === 'change' ? 'Change from baseline' : 'Score', path),
          {over: 'Standardised', head: 'Hedges’ g', cell: it => part(it, `${path}.hedgesG`, g => [rounded(g.g, 2), g.ci && `${rounded(g.ci[0], 2)} to ${rounded(g.ci[1], 2)}`])},
          ...(all.some(it => it.versusControl?.ancova || withheld(it, 'versusControl.ancova')) ? difference('Adjusted for baseline', 'versusControl.ancova') : []),
        ],
      }],
    };
  },
};

function forest(study, rows, controlName) {
  const {form} = study;
  const scale = axis(rows.flatMap(it => [it.of.difference, ...(it.of.ci ?? [])]), {from: 0, to: 0});
  const better = study.instrument.higherIsWorse;
  const several = new Set(rows.map(it => it.code)).size > 1;
  return {
    legend: [...new Map(rows.map(it => [it.code, it])).values()],
    draw(width, colors, top = 0) {
      const narrow = isNarrow(width);
      const each = narrow ? 46 : 30;
      const left = narrow ? 12 : several ? 210 : 120;
      const right = narrow ? 12 : 190;
      const height = rows.length * each;
      const y = index => top + 30 + each * (index + 0.5);
      const says = it => `${form.mean(it.of.difference)}${it.of.ci ? ` (${form.interval(it.of.ci)})` : ''}`;
      const counts = it => `${it.of.nActive}, ${it.of.nControl}`;
      const words = rows.flatMap((it, index) => {
        const head = several ? `${narrow ? it.visitCode : it.visit} · ${shortened(it.code, narrow ? 9 : 14)}` : it.visit;
        if (narrow) return [text(`${head}   ${says(it)}   n ${counts(it)}`, left, y(index) - 20, {fill: colors.text, backgroundColor: colors.card})];
        return [
          text(head, left - 14, y(index), {fill: colors.text, align: 'right', verticalAlign: 'middle', font: bold()}),
          text(says(it), width - right + 14, y(index), {fill: colors.text, verticalAlign: 'middle'}),
          text(counts(it), width - 4, y(index), {fill: colors.soft, align: 'right', verticalAlign: 'middle'}),
        ];
      });
      const middle = left + (width - left - right) * (0 - scale.min) / (scale.max - scale.min);
      const side = narrow ? {arm: 'arm better', control: 'control better'} : {arm: 'favours the arm', control: `favours ${controlName}`};
      const favours = better == null ? [] : [
        text(`← ${better ? side.arm : side.control}`, middle - 10, top + 8, {fill: colors.soft, align: 'right'}),
        text(`${better ? side.control : side.arm} →`, middle + 10, top + 8, {fill: colors.soft}),
      ].filter((_, isRight) => (isRight ? width - right - middle : middle - left) > 60);
      return {
        height: top + 30 + height + 34,
        option: {
          grid: {left, right, top: top + 30, height, outerBoundsMode: 'none'},
          xAxis: {...valueAxis(colors, scale), position: 'bottom'},
          yAxis: {type: 'category', inverse: true, data: rows.map((_, index) => String(index)), show: false},
          graphic: [...words, ...favours, ...(narrow ? [] : [text('n', width - 4, top + 8, {fill: colors.soft, align: 'right'})])],
          series: [drawn((at, area) => [
            line(at([0, 0])[0], area.y, at([0, 0])[0], area.y + area.height, {stroke: colors.soft, lineDash: [4, 4]}),
            ...rows.flatMap((it, index) => {
              const [x, middle] = at([it.of.difference, index]);
              return whisker(it.index, x, middle + (narrow ? 8 : 0), (it.of.ci ?? []).map(limit => at([limit, index])[0]), colors.ink(it.index), colors.card, true);
            }),
          ], {z: 3})],
        },
      };
    },
  };
}
