/**
 * What each chart shows: its title, unit and lines, in terms of the columns of a sample (docs/wire.md).
 */

import { BY_NAME, STACK_ORDER } from "./states.js";

/** @import {Unit} from "./charts_axis.js" */

/**
 * @typedef {object} Series
 * @property {string} id
 * @property {string} label
 * @property {string} column - of the sample
 * @property {string} variable - CSS variable of its colour
 * @property {"mean"|"extremes"|"last"} keep - how rows are merged when there are many
 * @property {"solid"|"dash"|"dot"} [dash]
 * @property {number} [width]
 * @property {"step"} [shape] - holds its value until the next sample
 * @property {boolean} [stacked]
 * @property {boolean} [onlyIfAny] - left out of chart and legend until it is anything but zero
 * @property {boolean} [unscaled] - does not stretch the scale (a capacity far above the depth)
 * @property {"outline"|"dotted"|"striped"|"solid"} [pattern]
 */

/**
 * @typedef {object} Chart
 * @property {string} id
 * @property {string} title
 * @property {Unit} unit
 * @property {"time"|"distribution"} axis
 * @property {string} help - what it shows, for a tooltip and a screen reader
 * @property {Series[]} series
 * @property {boolean} [log] - may be shown on a log scale
 * @property {number} least - the scale reaches at least this high
 * @property {number} [top] - the scale reaches exactly this high
 */

/**
 * @param {string} id
 * @param {string} label
 * @param {string} column
 * @param {string} variable
 * @param {Partial<Series>} [rest]
 * @returns {Series}
 */
function line(id, label, column, variable, rest = {}) {
  return { id, label, column, variable, keep: "mean", ...rest };
}

/** @type {Chart} */
const QUEUE = {
  id: "queue",
  title: "Queue depth",
  unit: "count",
  axis: "time",
  help: "Jobs waiting in the job queue, and how many it can hold.",
  least: 10,
  series: [
    line("capacity", "capacity", "queue_capacity", "--line-capacity", { keep: "last", dash: "dash", width: 1.5, shape: "step", unscaled: true }),
    line("depth", "depth", "queue_depth", "--line-queue", { keep: "extremes", width: 1.75 }),
  ],
};

/** @type {Chart} */
const FLOW = {
  id: "flow",
  title: "Throughput",
  unit: "rate",
  axis: "time",
  help: "Requests that arrive, that are answered, and that are dropped, a second.",
  least: 10,
  series: [
    line("arrivals", "arrivals", "arrival_rate_per_second", "--line-arrivals", { dash: "dot", width: 1.5 }),
    line("throughput", "done", "throughput_per_second", "--line-throughput", { width: 1.75 }),
    line("nic", "dropped: ring full", "dropped_nic_per_second", "--line-drop-nic", { onlyIfAny: true }),
    line("rejected", "rejected: queue full", "dropped_queue_per_second", "--line-drop-queue", { onlyIfAny: true, dash: "dash" }),
    line("oldest", "pushed out of the queue", "dropped_oldest_per_second", "--line-drop-oldest", { onlyIfAny: true, dash: "dash" }),
  ],
};

/** @type {Chart} */
const RESPONSE = {
  id: "response",
  title: "Response time",
  unit: "seconds",
  axis: "time",
  help: "Half, 95 % and 99 % of the interval's responses took no longer than this; and the wait in the queue, 99 %.",
  log: true,
  least: 0.001,
  series: [
    line("wait", "queue wait p99", "queue_wait_p99_seconds", "--line-wait", { keep: "extremes", dash: "dash" }),
    line("p50", "p50", "response_p50_seconds", "--line-p50", { keep: "extremes" }),
    line("p95", "p95", "response_p95_seconds", "--line-p95", { keep: "extremes" }),
    line("p99", "p99", "response_p99_seconds", "--line-p99", { keep: "extremes", width: 1.75 }),
  ],
};

/** @type {Chart} */
const STATES = {
  id: "states",
  title: "Worker time by state",
  unit: "ratio",
  axis: "time",
  help: "How the workers spent their time.",
  least: 1,
  top: 1,
  series: STACK_ORDER.flatMap((name) => {
    const state = BY_NAME.get(name);
    if (!state) return [];
    const rest = { stacked: true, onlyIfAny: true, width: 0, pattern: state.pattern };
    return [line(name, state.label, `workers_${name}_ratio`, state.variable, rest)];
  }),
};

/** @type {Chart} */
const LATENCY = {
  id: "latency",
  title: "Latency distribution",
  unit: "ratio",
  axis: "distribution",
  help: "All responses of the stretch of time shown, by how long they took.",
  least: 0.02,
  series: [line("share", "share of responses", "", "--line-throughput", { width: 1.25 })],
};

/** In the order of the page. */
export const CHARTS = [QUEUE, FLOW, RESPONSE, STATES, LATENCY];

/** What the axis of times is called in a saved picture. */
export const TIME_TITLE = "simulated time";
