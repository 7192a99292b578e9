/** The machine's figures for the eye: smoothed, so that a small pool does not strobe. Exports stay raw. Pure. */

import { Smoothed } from "./smooth.js";

/** Several named figures, each smoothed by itself. */
export class Gauges {
  constructor() {
    /** @type {Map<string, Smoothed>} */
    this.figures = new Map();
  }

  /** Start anew: the next figures are taken as they are. */
  clear() {
    this.figures.clear();
  }

  /**
   * Take in a figure measured now. "No data" leaves the gauge as it is for a while.
   * @param {string} name
   * @param {number|null|undefined} value
   * @param {number} now_seconds wall time
   */
  take(name, value, now_seconds) {
    const gauge = this.figures.get(name) ?? new Smoothed();
    this.figures.set(name, gauge);
    gauge.push(value, now_seconds);
  }

  /**
   * @param {string} name
   * @returns {number|null} null when there is no figure
   */
  get(name) {
    return this.figures.get(name)?.value ?? null;
  }
}

/**
 * Whole numbers in the proportion of `parts` that add up to `total` (largest remainders first).
 * @param {readonly number[]} parts not negative
 * @param {number} total whole
 * @returns {number[]}
 */
export function apportion(parts, total) {
  const sum = parts.reduce((one, other) => one + other, 0);
  if (!(sum > 0)) return parts.map(() => 0);
  const exact = parts.map((part) => (part / sum) * total);
  const whole = exact.map(Math.floor);
  const left = total - whole.reduce((one, other) => one + other, 0);
  const order = exact.map((value, index) => ({ index, rest: value - whole[index] }));
  order.sort((one, other) => other.rest - one.rest || one.index - other.index);
  for (let at = 0; at < left; at += 1) whole[order[at % order.length].index] += 1;
  return whole;
}

/**
 * How many of a pool's threads are in each state.
 * @param {string} states one letter a thread
 * @returns {Map<string, number>} by letter
 */
export function countStates(states) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const glyph of states) counts.set(glyph, (counts.get(glyph) ?? 0) + 1);
  return counts;
}
