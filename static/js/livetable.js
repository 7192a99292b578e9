/** The latest figures as a real table, for screen readers and for whoever prefers one. Every 2 s while in use. */

import { h, setText } from "./dom.js";
import { icon } from "./icons.js";
import { paced } from "./pace.js";
import { STATES } from "./states.js";
import { clock, count, duration, percent, rate } from "./units.js";

/** @import {Store} from "./store.js" */
/** @import {Sample} from "./wire.js" */

const EVERY_MS = 2_000;

/** @type {readonly [string, (sample: Sample) => string][]} */
const ROWS = [
  ["Simulated time", (s) => clock(s.simulated_seconds)],
  ["Offered", (s) => rate(s.arrival_rate_per_second)],
  ["Done", (s) => rate(s.throughput_per_second)],
  ["Offered in all", (s) => count(s.arrivals_total)],
  ["Done in all", (s) => count(s.completed_total)],
  ["Under way", (s) => count(s.in_flight)],
  ["Queue", (s) => `${count(s.queue_depth)} of ${count(s.queue_capacity)}`],
  ["Network card ring", (s) => `${count(s.ring_depth)} of ${count(s.ring_slots)}`],
  ["Response p50", (s) => duration(s.response_p50_seconds)],
  ["Response p95", (s) => duration(s.response_p95_seconds)],
  ["Response p99", (s) => duration(s.response_p99_seconds)],
  ["Queue wait p99", (s) => duration(s.queue_wait_p99_seconds)],
  ["Dropped at the card", (s) => count(s.dropped_nic_total)],
  ["Dropped, queue full", (s) => count(s.dropped_queue_total)],
  ["Dropped, oldest job", (s) => count(s.dropped_oldest_total)],
  ["I/O threads", (s) => `${count(s.io_threads)}, ${percent(s.utilization_io_threads_ratio)} busy`],
  ["Workers", (s) => `${count(s.workers)}, ${percent(s.utilization_workers_ratio)} busy`],
  ["Cores", (s) => (s.cores ? `${count(s.cores)}, ${percent(s.utilization_cores_ratio)} busy` : "one per thread")],
];

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const close = h("button", { type: "button", class: "tool", "aria-label": "Close the table" }, icon("close"));
  close.addEventListener("click", () => document.getElementById("table-button")?.click());
  const states = STATES.filter((each) => each.name !== "stopped");
  const stateRow = (/** @type {typeof states[number]} */ each) =>
    /** @type {[string, (sample: Sample) => string]} */ ([
      `Workers ${each.label}`,
      (s) => percent(s[`workers_${each.name}_ratio`]),
    ]);
  const cells = [...ROWS, ...states.map(stateRow)].map(([name, read]) => ({ name, read, cell: h("td", {}, "–") }));
  element.append(
    h("div", { class: "table-head" }, h("h2", {}, "Latest figures"), close),
    h(
      "table",
      {},
      h("caption", { class: "unseen" }, "Figures of the latest sample interval; totals since the start of the run"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Figure"), h("th", { scope: "col" }, "Value"))),
      h("tbody", {}, ...cells.map(({ name, cell }) => h("tr", {}, h("th", { scope: "row" }, name), cell))),
    ),
  );
  paced(store, ["sample"], EVERY_MS, () => {
    const sample = store.get("sample");
    for (const { cell, read } of cells) setText(cell, sample ? read(sample) : "–");
  });
}
