/** The machine in words: the text alternative of the picture, and one line about a thread. Pure. */

import { countStates } from "./machine_gauges.js";
import { BY_GLYPH, STACK_ORDER, BY_NAME } from "./states.js";
import { clock, count, percent } from "./units.js";

/** @import {Programs, ThreadKind, Threads, View} from "./wire.js" */

/** What one thread is called. @param {ThreadKind} kind @param {number} id */
export function threadName(kind, id) {
  return kind === "io_threads" ? `I/O thread ${id}` : `worker ${id}`;
}

/**
 * @param {View} view
 * @returns {string}
 */
export function describeMachine(view) {
  const { ring, queue, cores, backend, totals } = view;
  const slots = ring.slots * Math.max(1, ring.queues.length);
  const parts = [
    `At ${clock(view.simulated_seconds)} simulated:`,
    `NIC ring ${count(ring.depth)} of ${count(slots)} slots taken.`,
    `${pool("I/O thread", view.io_threads)}.`,
    `Job queue ${count(queue.depth)} of ${count(queue.capacity)} (${percent(queue.capacity ? queue.depth / queue.capacity : null)} full).`,
    `${pool("worker", view.workers)}.`,
  ];
  if (queue.putters_waiting) parts.push(`${queue.putters_waiting} blocked on the full queue.`);
  if (queue.lock.waiters) parts.push(`${queue.lock.waiters} waiting for the queue's lock.`);
  if (cores.count) parts.push(`${cores.busy} of ${cores.count} cores busy, ${cores.run_queue} threads waiting for one.`);
  if (backend.in_use || backend.waiting) {
    const limit = backend.connections ? ` of ${backend.connections} connections` : " calls";
    parts.push(`Backend: ${backend.in_use}${limit} in use, ${backend.waiting} waiting.`);
  }
  const drops = [
    [totals.dropped_nic, "at the ring"],
    [totals.dropped_queue, "at the full queue"],
    [totals.dropped_oldest, "pushed out of the queue"],
  ].filter(([dropped]) => Number(dropped) > 0);
  parts.push(drops.length ? `Dropped so far: ${drops.map(([n, where]) => `${count(Number(n))} ${where}`).join(", ")}.` : "Nothing dropped.");
  return parts.join(" ");
}

/** @param {string} name @param {Threads} threads */
function pool(name, threads) {
  const living = threads.ids.length;
  const counts = countStates(threads.states);
  const states = STACK_ORDER.map((state) => BY_NAME.get(state))
    .filter((state) => state && counts.has(state.glyph))
    .map((state) => `${counts.get(state?.glyph ?? "")} ${state?.label}`);
  const draining = threads.draining.length ? `, ${threads.draining.length} draining towards ${threads.wanted}` : "";
  return `${living} ${name}${living === 1 ? "" : "s"}${draining}${states.length ? `: ${states.join(", ")}` : ""}`;
}

/**
 * @param {View} view
 * @param {ThreadKind} kind
 * @param {number} index row in the view's thread list
 * @param {Programs|null} programs
 * @returns {string[]} name, state, step, and what else there is to say
 */
export function threadLines(view, kind, index, programs) {
  const threads = view[kind];
  const id = threads.ids[index];
  if (id === undefined) return [];
  const state = BY_GLYPH.get(threads.states[index]);
  const step = programs?.[kind].steps[threads.steps[index]];
  const job = threads.jobs[index];
  const name = threadName(kind, id);
  const lines = [name[0].toUpperCase() + name.slice(1), state?.label ?? "unknown state"];
  if (step) lines.push(`step ${threads.steps[index] + 1}: ${step.label}`);
  if (job !== null && job !== undefined) lines.push(`job ${job}`);
  if (threads.draining.includes(id)) lines.push("draining: stops after this job");
  return lines;
}

/**
 * Size of a pool as it stands: "8", or "8 → 4 (3 draining)" while it shrinks, "4 → 8" while it grows.
 * @param {Threads} threads
 */
export function poolSize(threads) {
  const living = threads.ids.length;
  const leaving = threads.draining.length;
  if (leaving) return `${count(living)} → ${count(threads.wanted)} (${count(leaving)} draining)`;
  return living === threads.wanted ? count(living) : `${count(living)} → ${count(threads.wanted)}`;
}
