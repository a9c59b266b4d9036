// How numbers are written in trial tables.

const MOST_DECIMALS = 2; // of the data; a mean of items may have nine, which nobody reads
export const NONE = '–';

/** Half away from zero, by the decimal digits of the number: 2.15 is 2.2, although its binary form is just below. */
export function rounded(number, decimals) {
  const [digits, exponent = 0] = String(Math.abs(number)).split('e');
  const whole = Math.round(Number(`${digits}e${Number(exponent) + decimals}`));
  const text = Number(`${whole}e${-decimals}`).toFixed(decimals);
  return number < 0 && whole !== 0 ? `−${text}` : text;
}

/** Means and quantiles with one decimal more than the data, standard deviations two. */
export function forms(instrument) {
  const decimals = Math.min(instrument.decimals, MOST_DECIMALS);
  const number = more => value => (value == null ? null : rounded(value, decimals + more));
  const mean = number(1);
  return {
    data: number(0),
    mean,
    interval: ci => (ci ? `${mean(ci[0])} to ${mean(ci[1])}` : null),
    meanSd: it => (it.mean == null ? null : `${mean(it.mean)} (${number(2)(it.sd) ?? NONE})`),
    quartiles: it => (it.median == null ? null : `${mean(it.median)} [${mean(it.q1)}, ${mean(it.q3)}]`),
    range: it => (it.min == null ? null : `${number(0)(it.min)} to ${number(0)(it.max)}`),
  };
}

export const pValue = p => (p == null ? null : p < 0.0001 ? '< 0.0001' : rounded(p, 4));
export const percent = ratio => rounded(ratio * 100, 1);
export const share = ratio => (ratio == null ? null : `${percent(ratio)} %`);
export const count = (n, noun) => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** An axis of round numbers around these values. */
export function axis(values, {from, to, atLeast, atMost} = {}) {
  let low = Math.min(...values, from ?? Infinity);
  let high = Math.max(...values, to ?? -Infinity);
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = [0, 1];
  // An interval may reach beyond what can be scored; the axis does not follow it there.
  low = Math.max(low, atLeast ?? -Infinity);
  high = Math.min(high, atMost ?? Infinity);
  if (high - low < 1e-9) [low, high] = [low - 0.5, high + 0.5];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(it => it * power).find(it => it >= rough * 0.999);
  const tidy = value => Number(value.toPrecision(12));
  const decimals = (String(tidy(step)).split('.')[1] ?? '').length;
  return {min: tidy(Math.floor(low / step + 1e-9) * step), max: tidy(Math.ceil(high / step - 1e-9) * step), step: tidy(step), decimals};
}
