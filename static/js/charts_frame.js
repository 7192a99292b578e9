/**
 * The samples of one stretch of time, read once and shared by all charts of a repaint: columns, groups, lines, and the
 * figures under the crosshair.
 */

import { bucketAt, sumBuckets } from "./charts_buckets.js";
import { drawn, groupRows, rowHolding } from "./charts_decimate.js";

/** @import {Line} from "./charts_decimate.js" */
/** @import {Series} from "./charts_define.js" */
/** @import {History} from "./history.js" */

/** Points a line has at most, about: two for each group that keeps its extremes. */
const MOST_GROUPS = 512;

export class Frame {
  /**
   * @param {History} history
   * @param {[number, number]} range simulated seconds
   * @param {number} pixels width of the widest plot: more groups than pixels show nothing more
   */
  constructor(history, range, pixels) {
    this.history = history;
    this.range = range;
    const from = Math.max(0, history.rowAt(range[0]) - 1);
    const to = Math.min(history.length, history.rowAt(range[1]) + 2);
    this.from = from;
    this.to = Math.max(from, to);
    this.times = history.column("simulated_seconds", from, to);
    this.intervals = history.column("interval_seconds", from, to);
    const most = Math.max(120, Math.min(MOST_GROUPS, Math.round(pixels)));
    this.groups = groupRows(this.times, this.intervals, most);
    /** @type {Map<string, Float64Array>} */
    this.columns = new Map();
    /** @type {ReturnType<typeof sumBuckets>|undefined} */
    this.summed = undefined;
  }

  get empty() {
    return this.groups.count === 0;
  }

  /** @param {string} name */
  column(name) {
    let column = this.columns.get(name);
    if (!column) this.columns.set(name, (column = this.history.column(name, this.from, this.to)));
    return column;
  }

  /** @param {Series} series @returns {Line} */
  line(series) {
    return drawn(this.groups, this.times, this.intervals, this.column(series.column), series.keep);
  }

  /** Is any figure of this column other than zero? @param {string} name */
  any(name) {
    return this.column(name).some((value) => value > 0);
  }

  /** Greatest figure of a column, NaN when it has none. @param {string} name */
  greatest(name) {
    let greatest = NaN;
    for (const value of this.column(name)) if (!(value <= greatest) && !Number.isNaN(value)) greatest = value;
    return greatest;
  }

  /** Least figure above zero, NaN when there is none. @param {string} name */
  leastAboveZero(name) {
    let least = NaN;
    for (const value of this.column(name)) if (value > 0 && !(value >= least)) least = value;
    return least;
  }

  /**
   * A series at a moment: the mean of the group drawn there, or the sample's own figure.
   * @param {Series} series
   * @param {number} seconds
   * @returns {number|null}
   */
  at(series, seconds) {
    const row = rowHolding(this.times, this.intervals, seconds);
    if (row < 0) return null;
    const values = this.column(series.column);
    if (series.keep !== "mean") return Number.isNaN(values[row]) ? null : values[row];
    const group = this.groupOf(row);
    let sum = 0;
    let weight = 0;
    for (let at = this.groups.starts[group]; at < this.groups.starts[group + 1]; at += 1) {
      if (Number.isNaN(values[at]) || !(this.intervals[at] > 0)) continue;
      sum += values[at] * this.intervals[at];
      weight += this.intervals[at];
    }
    return weight > 0 ? sum / weight : null;
  }

  /** @param {number} row */
  groupOf(row) {
    const { starts, count } = this.groups;
    let low = 0;
    let high = count;
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= row) low = middle;
      else high = middle;
    }
    return low;
  }

  /** All responses within the range. */
  responses() {
    if (this.summed === undefined) {
      const first = this.history.rowAt(this.range[0]);
      this.summed = sumBuckets(this.history, first, Math.min(this.history.length, this.history.rowAt(this.range[1]) + 1));
    }
    return this.summed;
  }

  /** @param {number} seconds a response time */
  responsesAt(seconds) {
    const summed = this.responses();
    return summed ? bucketAt(summed, seconds) : null;
  }
}
