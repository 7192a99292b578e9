/**
 * From thousands of samples to about a thousand points, without lying: groups of rows are aligned to absolute time (so
 * a rolling line does not shimmer), rates and shares are averaged by the length of their intervals (exact), depths and
 * latencies keep their extremes, and a gap stays a gap (null). Pure.
 */

/**
 * Rows in groups: group g is rows `starts[g]` up to `starts[g + 1]`; `gap[g]` is 1 when something is missing before it.
 * @typedef {{starts: Int32Array, count: number, gap: Uint8Array}} Groups
 */

/** @typedef {{x: number[], y: (number|null)[]}} Line */

/**
 * Put rows into at most about `most` groups.
 * @param {ArrayLike<number>} times end of each row's interval, simulated seconds, ascending
 * @param {ArrayLike<number>} intervals length of each row's interval; NaN marks a row that stands for missing ones
 * @param {number} most
 * @returns {Groups}
 */
export function groupRows(times, intervals, most) {
  const rows = times.length;
  const width = rows > most ? groupWidth(times, intervals, most) : 0;
  const starts = new Int32Array(rows + 1);
  const gap = new Uint8Array(rows + 1);
  let count = 0;
  let missing = false;
  let key = NaN;
  let before = NaN;
  for (let row = 0; row < rows; row += 1) {
    if (!(intervals[row] > 0)) {
      missing = true;
      continue;
    }
    const begins = times[row] - intervals[row];
    const broken = missing || (count > 0 && begins - before > Math.min(intervals[row], 1) * 0.5 + 1e-9 * times[row]);
    const here = width ? Math.floor((times[row] - intervals[row] / 2) / width) : row;
    if (broken || here !== key) {
      starts[count] = row;
      gap[count] = broken && count > 0 ? 1 : 0;
      count += 1;
      key = here;
    }
    missing = false;
    before = times[row];
  }
  starts[count] = rows;
  return { starts: starts.slice(0, count + 1), count, gap: gap.slice(0, count) };
}

/**
 * A group's length in seconds: a power of two times the newest interval, so that it stays the same while a line rolls.
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number>} intervals
 * @param {number} most
 */
function groupWidth(times, intervals, most) {
  const span = times[times.length - 1] - times[0];
  let unit = NaN;
  for (let row = times.length - 1; row >= 0 && !(unit > 0); row -= 1) unit = intervals[row];
  if (!(unit > 0) || !(span > 0)) return 0;
  const exponent = Math.ceil(Math.log2(span / most / unit));
  return unit * 2 ** exponent;
}

/**
 * One line of a chart.
 * @param {Groups} groups
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number>} intervals
 * @param {ArrayLike<number>} values NaN is "no data"
 * @param {"mean"|"extremes"|"last"} keep mean: weighted by interval; extremes: least and greatest in order of time
 * @returns {Line}
 */
export function drawn(groups, times, intervals, values, keep) {
  /** @type {Line} */
  const line = { x: [], y: [] };
  for (let group = 0; group < groups.count; group += 1) {
    const from = groups.starts[group];
    const to = groups.starts[group + 1];
    if (groups.gap[group]) breakLine(line, times[from] - intervals[from]);
    if (keep === "mean") pushMean(line, times, intervals, values, from, to);
    else if (keep === "last") pushLast(line, times, values, from, to);
    else pushExtremes(line, times, values, from, to);
  }
  return line;
}

/**
 * End the line at its last point and let it begin again at `seconds`.
 * @param {Line} line
 * @param {number} seconds
 */
function breakLine(line, seconds) {
  line.x.push(line.x[line.x.length - 1] ?? seconds, seconds);
  line.y.push(null, null);
}

/** @param {ArrayLike<number>} times @param {number} from @param {number} to */
function lastTime(times, from, to) {
  for (let row = to - 1; row > from; row -= 1) if (times[row] > times[from]) return times[row];
  return times[from];
}

/**
 * @param {Line} line
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number>} intervals
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to
 */
function pushMean(line, times, intervals, values, from, to) {
  let sum = 0;
  let weight = 0;
  for (let row = from; row < to; row += 1) {
    if (Number.isNaN(values[row]) || !(intervals[row] > 0)) continue;
    sum += values[row] * intervals[row];
    weight += intervals[row];
  }
  line.x.push(lastTime(times, from, to));
  line.y.push(weight > 0 ? sum / weight : null);
}

/**
 * @param {Line} line
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to
 */
function pushLast(line, times, values, from, to) {
  let last = NaN;
  for (let row = from; row < to; row += 1) if (!Number.isNaN(values[row])) last = values[row];
  line.x.push(lastTime(times, from, to));
  line.y.push(Number.isNaN(last) ? null : last);
}

/**
 * @param {Line} line
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number>} values
 * @param {number} from
 * @param {number} to
 */
function pushExtremes(line, times, values, from, to) {
  let least = -1;
  let greatest = -1;
  for (let row = from; row < to; row += 1) {
    if (Number.isNaN(values[row])) continue;
    if (least < 0 || values[row] < values[least]) least = row;
    if (greatest < 0 || values[row] > values[greatest]) greatest = row;
  }
  if (least < 0) {
    line.x.push(lastTime(times, from, to));
    line.y.push(null);
    return;
  }
  const [one, two] = least <= greatest ? [least, greatest] : [greatest, least];
  line.x.push(times[one]);
  line.y.push(values[one]);
  if (two !== one && values[two] !== values[one]) {
    line.x.push(times[two]);
    line.y.push(values[two]);
  }
}

/**
 * Row whose interval holds a moment (the row that ends at or after it), -1 if none or if it is missing.
 * @param {ArrayLike<number>} times
 * @param {ArrayLike<number>} intervals
 * @param {number} seconds
 */
export function rowHolding(times, intervals, seconds) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < seconds) low = middle + 1;
    else high = middle;
  }
  while (low < times.length && !(intervals[low] > 0)) low += 1;
  if (low >= times.length) return -1;
  return seconds >= times[low] - intervals[low] - 1e-9 ? low : -1;
}
