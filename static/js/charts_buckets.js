/**
 * The response-time histogram of the wire: log-linear buckets, eight per octave (docs/wire.md). Adding up, quantiles
 * and the outline that is drawn. Pure.
 */

/** @import {History} from "./history.js" */

/** Counts of responses in bucket `first + i`. @typedef {{first: number, counts: Float64Array, total: number}} Summed */

/**
 * Lower end of a bucket, in nanoseconds.
 * @param {number} bucket
 */
export function bucketLow_ns(bucket) {
  return bucket < 8 ? bucket : (8 + (bucket % 8)) * 2 ** (Math.floor(bucket / 8) - 1);
}

/**
 * All responses of the rows `from` (included) to `to` (not included).
 * @param {Pick<History, "buckets">} history
 * @param {number} from
 * @param {number} to
 * @returns {Summed|null} null when there was none
 */
export function sumBuckets(history, from, to) {
  let low = Infinity;
  let high = -Infinity;
  for (let row = from; row < to; row += 1) {
    const entry = history.buckets(row);
    if (!entry) continue;
    low = Math.min(low, entry.first);
    high = Math.max(high, entry.first + entry.counts.length);
  }
  if (!(high > low)) return null;
  const counts = new Float64Array(high - low);
  let total = 0;
  for (let row = from; row < to; row += 1) {
    const entry = history.buckets(row);
    if (!entry) continue;
    const shift = entry.first - low;
    for (let at = 0; at < entry.counts.length; at += 1) {
      counts[shift + at] += entry.counts[at];
      total += entry.counts[at];
    }
  }
  return total > 0 ? { first: low, counts, total } : null;
}

/**
 * The response time that a share `q` of all responses stays under or at, in seconds: the middle of its bucket.
 * @param {Summed} summed
 * @param {number} q 0..1
 */
export function quantile_seconds(summed, q) {
  const rank = Math.max(1, Math.ceil(q * summed.total));
  let seen = 0;
  for (let at = 0; at < summed.counts.length; at += 1) {
    seen += summed.counts[at];
    if (seen >= rank) {
      const bucket = summed.first + at;
      return ((bucketLow_ns(bucket) + bucketLow_ns(bucket + 1)) / 2) * 1e-9;
    }
  }
  return NaN;
}

/**
 * The outline to draw: at the lower end of each bucket the share of all responses in it, closed by zeros at both ends.
 * Points hold their value to the next one (a step). Bucket 0 starts at 0 ns, which a log axis cannot show: 1 ns stands
 * for it.
 * @param {Summed} summed
 * @returns {{seconds: number[], share: number[]}}
 */
export function outline(summed) {
  const { first, counts, total } = summed;
  let begin = 0;
  let end = counts.length;
  while (begin < end && counts[begin] === 0) begin += 1;
  while (end > begin && counts[end - 1] === 0) end -= 1;
  const low = (/** @type {number} */ at) => Math.max(1, bucketLow_ns(first + at)) * 1e-9;
  const seconds = [low(begin)];
  const share = [0];
  for (let at = begin; at < end; at += 1) {
    seconds.push(low(at));
    share.push(counts[at] / total);
  }
  seconds.push(low(end));
  share.push(0);
  return { seconds, share };
}

/**
 * Share and bounds of the bucket that holds a response time, null outside of what was seen.
 * @param {Summed} summed
 * @param {number} seconds
 */
export function bucketAt(summed, seconds) {
  const ns = seconds * 1e9;
  for (let at = 0; at < summed.counts.length; at += 1) {
    const low = bucketLow_ns(summed.first + at);
    const high = bucketLow_ns(summed.first + at + 1);
    if (ns < low || ns >= high) continue;
    let below = 0;
    for (let before = 0; before <= at; before += 1) below += summed.counts[before];
    return { low_seconds: low * 1e-9, high_seconds: high * 1e-9, share: summed.counts[at] / summed.total, below: below / summed.total };
  }
  return null;
}
