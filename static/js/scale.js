/**
 * Between the place of a slider's thumb and the value of a setting. Pure.
 *
 * A setting's range can span ten decades (0 to 10,000 s); a slider of 200 pixels cannot. So a slider covers a window
 * of at most `DECADES` around the default, widened to whatever value is set; a number beyond it can be typed.
 */

/** @import {Setting} from "./settings.js" */

export const POSITIONS = 1000;
const DECADES = 4;

/** Windows for the settings that are always at hand, where experience beats the rule. @type {{[key: string]: [number, number]}} */
const WINDOWS = {
  "arrivals.rate_per_second": [10, 20_000],
  "workers.count": [1, 512],
  "io.threads": [1, 64],
  "queue.capacity": [1, 10_000],
};

/**
 * @typedef {object} Scale
 * @property {boolean} log
 * @property {boolean} whole
 * @property {number} low - value at position 0 (for a log scale whose setting may be 0, position 0 is 0 itself)
 * @property {number} high - value at the last position
 * @property {boolean} zero - position 0 stands for 0 although `low` is above it
 */

/**
 * The scale of a setting's slider while it has this value.
 * @param {Setting} setting
 * @param {number} value
 * @returns {Scale}
 */
export function scaleOf(setting, value) {
  const whole = setting.kind === "whole";
  const minimum = setting.minimum ?? 0;
  const start = typeof setting.default === "number" ? setting.default : 0;
  const maximum = setting.maximum ?? Math.max(1, start * 10);
  if (setting.scale !== "log")
    return { log: false, whole, zero: false, low: minimum, high: linearTop(setting, maximum, value) };

  const centre = start > 0 ? start : whole ? 10 : setting.unit === "s" ? 1e-5 : 1;
  const smallest = minimum > 0 ? minimum : whole ? 1 : 1e-9;
  const all = maximum / smallest <= 10 ** DECADES;
  const around = 10 ** (DECADES / 2);
  let [low, high] = WINDOWS[setting.key] ?? (all ? [smallest, maximum] : [centre / around, centre * around]);
  low = Math.max(smallest, low);
  high = Math.min(maximum, high);
  if (value > 0) {
    if (value < low) low = Math.max(smallest, value / 10);
    if (value > high) high = Math.min(maximum, value * 10);
  }
  return { log: true, whole, zero: minimum <= 0, low: whole ? Math.max(1, Math.ceil(low)) : low, high };
}

/** A linear slider need not reach a maximum nobody uses. @param {Setting} setting @param {number} maximum @param {number} value */
function linearTop(setting, maximum, value) {
  const start = typeof setting.default === "number" ? setting.default : 0;
  const usual = Math.max(start * 10, 100);
  return maximum > usual * 10 ? Math.min(maximum, Math.max(usual, value * 2)) : maximum;
}

/**
 * @param {Scale} scale
 * @param {number} value
 * @returns {number} 0 to POSITIONS
 */
export function toPosition(scale, value) {
  const { low, high } = scale;
  if (high <= low) return 0;
  if (!scale.log) return clamp(((value - low) / (high - low)) * POSITIONS, 0, POSITIONS);
  if (scale.zero && value < low * 0.999) return 0;
  const first = scale.zero ? POSITIONS / 50 : 0; // a stop of its own for 0
  const share = Math.log(Math.max(value, low) / low) / Math.log(high / low);
  return clamp(first + share * (POSITIONS - first), 0, POSITIONS);
}

/**
 * @param {Scale} scale
 * @param {number} position 0 to POSITIONS
 * @returns {number} a value worth choosing: a whole count, or two significant figures
 */
export function toValue(scale, position) {
  const { low, high } = scale;
  if (high <= low) return low;
  if (position >= POSITIONS) return high;
  if (!scale.log) return snap(scale, low + (clamp(position, 0, POSITIONS) / POSITIONS) * (high - low));
  const first = scale.zero ? POSITIONS / 50 : 0;
  if (scale.zero && position < first / 2) return 0;
  const share = clamp((position - first) / (POSITIONS - first), 0, 1);
  return snap(scale, low * (high / low) ** share);
}

/**
 * The next value up or down: a whole count for small counts, else one unit of the second significant figure.
 * @param {Scale} scale
 * @param {number} value
 * @param {number} direction +1 or -1
 * @param {boolean} [large] a page: about a quarter, or ten times the small step on a linear scale
 * @param {{minimum?: number|null, maximum?: number|null}} [bounds]
 */
export function stepped(scale, value, direction, large = false, bounds = {}) {
  let next;
  if (scale.log && value > 0) {
    const exponent = Math.floor(Math.log10(value) + 1e-9);
    // Going down from 1.0 the step belongs to the decade below.
    const leading = value / 10 ** exponent;
    const unit = 10 ** (exponent - (direction < 0 && leading < 1.0001 ? 2 : 1));
    const step = large ? Math.max(unit, value / 4) : unit;
    next = value + direction * (scale.whole ? Math.max(1, Math.round(step)) : step);
    next = scale.whole ? Math.round(next) : Number(next.toPrecision(2));
    if (scale.zero && !scale.whole && next < scale.low * 0.999) next = 0;
  } else if (scale.log) {
    next = direction > 0 ? scale.low : value;
  } else {
    const span = scale.high - scale.low;
    const step = scale.whole ? Math.max(1, large ? Math.round(span / 10) : 1) : span / (large ? 10 : 100);
    next = snap(scale, value + direction * step);
  }
  return clamp(next, bounds.minimum ?? -Infinity, bounds.maximum ?? Infinity);
}

/** @param {Scale} scale @param {number} value */
function snap(scale, value) {
  if (scale.whole) {
    if (value < 100) return Math.round(value);
    return clamp(Number(value.toPrecision(2)), Math.ceil(scale.low), Math.floor(scale.high));
  }
  if (value >= scale.high) return scale.high;
  if (value <= scale.low) return scale.low;
  return scale.log ? Number(value.toPrecision(2)) : Number(value.toPrecision(3));
}

/** @param {number} value @param {number} low @param {number} high */
export function clamp(value, low, high) {
  return Math.min(high, Math.max(low, value));
}
