// How pictures are drawn. Each is a function of its width and its theme, so that the same picture stands on the page, and
// in a file that is larger and always light. Apache ECharts has the axes, the coordinates and the renderers.

import * as echarts from './echarts/echarts.esm.min.mjs';
import {DISC, INKS, MARKS, element} from './elements.js';
import {rounded} from './numbers.js';

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"; // stands in attributes that are quoted doubly
const DASHES = ['solid', [7, 4], [2, 3], [9, 3, 2, 3], [12, 4]];
const NARROW = 560;
export const dash = index => DASHES[index % DASHES.length];
export const isNarrow = width => width < NARROW;

/** The colours of the style sheet, as they are in light, in dark, or as the reader has it. */
export function theme(scheme = 'light dark') {
  const probe = element('i', {hidden: ''});
  probe.style.colorScheme = scheme;
  document.body.append(probe);
  const color = name => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    ...Object.fromEntries(['card', 'line', 'faint', 'text', 'soft', 'accent', 'heat'].map(it => [it, color(it)])),
    inks: Array.from({length: INKS}, (_, index) => color(`c${index}`)),
    ink(index) { return this.inks[index % INKS]; },
  };
  probe.remove();
  return found;
}

/** `rgb(r, g, b)` with some of it let through. */
export const faded = (color, alpha) => color.replace(/^rgb\(([^)]*)\)$/, `rgba($1, ${alpha})`);

export const text = (content, x, y, style = {}) => ({type: 'text', silent: true, x, y, style: {text: content, font: plain(), ...style}});
export const plain = (size = 12) => `${size}px ${FONT}`;
export const bold = (size = 12) => `600 ${plain(size)}`;
export const line = (x1, y1, x2, y2, style) => ({type: 'line', silent: true, shape: {x1, y1, x2, y2}, style});
export const rect = (x, y, width, height, style, r = 0) => ({type: 'rect', silent: true, shape: {x, y, width, height, r}, style});
export function mark(index, x, y, fill, stroke) {
  const corners = MARKS[index % MARKS.length];
  const style = {fill, stroke, lineWidth: 1};
  return corners
    ? {type: 'polygon', silent: true, shape: {points: corners.map(([dx, dy]) => [x + dx, y + dy])}, style}
    : {type: 'circle', silent: true, shape: {cx: x, cy: y, r: DISC}, style};
}

/** A point with its interval, upright or lying. */
export function whisker(index, x, y, [from, to], ink, card, lying = false) {
  const style = {stroke: ink, lineWidth: 1.5};
  const cap = 3.5;
  const bars = from == null ? [] : lying
    ? [line(from, y, to, y, style), line(from, y - cap, from, y + cap, style), line(to, y - cap, to, y + cap, style)]
    : [line(x, from, x, to, style), line(x - cap, from, x + cap, from, style), line(x - cap, to, x + cap, to, style)];
  return [...bars, mark(index, x, y, ink, card)];
}

/** Draws children once, with the coordinates of the axes at hand. */
export const drawn = (children, more = {}) => ({
  type: 'custom', silent: true, data: [[0, 0]], clip: true, animation: false, ...more,
  renderItem: (params, api) => ({type: 'group', children: children(point => api.coord(point), params.coordSys)}),
});

export const valueAxis = (colors, {min, max, step, decimals}, form = it => rounded(it, decimals)) => ({
  type: 'value', min, max, interval: step,
  axisLabel: {color: colors.soft, fontFamily: FONT, formatter: form, showMinLabel: true, showMaxLabel: true},
  splitLine: {lineStyle: {color: colors.line}},
  axisLine: {show: false}, axisTick: {show: false},
});

/**
 * A picture by visit: an axis of values, the visits below it, and under each how many participants of each cohort it is of.
 *
 * @param series of cohorts: `index`, `name`, `points` by visit, each null or with `n`
 * @param layers what to draw, of the series and the coordinates
 * @param reads by visit, what a reader is told there
 */
export function byVisit({visits, series, scale, form, layers, reads, zero}) {
  return {
    reads,
    legend: series,
    draw(width, colors, top = 0) {
      const left = isNarrow(width) ? 46 : 118;
      const right = 14;
      const height = isNarrow(width) ? 230 : 300;
      const bottom = top + 12 + height;
      const step = (width - left - right) / visits.length;
      const room = Math.floor(step / 7.5);
      const labels = visits.every(it => it.label.length <= room) ? visits.map(it => it.label) : visits.map(it => shortened(it.code, Math.max(2, room)));
      const rows = series.flatMap((it, position) => {
        const y = bottom + 44 + 18 * position;
        return [
          mark(it.index, left - 16, y, colors.ink(it.index), colors.card),
          ...(isNarrow(width) ? [] : [text(shortened(it.code, 13), left - 28, y, {fill: colors.soft, align: 'right', verticalAlign: 'middle'})]),
          ...it.points.map((point, index) => text(point ? String(point.n) : '–', left + step * (index + 0.5), y, {fill: colors.soft, align: 'center', verticalAlign: 'middle'})),
        ];
      });
      return {
        height: bottom + 40 + 18 * series.length,
        option: {
          grid: {left, right, top: top + 12, height, containLabel: false, outerBoundsMode: 'none'},
          xAxis: {
            type: 'category', data: visits.map(it => it.code), boundaryGap: true,
            axisLabel: {color: colors.text, fontFamily: FONT, fontWeight: 600, interval: 0, formatter: (_, index) => labels[index], margin: 10},
            axisLine: {lineStyle: {color: colors.soft}, onZero: false}, axisTick: {show: false},
            axisPointer: {show: true, type: 'shadow', label: {show: false}, shadowStyle: {color: faded(colors.soft, 0.09)}},
          },
          yAxis: valueAxis(colors, scale, form),
          tooltip: tip(colors, reads),
          graphic: [text('n', left - 8, bottom + 16, {fill: colors.soft, align: 'right', verticalAlign: 'middle'}), ...rows],
          series: [
            // Something for each visit, so that the pointer has where to stand.
            {type: 'line', data: visits.map(() => scale.min), symbol: 'none', lineStyle: {opacity: 0}, silent: true, animation: false},
            ...(zero ? [drawn(at => [line(at([0, 0])[0] - step / 2, at([0, 0])[1], width - right, at([0, 0])[1], {stroke: colors.soft, lineDash: [4, 4]})])] : []),
            ...layers({series, colors, step}),
          ],
        },
      };
    },
  };
}

const tip = (colors, reads) => ({
  trigger: 'axis', renderMode: 'richText', confine: true, transitionDuration: 0,
  backgroundColor: colors.card, borderColor: colors.line, textStyle: {color: colors.text, fontFamily: FONT, fontSize: 12.5},
  formatter: params => reads[[params].flat()[0].dataIndex].join('\n'),
});

export const shortened = (content, length) => (content.length > length ? `${content.slice(0, length - 1)}…` : content);

/** Where a cohort stands beside the others of its visit. */
export const beside = (position, among, step, widest = 16) => (position - (among - 1) / 2) * Math.min(widest, step * 0.7 / Math.max(1, among));

// ------------------------------------------------------------------------------------------------ where they are drawn

const BASE = {animation: false, textStyle: {fontFamily: FONT}};

/** The place of one picture on the page: draws what differs, follows the pointer and the arrow keys. */
export class Canvas {
  #chart = null;
  #picture = null;
  #drawn = '';
  #stop = -1;

  constructor(place, said) {
    this.place = place;
    this.said = said;
    place.addEventListener('keydown', event => this.#walk(event));
    place.addEventListener('blur', () => this.#leave());
  }

  show(picture, key, label) {
    this.#picture = picture;
    this.place.setAttribute('aria-label', label);
    const width = Math.max(260, this.place.clientWidth);
    const drawn = JSON.stringify([width, key, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('print').matches]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const {height, option} = picture.draw(width, theme());
    this.place.style.height = `${height}px`;
    this.#chart ??= echarts.init(this.place, null, {renderer: 'svg', width, height});
    this.#chart.resize({width, height});
    this.#chart.setOption({...BASE, ...option}, {notMerge: true});
    if (this.#stop >= 0 && document.activeElement === this.place) this.#tell();
  }

  #walk(event) {
    const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
    const reads = this.#picture?.reads;
    if (event.key === 'Escape') this.#leave();
    if (!by || !reads) return;
    event.preventDefault();
    this.#stop = Math.min(reads.length - 1, Math.max(0, this.#stop + by));
    this.#tell();
  }

  #tell() {
    this.#chart.dispatchAction({type: 'showTip', seriesIndex: 0, dataIndex: this.#stop});
    this.said.textContent = this.#picture.reads[this.#stop].join('. ');
  }

  #leave() {
    this.#stop = -1;
    this.said.textContent = '';
    this.#chart?.dispatchAction({type: 'hideTip'});
  }
}

/** The picture for a file: with its title, what it is of, and what the marks stand for; light, whatever the page is. */
function framed(picture, {title, notes}) {
  const width = 1000;
  const colors = theme('only light');
  const lines = [text(title, 20, 18, {fill: colors.text, font: bold(17)}), ...notes.map((it, index) => text(it, 20, 44 + 18 * index, {fill: colors.soft}))];
  let y = 52 + 18 * notes.length;
  const legend = picture.legend ?? [];
  legend.forEach((it, index) => lines.push(
    mark(it.index, 28, y + 9 + 18 * index, colors.ink(it.index), colors.card), text(it.name, 40, y + 9 + 18 * index, {fill: colors.text, verticalAlign: 'middle'})));
  y += 18 * legend.length + 12;
  const {height, option} = picture.draw(width, colors, y);
  return {
    width, height: height + 12,
    option: {...BASE, ...option, backgroundColor: colors.card, tooltip: {show: false}, graphic: [...lines, ...(option.graphic ?? [])]},
  };
}

export function svgOf(picture, frame) {
  const {width, height, option} = framed(picture, frame);
  const chart = echarts.init(null, null, {renderer: 'svg', ssr: true, width, height});
  chart.setOption(option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return new Blob([svg], {type: 'image/svg+xml'});
}

export async function pngOf(picture, frame) {
  const {width, height, option} = framed(picture, frame);
  const chart = echarts.init(document.createElement('canvas'), null, {renderer: 'canvas', width, height, devicePixelRatio: 2});
  chart.setOption(option);
  const blob = await new Promise(resolve => chart.renderToCanvas({pixelRatio: 2, backgroundColor: '#fff'}).toBlob(resolve, 'image/png'));
  chart.dispose();
  return blob;
}
