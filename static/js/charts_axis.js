/**
 * Axes: which stretch of time is shown, where ticks stand and what they say, how high a scale reaches. Pure.
 */

import { clock, duration, number, percent, plain, rate } from "./units.js";

/** @typedef {{values: number[], texts: string[]}} Ticks */
/** @typedef {"count"|"rate"|"seconds"|"ratio"} Unit */

const TIME_STEPS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14_400, 21_600, 43_200, 86_400,
];
/** Spans a young run grows through, so the axis does not creep at every repaint. */
const SPANS = [1, 2, 5, 10, 20, 30, 60, 120, 180, 300, 450, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400];
/** A rolling window holds at least so many samples, also when the run is fast and a sample covers minutes. */
const LEAST_SAMPLES = 60;

/**
 * The stretch of simulated time to show.
 * @param {object} what
 * @param {number} what.window_seconds rolling window, 0 for everything
 * @param {[number, number]|null} what.zoom
 * @param {number} what.first oldest moment kept
 * @param {number} what.last newest moment
 * @param {number} what.interval length of the newest sample
 * @returns {{range: [number, number], widened: boolean}}
 */
export function visibleRange({ window_seconds, zoom, first, last, interval }) {
  if (zoom) return { range: [zoom[0], zoom[1]], widened: false };
  if (!(last > first)) return { range: [0, window_seconds || 60], widened: false };
  const least = interval > 0 ? interval * LEAST_SAMPLES : 0;
  const widened = window_seconds > 0 && least > window_seconds && last - first > window_seconds;
  const length = window_seconds > 0 ? Math.max(window_seconds, least) : Infinity;
  if (last - first > length) return { range: [last - length, last], widened };
  const young = SPANS.find((span) => span >= (last - first) * 1.001) ?? last - first;
  return { range: [first, first + Math.min(young, length)], widened };
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} pixels
 * @returns {Ticks}
 */
export function timeTicks(from, to, pixels) {
  const rough = ((to - from) * 76) / Math.max(76, pixels);
  const day = 86_400;
  const step = TIME_STEPS.find((candidate) => candidate >= rough) ?? Math.ceil(rough / day) * day;
  const decimals = step >= 1 ? 0 : Math.ceil(-Math.log10(step) - 1e-9);
  const values = multiples(from, to, step);
  return { values, texts: values.map((value) => clock(value, decimals)) };
}

/** @param {number} from @param {number} to @param {number} step */
function multiples(from, to, step) {
  const values = [];
  const first = Math.ceil(from / step - 1e-9);
  for (let at = first; at * step <= to + step * 1e-9 && values.length < 200; at += 1) {
    values.push(Number((at * step).toPrecision(12)));
  }
  return values;
}

/**
 * The next 1, 2, 2.5 or 5 times a power of ten.
 * @param {number} value
 */
export function niceUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= value * 0.999999) ?? 10;
  return Number((factor * power).toPrecision(12));
}

/**
 * Top of a scale that starts at zero: a little over the greatest value, on a round tick. It follows growth at once and
 * shrinks only when less than half is used, so it does not breathe.
 * @param {number} greatest
 * @param {number} before the top shown last, 0 at first
 * @param {number} least never lower than this
 */
export function scaleTop(greatest, before, least) {
  const wanted = Math.max(least, roundTop(greatest * 1.06));
  return before >= wanted && wanted > before * 0.5 ? before : wanted;
}

/** @param {number} value */
function roundTop(value) {
  if (!(value > 0)) return 0;
  const step = niceUp(value / 4);
  return Number((Math.ceil(value / step - 1e-9) * step).toPrecision(12));
}

/**
 * @param {number} top
 * @param {Unit} unit
 * @param {number} [wanted] ticks
 * @returns {Ticks}
 */
export function valueTicks(top, unit, wanted = 4) {
  let step = niceUp(top / wanted);
  if (unit === "count" && step < 1) step = 1;
  const values = multiples(0, top, step);
  return { values, texts: values.map((value) => tickText(value, unit, top)) };
}

/**
 * Log axis of times: whole decades with 2 and 5 between them when there is room.
 * @param {number} low seconds
 * @param {number} high seconds
 * @returns {Ticks}
 */
export function logTicks(low, high) {
  const values = [];
  const decades = Math.log10(high / low);
  const factors = decades <= 1.4 ? [1, 2, 3, 5] : decades <= 2.6 ? [1, 3] : [1];
  const stride = Math.max(1, Math.ceil(decades / 7));
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    if (stride > 1 && power % stride) continue;
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      if (value >= low * 0.999 && value <= high * 1.001) values.push(value);
    }
  }
  return { values, texts: values.map((value) => tickText(value, "seconds", value)) };
}

/**
 * Ends of a log axis: wide enough for the values, on 1, 2 or 5, and at least half a decade apart.
 * @param {number} least > 0
 * @param {number} greatest
 * @param {[number, number]|null} before ends shown last; kept as long as they fit well
 * @returns {[number, number]}
 */
export function logEnds(least, greatest, before) {
  const low = downTo125(least * 0.95);
  const high = niceUp(Math.max(greatest * 1.1, low * 4));
  if (!before) return [low, high];
  const fits = before[0] <= low && before[1] >= high;
  const tight = Math.log10(before[1] / before[0]) <= Math.log10(high / low) + 0.75;
  return fits && tight ? before : [low, high];
}

/** @param {number} value */
function downTo125(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [5, 2, 1].find((candidate) => candidate * power <= value) ?? 1;
  return Number((factor * power).toPrecision(12));
}

/** Figure without forced decimals: 0.5, 1, 250. @param {number} value @param {Unit} unit @param {number} top */
function tickText(value, unit, top) {
  if (unit === "ratio") return percent(value);
  if (unit === "rate") return value >= 10_000 ? `${plain(value / 1000)}\u00a0k/s` : `${plain(value)}/s`;
  if (unit === "count") return value >= 10_000 && top >= 20_000 ? `${plain(value / 1000)}\u00a0k` : plain(value);
  return shortDuration(value, top);
}

/** In the unit that suits the top of the scale, so that all ticks share it. @param {number} seconds @param {number} top */
function shortDuration(seconds, top) {
  const [size, unit] = top >= 1 ? [1, "s"] : top >= 1e-3 ? [1e-3, "ms"] : top >= 1e-6 ? [1e-6, "µs"] : [1e-9, "ns"];
  return `${plain(Number((seconds / Number(size)).toPrecision(6)))}\u00a0${unit}`;
}

/**
 * A value in the words of its unit, for legends and hover.
 * @param {number|null|undefined} value
 * @param {Unit} unit
 */
export function inWords(value, unit) {
  if (unit === "seconds") return duration(value);
  if (unit === "rate") return rate(value);
  if (unit === "ratio") return percent(value);
  return typeof value === "number" && Number.isInteger(value) ? plain(value) : number(value);
}
