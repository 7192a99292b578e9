import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../static/js/history.js";

/** @param {number} seq @param {object} [more] */
const sample = (seq, more = {}) =>
  /** @type {any} */ ({ run: "r", seq, simulated_seconds: seq / 10, interval_seconds: 0.1, queue_depth: seq, ...more });

/** @param {number[]} seqs @param {number} seq */
const payload = (seqs, seq) => ({
  columns: ["simulated_seconds", "interval_seconds", "queue_depth"],
  rows: seqs.map((each) => [each / 10, 0.1, each]),
  response_buckets: seqs.map(() => null),
  gap: false,
  seq,
});

test("keeps the newest rows, oldest first", () => {
  const history = new History(4);
  for (let seq = 1; seq <= 6; seq++) history.push(sample(seq));
  assert.deepEqual([...history.column("queue_depth")], [3, 4, 5, 6]);
  assert.deepEqual([...history.column("queue_depth", 1, 3)], [4, 5]);
  assert.equal(history.lastSeq, 6);
  assert.equal(history.rowAt(0.5), 2);
  assert.equal(history.rowAt(9), 4);
});

test("null is no data, not 0; a slot used again forgets what it held", () => {
  const history = new History(2);
  history.push(sample(1, { response_p99_seconds: 0.5 }));
  history.push(sample(2, { response_p99_seconds: null }));
  history.push(sample(3));
  assert.ok(Number.isNaN(history.at("response_p99_seconds", 0)));
  assert.ok(Number.isNaN(history.at("response_p99_seconds", 1)));
  assert.ok(Number.isNaN(history.at("never_seen", 0)));
});

test("rows missed are put behind; those already here are skipped", () => {
  const history = new History();
  history.append(payload([1, 2, 3], 3));
  history.append(payload([3, 4, 5], 5));
  assert.deepEqual([...history.column("queue_depth")], [1, 2, 3, 4, 5]);
  assert.equal(history.lastSeq, 5);
});

test("a stretch that nothing covers stays a gap", () => {
  const history = new History();
  history.append(payload([1, 2], 2));
  history.append(payload([7, 8], 8));
  assert.equal(history.length, 5);
  assert.deepEqual([...history.column("queue_depth")], [1, 2, NaN, 7, 8]);
});

test("merged rows that reach back are no gap", () => {
  const history = new History();
  history.append(payload([1, 2], 2));
  const merged = payload([6], 6);
  merged.rows = [[0.6, 0.5, 4]];
  history.append(merged);
  assert.deepEqual([...history.column("queue_depth")], [1, 2, 4]);
});

test("response times go with their row", () => {
  const history = new History(2);
  history.push(sample(1, { response_buckets: [100, [1, 2]] }));
  history.push(sample(2, { response_buckets: null }));
  history.push(sample(3, { response_buckets: [101, [4]] }));
  assert.equal(history.buckets(0), null);
  assert.deepEqual(history.buckets(1), { first: 101, counts: Uint32Array.from([4]) });
});
