// The views of how the trial goes: of what there is even before the first score.

import {bold, drawn, faded, isNarrow, line, plain, rect, shortened, text, valueAxis} from './charts.js';
import {NONE, axis, percent, rounded, share} from './numbers.js';
import {groupingLabel, isMaskedHere, sentence} from './words.js';

// ------------------------------------------------------------------------------------------------ completeness

const COLUMNS = [
  {head: 'Expected', cell: it => [it.counts.expected]},
  {head: 'Received', cell: it => [it.counts.received]},
  {head: 'Completeness', cell: it => [share(it.counts.completeness)]},
  {head: 'Early, late', cell: it => [`${it.counts.receivedEarly}, ${it.counts.receivedLate}`]},
  {head: 'Not done', cell: it => [it.counts.notDone]},
  {head: 'Missed', cell: it => [it.counts.missed]},
  {head: 'Overdue', cell: it => [it.counts.overdue]},
];

export const completeness = {
  id: 'completeness',
  name: 'Completeness',
  conduct: true,
  controls: [],
  tables: [['completeness', 'Completeness'], ['completeness-by', 'The same by group']],
  of(study) {
    const items = study.of('completeness');
    const sites = [...study.series(items, 'site'), ...study.series(items, 'all').map(it => ({...it, index: null, code: 'All', label: 'All sites', whole: true}))];
    const others = ['site', 'all'].includes(study.choice.by) ? [] : study.series(items);
    const table = (id, series, by) => ({
      id, caption: `Completeness, ${study.choice.instrument}`, first: study.firstHead(by), rows: study.visitRows(series, () => true, null, by), columns: COLUMNS,
    });
    return {
      title: 'Completeness by site and visit',
      notes: [study.instrumentName, 'Received of what was expected by now. The warmer a cell, the more is missing.'],
      why: items.length ? null : study.nobody ?? `Nothing of ${study.choice.instrument} is expected yet.`,
      csv: study.csv('completeness'),
      picture: items.length ? heatMap(study, sites) : null,
      tables: [{
        ...table('completeness', sites, 'site'),
        note: 'Of participants whose visit was due: expected = received + not done + missed (has left since) + overdue. Early and late are received outside the window of the visit.',
      }, table('completeness-by', others, study.choice.by)],
    };
  },
};

function heatMap(study, rows) {
  return {
    draw(width, colors, top = 0) {
      const narrow = isNarrow(width);
      const left = narrow ? 62 : 130;
      const step = (width - left) / study.visits.length;
      const each = 46;
      const x = index => left + step * index;
      const y = index => top + 30 + each * index + (rows[index].whole && rows.length > 1 ? 8 : 0);
      const middle = {align: 'center', verticalAlign: 'middle'};
      const cells = rows.flatMap((row, r) => study.visits.flatMap(({code}, v) => {
        const it = row.at.get(code)?.counts;
        const expected = it?.expected > 0;
        const missing = expected ? 1 - it.completeness : 0;
        return [
          rect(x(v) + 1.5, y(r) + 1.5, step - 3, each - 3, {fill: expected ? faded(colors.heat, Math.min(0.8, missing * 1.6).toFixed(3)) : 'transparent', stroke: colors.line, lineWidth: 1, lineDash: expected ? null : [3, 3]}, 4),
          ...(expected ? [
            text(`${Math.round(it.completeness * 100)} %`, x(v) + step / 2, y(r) + each / 2 - 8, {...middle, fill: colors.text, font: bold(narrow ? 12 : 13)}),
            text(`${it.received}/${it.expected}${it.overdue && step > 110 ? ` · ${it.overdue} overdue` : ''}`, x(v) + step / 2, y(r) + each / 2 + 9, {...middle, fill: colors.text, font: plain(narrow ? 10.5 : 12)}),
          ] : [text(it ? 'not due' : NONE, x(v) + step / 2, y(r) + each / 2, {...middle, fill: colors.soft})]),
        ];
      }));
      const heads = study.visits.every(it => it.label.length * 7.5 < step) ? study.visits.map(it => it.label) : study.visits.map(it => shortened(it.code, Math.max(2, Math.floor(step / 7.5))));
      return {
        height: y(rows.length - 1) + each + 6,
        option: {
          graphic: [
            ...heads.map((it, v) => text(it, x(v) + step / 2, top + 16, {...middle, fill: colors.text, font: bold()})),
            ...rows.map((it, r) => text(shortened(narrow ? it.code : it.label, narrow ? 8 : 17), left - 10, y(r) + each / 2, {align: 'right', verticalAlign: 'middle', fill: colors.text, ...(it.whole && {font: bold()})})),
            ...cells,
          ],
        },
      };
    },
  };
}

// ------------------------------------------------------------------------------------------------ participants

const reasons = by => Object.entries(by).map(([reason, n]) => `${reason} ${n}`).join('\n');

/** A row per cohort of the trial. */
const cohortRows = study => items => study.series(items).map(it => ({
  id: it.cohort.value ?? '', label: it.label, index: study.choice.by === 'all' ? null : it.index, of: it.at.get(undefined),
}));

const ofTrial = study => (study.choice.by === 'all' ? 'Cohort' : groupingLabel(study.choice.by));

export const participants = {
  id: 'participants',
  name: 'Participants',
  conduct: true,
  controls: [],
  tables: [['flow', 'Flow by cohort']],
  of(study) {
    const items = study.of('participant-flow');
    const all = items.find(it => it.cohort.by === 'all');
    const withScreening = study.choice.by !== 'arm'; // who was never enrolled is in no arm
    return {
      title: 'Participant flow',
      notes: [isMaskedHere(study.trial) ? 'CONSORT 2025 · of the whole trial; it is masked, so that arms are not shown' : 'CONSORT 2025 · of the whole trial'],
      why: items.length ? null : study.nobody ?? 'Nobody has been reported yet.',
      csv: study.csv('participant-flow', {instrument: false}),
      picture: all ? flowChart(study, all, study.series(items, 'arm')) : null,
      tables: [{
        id: 'flow', caption: 'Participant flow', first: ofTrial(study), rows: cohortRows(study)(items),
        note: 'Withdrawn: left by withdrawing from follow-up; among those off study.',
        columns: [
          ...(withScreening ? [
            {head: 'Assessed', cell: ({flow}) => [flow.assessed]},
            {head: 'Excluded', cell: ({flow}) => [flow.excluded, reasons(flow.excludedBy)]},
          ] : []),
          {head: 'Randomised', cell: ({flow}) => [flow.randomised]},
          {head: 'Treated', cell: ({flow}) => [flow.treated]},
          {head: 'On study', cell: ({flow}) => [flow.onStudy]},
          {head: 'Withdrawn', cell: ({flow}) => [flow.withdrawn]},
          {head: 'Off study', cell: ({flow}) => [flow.offStudy, reasons(flow.leftBy)]},
        ],
      }],
    };
  },
};

function flowChart(study, {flow: whole}, arms) {
  return {
    draw(width, colors, top = 0) {
      const gap = isNarrow(width) ? 8 : 28;
      const split = arms.length > 1 && arms.length * (isNarrow(width) ? 150 : 170) <= width;
      const columns = split ? arms.map(it => ({name: it.name, flow: it.at.get(undefined).flow})) : [{name: 'All participants', flow: whole}];
      const each = Math.min(340, (width - gap * (columns.length - 1) - 2) / columns.length);
      const start = (width - each * columns.length - gap * (columns.length - 1)) / 2;
      const drawings = [];
      const lineHeight = 17;
      const wrap = (content, room) => content.split(' ').reduce((lines, word) => {
        const last = lines[lines.length - 1];
        return last && (last.length + word.length + 1) * 6.5 <= room ? [...lines.slice(0, -1), `${last} ${word}`] : [...lines, word];
      }, []);
      const prepared = (content, room) => content.flatMap(([words, isHead]) => wrap(words, room - 24).map(it => [it, isHead]));
      const paper = (x, y, boxWidth, lines, height = lines.length * lineHeight + 16) => {
        drawings.push(rect(x, y, boxWidth, height, {fill: colors.card, stroke: colors.soft, lineWidth: 1}, 4));
        lines.forEach(([words, isHead], index) => drawings.push(text(words, x + 12, y + 9 + lineHeight * index, {fill: isHead ? colors.text : colors.soft, ...(isHead && {font: bold()})})));
        return height;
      };
      const arrow = (x1, y1, x2, y2) => {
        drawings.push(line(x1, y1, x2, y2, {stroke: colors.soft, lineWidth: 1.25}));
        const back = x1 === x2 ? [[x2 - 4, y2 - 7], [x2 + 4, y2 - 7]] : [[x2 - 7, y2 - 4], [x2 - 7, y2 + 4]];
        drawings.push({type: 'polygon', silent: true, shape: {points: [[x2, y2], ...back]}, style: {fill: colors.soft}});
      };
      const left = by => Object.entries(by).map(([reason, n]) => [`${sentence(reason)}: ${n}`]);
      const middle = width / 2;
      const headWidth = Math.min(300, width * (isNarrow(width) ? 0.46 : 0.32));
      const sideX = isNarrow(width) ? width - headWidth : middle + headWidth / 2 + 40;
      const headX = isNarrow(width) ? 1 : middle - headWidth / 2;
      const trunk = headX + headWidth / 2;
      let y = top + 4;
      const assessed = prepared([['Assessed for eligibility', true], [`n = ${whole.assessed}`]], headWidth);
      const first = paper(headX, y, headWidth, assessed);
      const excluded = prepared([['Excluded', true], [`n = ${whole.excluded}`], ...left(whole.excludedBy)], headWidth);
      const sideY = y + first + 10;
      const side = paper(sideX, sideY, headWidth - 1, excluded);
      const second = sideY + side + 10;
      arrow(trunk, y + first, trunk, second);
      arrow(trunk, sideY + side / 2, sideX, sideY + side / 2);
      const randomised = prepared([[study.trial.plan?.arms.length === 1 ? 'Enrolled' : 'Randomised', true], [`n = ${whole.randomised}`]], headWidth);
      const third = paper(headX, second, headWidth, randomised);
      y = second + third;
      const centre = index => start + (each + gap) * index + each / 2;
      const fork = y + 18;
      drawings.push(line(trunk, y, trunk, fork, {stroke: colors.soft, lineWidth: 1.25}));
      drawings.push(line(Math.min(trunk, centre(0)), fork, Math.max(trunk, centre(columns.length - 1)), fork, {stroke: colors.soft, lineWidth: 1.25}));
      const steps = [
        ({name, flow}) => [[name, true], [`Allocated: ${flow.randomised}`], [`Treated: ${flow.treated}`], [`Not treated: ${flow.randomised - flow.treated}`]],
        ({flow}) => [['Off study', true], [`n = ${flow.offStudy}, of whom withdrawn: ${flow.withdrawn}`], ...left(flow.leftBy)],
        ({flow}) => [['On study', true], [`n = ${flow.onStudy}`]],
      ];
      y = fork;
      for (const stepOf of steps) {
        const papers = columns.map(it => prepared(stepOf(it), each));
        const height = Math.max(...papers.map(it => it.length)) * lineHeight + 16;
        papers.forEach((lines, index) => {
          arrow(centre(index), y, centre(index), y + 20);
          paper(centre(index) - each / 2, y + 20, each, lines, height);
        });
        y += 20 + height;
      }
      return {height: y + 6, option: {graphic: drawings}};
    },
  };
}

// ------------------------------------------------------------------------------------------------ adverse events

const SEVERITIES = [['worstMild', 'Mild', 0.25], ['worstModerate', 'Moderate', 0.55], ['worstSevere', 'Severe', 1]];

export const events = {
  id: 'events',
  legend: true,
  name: 'Adverse events',
  conduct: true,
  controls: [],
  tables: [['events', 'Adverse events']],
  of(study) {
    const items = study.of('adverse-events');
    const series = study.series(items);
    return {
      title: 'Participants with an adverse event, by the worst',
      notes: ['Share of treated participants; events that began on or after Day 1'],
      why: items.length ? series.length ? null : `Adverse events are not shown by ${groupingLabel(study.choice.by).toLowerCase()}.` : study.nobody ?? 'Nobody has been reported yet.',
      csv: study.csv('adverse-events', {instrument: false}),
      picture: series.length ? eventBars(study.pictured(series)) : null,
      tables: [{
        id: 'events', caption: 'Adverse events', first: ofTrial(study), rows: cohortRows(study)(items),
        note: 'Of the whole trial. A month is 365.25/12 days.',
        columns: [
          {head: 'Treated', cell: ({adverseEvents: it}) => [it.treated]},
          {over: 'Participants with', head: 'Any event', cell: ({adverseEvents: it}) => [it.participants, share(it.share)]},
          {over: 'Participants with', head: 'Serious', cell: ({adverseEvents: it}) => [it.participantsWithSerious]},
          {over: 'Participants by worst event', head: 'Mild', cell: ({adverseEvents: it}) => [it.worstMild]},
          {over: 'Participants by worst event', head: 'Moderate', cell: ({adverseEvents: it}) => [it.worstModerate]},
          {over: 'Participants by worst event', head: 'Severe', cell: ({adverseEvents: it}) => [it.worstSevere]},
          {over: 'Events', head: 'All', cell: ({adverseEvents: it}) => [it.events]},
          {over: 'Events', head: 'Serious', cell: ({adverseEvents: it}) => [it.seriousEvents]},
          {over: 'Events', head: 'Per 100 months', cell: ({adverseEvents: it}) => [it.eventsPer100Months == null ? null : rounded(it.eventsPer100Months, 1)]},
        ],
      }],
    };
  },
};

function eventBars(series) {
  const all = series.map(it => ({...it, of: it.at.get(undefined).adverseEvents}));
  const scale = axis(all.map(it => it.of.share ?? 0), {from: 0, to: 0.1, atMost: 1});
  return {
    draw(width, colors, top = 0) {
      const narrow = isNarrow(width);
      const each = narrow ? 54 : 44;
      const left = narrow ? 12 : 210;
      const right = narrow ? 12 : 240;
      const height = each * all.length;
      const y = index => top + 34 + each * (index + 0.5);
      const says = ({of}) => `${of.participants} of ${of.treated}${of.share == null ? '' : ` (${percent(of.share)} %)`} · ${of.participantsWithSerious} serious`;
      let x = left;
      const key = SEVERITIES.flatMap(([, name, alpha]) => {
        const at = x;
        x += name.length * 7 + 34;
        return [rect(at, top + 6, 12, 12, {fill: faded(colors.heat, alpha), stroke: colors.heat}), text(name, at + 18, top + 12, {fill: colors.text, verticalAlign: 'middle'})];
      });
      return {
        height: top + 34 + height + 34,
        option: {
          grid: {left, right, top: top + 34, height, outerBoundsMode: 'none'},
          xAxis: {...valueAxis(colors, scale, it => `${rounded(it * 100, scale.step < 0.01 ? 1 : 0)} %`), position: 'bottom'},
          yAxis: {type: 'category', inverse: true, data: all.map(it => it.code), show: false},
          graphic: [...key, ...all.flatMap((it, index) => (narrow
            ? [text(`${shortened(it.code, 14)}   ${says(it)}`, left, y(index) - 22, {fill: colors.text})]
            : [
              text(shortened(it.label, 26), left - 14, y(index), {fill: colors.text, align: 'right', verticalAlign: 'middle', font: bold()}),
              text(says(it), width - right + 14, y(index), {fill: colors.text, verticalAlign: 'middle'}),
            ]))],
          series: [drawn(at => all.flatMap((it, index) => {
            let sum = 0;
            return SEVERITIES.flatMap(([field, , alpha]) => {
              const n = it.of[field];
              if (!n || !it.of.treated) return [];
              const [from, middle] = at([sum / it.of.treated, index]);
              sum += n;
              const to = at([sum / it.of.treated, index])[0];
              const lower = narrow ? 8 : 0;
              return [
                rect(from, middle - 11 + lower, to - from, 22, {fill: faded(colors.heat, alpha), stroke: colors.card, lineWidth: 1.5}),
                ...(to - from > 16 ? [text(String(n), (from + to) / 2, middle + lower, {fill: alpha === 1 ? '#10161d' : colors.text, align: 'center', verticalAlign: 'middle'})] : []),
              ];
            });
          }), {z: 3})],
        },
      };
    },
  };
}
