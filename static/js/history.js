/**
 * The samples of one run, newest `capacity` of them, one typed column per figure.
 *
 * "No data" is NaN, never 0. A stretch that is missing is kept as a row whose figures are all NaN (only its simulated
 * time is a number), so a line drawn through the rows breaks there. Rows are numbered from 0 (oldest kept).
 * Memory: about 90 columns x 12,288 rows x 8 bytes, under 10 MB, plus the buckets.
 */

/** @import {HistoryPayload, Sample} from "./wire.js" */

const CAPACITY = 12_288;
const MOST_COLUMNS = 128;
/** Intervals that meet within this are neighbours: simulated time is whole nanoseconds, the wire speaks decimals. */
const TOUCHING_SECONDS = 1e-6;

export class History {
  /** @param {number} [capacity] rows kept */
  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
    /** Rows held now. */
    this.length = 0;
    /** Number of the newest sample, 0 before the first. */
    this.lastSeq = 0;
    /** @type {Map<string, Float64Array>} */
    this._columns = new Map();
    /** @type {({first: number, counts: Uint32Array}|null)[]} */
    this._buckets = new Array(capacity).fill(null);
    this._start = 0;
  }

  /** Forget everything: another run, or the run was reset. */
  clear() {
    this.length = 0;
    this.lastSeq = 0;
    this._start = 0;
    this._buckets.fill(null);
  }

  /** True when the newest rows soon push out old ones: time to ask the server for its coarser history. */
  get nearlyFull() {
    return this.length >= this.capacity - 64;
  }

  /** Simulated seconds of the newest row, NaN when empty. */
  get lastSeconds() {
    return this.length ? this.at("simulated_seconds", this.length - 1) : NaN;
  }

  /**
   * Add one sample as the newest row.
   * @param {Sample} sample
   */
  push(sample) {
    const slot = this._claim();
    for (const [name, value] of Object.entries(sample)) {
      if (typeof value === "number") this._column(name)?.fill(value, slot, slot + 1);
    }
    this._buckets[slot] = packBuckets(sample.response_buckets);
    this.lastSeq = Math.max(this.lastSeq, sample.seq);
  }

  /** Add a row that says: here something is missing. */
  pushGap() {
    const seconds = this.lastSeconds;
    if (Number.isNaN(seconds)) return;
    const slot = this._claim();
    this._column("simulated_seconds")?.fill(seconds, slot, slot + 1);
  }

  /**
   * Add the rows of a `join` answer behind what is here. Rows that end before what is here are skipped; a stretch that
   * neither covers becomes a gap.
   * @param {HistoryPayload} payload
   */
  append(payload) {
    const secondsAt = payload.columns.indexOf("simulated_seconds");
    const intervalAt = payload.columns.indexOf("interval_seconds");
    const columns = payload.columns.map((name) => this._column(name));
    const rows = payload.rows.slice(-this.capacity);
    const skipped = payload.rows.length - rows.length;
    rows.forEach((row, index) => {
      const end = row[secondsAt] ?? NaN;
      const start = end - (row[intervalAt] ?? 0);
      if (end <= this.lastSeconds) return;
      if (start > this.lastSeconds + TOUCHING_SECONDS) this.pushGap();
      const slot = this._claim();
      row.forEach((value, at) => {
        const column = columns[at];
        if (column && typeof value === "number") column[slot] = value;
      });
      this._buckets[slot] = packBuckets(payload.response_buckets?.[index + skipped]);
    });
    this.lastSeq = Math.max(this.lastSeq, payload.seq);
  }

  /** @returns {string[]} names of the columns seen so far */
  get names() {
    return [...this._columns.keys()];
  }

  /**
   * One figure of one row; NaN is "no data".
   * @param {string} name
   * @param {number} row
   */
  at(name, row) {
    const column = this._columns.get(name);
    return column && row >= 0 && row < this.length ? column[this._slot(row)] : NaN;
  }

  /**
   * A copy of one column, oldest first.
   * @param {string} name
   * @param {number} [from] first row
   * @param {number} [to] row after the last
   * @returns {Float64Array}
   */
  column(name, from = 0, to = this.length) {
    const first = Math.max(0, from);
    const count = Math.max(0, Math.min(to, this.length) - first);
    const out = new Float64Array(count);
    const column = this._columns.get(name);
    if (!column || !count) return out.fill(NaN);
    const begin = this._slot(first);
    const head = Math.min(count, this.capacity - begin);
    out.set(column.subarray(begin, begin + head));
    if (head < count) out.set(column.subarray(0, count - head), head);
    return out;
  }

  /**
   * The response times of one row: `counts[i]` lie in bucket `first + i` (docs/wire.md), null when there are none.
   * @param {number} row
   * @returns {{first: number, counts: Uint32Array}|null}
   */
  buckets(row) {
    return row >= 0 && row < this.length ? this._buckets[this._slot(row)] : null;
  }

  /**
   * First row at or after a simulated time (`length` if there is none).
   * @param {number} seconds
   */
  rowAt(seconds) {
    const column = this._columns.get("simulated_seconds");
    if (!column) return 0;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (column[this._slot(middle)] < seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @param {number} row */
  _slot(row) {
    return (this._start + row) % this.capacity;
  }

  /** Take the next slot, emptied; the oldest row goes when there is no room. */
  _claim() {
    let slot;
    if (this.length < this.capacity) {
      slot = this._slot(this.length);
      this.length += 1;
    } else {
      slot = this._start;
      this._start = (this._start + 1) % this.capacity;
    }
    for (const column of this._columns.values()) column[slot] = NaN;
    this._buckets[slot] = null;
    return slot;
  }

  /**
   * @param {string} name
   * @returns {Float64Array|null}
   */
  _column(name) {
    let column = this._columns.get(name);
    if (!column) {
      if (this._columns.size >= MOST_COLUMNS) return null;
      column = new Float64Array(this.capacity).fill(NaN);
      this._columns.set(name, column);
    }
    return column;
  }
}

/** @param {[number, number[]]|null|undefined} buckets */
function packBuckets(buckets) {
  if (!buckets || !buckets[1]?.length) return null;
  return { first: buckets[0], counts: Uint32Array.from(buckets[1]) };
}
