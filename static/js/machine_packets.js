/**
 * Which packet went where between two views: each is known by its job number. Pure.
 *
 * A view lists at most 64 packets of the ring and 64 jobs of the queue, so a number can come into sight without having
 * arrived; those are placed, not moved. What vanished is told apart by where it stood and which drop counter grew.
 */

/** @import {View} from "./wire.js" */

/** @typedef {"ring"|"io"|"queue"|"workers"} Stage */
/** Where a job is: `index` is its place there (in the ring or queue from the exit, in a pool the thread's row). */
/** @typedef {{stage: Stage, index: number}} Place */
/** @typedef {"done"|"rejected"|"evicted"|"dropped"} Ending */
/**
 * `from` null: it arrived; `to` null: it left, as `ending` says.
 * @typedef {{job: number, from: Place|null, to: Place|null, ending?: Ending}} Move
 */

const LISTED = 64;
const MOST_MOVES = 400;

/**
 * @param {View} view
 * @returns {Map<number, Place>}
 */
export function placesOf(view) {
  /** @type {Map<number, Place>} */
  const places = new Map();
  view.ring.packets.forEach((job, index) => places.set(job, { stage: "ring", index }));
  view.queue.jobs.forEach((job, index) => places.set(job, { stage: "queue", index }));
  for (const [stage, threads] of /** @type {const} */ ([["io", view.io_threads], ["workers", view.workers]])) {
    threads.jobs.forEach((job, index) => {
      if (job !== null) places.set(job, { stage, index });
    });
  }
  return places;
}

/**
 * @param {View} before
 * @param {View} after
 * @param {Map<number, Place>} [old] places of `before`, if known
 * @param {Map<number, Place>} [now] places of `after`, if known
 * @returns {Move[]} arrivals and steps first, endings last
 */
export function movesBetween(before, after, old = placesOf(before), now = placesOf(after)) {
  /** @type {Move[]} */
  const moves = [];
  for (const [job, to] of now) {
    const from = old.get(job) ?? null;
    if (from && from.stage === to.stage) continue;
    if (!from && cameIntoSight(before, to)) continue;
    moves.push({ job, from, to });
    if (moves.length >= MOST_MOVES) return moves;
  }
  let rejected = after.totals.dropped_queue - before.totals.dropped_queue;
  let evicted = after.totals.dropped_oldest - before.totals.dropped_oldest;
  for (const [job, from] of old) {
    if (now.has(job) || hiddenNow(after, from)) continue;
    /** @type {Ending} */
    let ending = "done";
    if ((from.stage === "io" || from.stage === "ring") && rejected > 0) {
      ending = "rejected";
      rejected -= 1;
    } else if (from.stage === "queue" && evicted > 0) {
      ending = "evicted";
      evicted -= 1;
    }
    moves.push({ job, from, to: null, ending });
    if (moves.length >= MOST_MOVES) break;
  }
  return moves;
}

/** A number beyond the listed ones moved up: it was there before. @param {View} before @param {Place} place */
function cameIntoSight(before, place) {
  if (place.stage === "ring") return before.ring.depth > LISTED;
  if (place.stage === "queue") return before.queue.depth > LISTED;
  return before.ring.depth > LISTED || before.queue.depth > LISTED;
}

/** A number that others pushed off the list (a queue that is not first come, first served). @param {View} after @param {Place} place */
function hiddenNow(after, place) {
  if (place.stage === "ring") return after.ring.depth > LISTED;
  return place.stage === "queue" && after.queue.depth > LISTED;
}

/** The stages a packet passes, in order. */
const ORDER = /** @type {const} */ (["ring", "io", "queue", "workers"]);
const ARROWS = /** @type {const} */ (["in", "ring_io", "io_queue", "queue_workers", "out"]);

/**
 * The arrows a move passes along, in order.
 * @param {Move} move
 * @returns {("in"|"ring_io"|"io_queue"|"queue_workers"|"out")[]}
 */
export function arrowsOf(move) {
  const from = move.from ? ORDER.indexOf(move.from.stage) + 1 : 0;
  let to = move.to ? ORDER.indexOf(move.to.stage) + 1 : ARROWS.length;
  if (move.ending === "rejected") to = 3;
  if (move.ending === "evicted" || move.ending === "dropped") return [];
  return from < to ? ARROWS.slice(from, to) : [];
}
