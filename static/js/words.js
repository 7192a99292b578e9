/** Words for what the wire calls by a code. What is not listed is shown as it is, without underscores. */

import { count, quantity } from "./units.js";

/** @import {Setting} from "./settings.js" */

/** @type {{[choice: string]: string}} */
const CHOICES = {
  constant: "constant (evenly spaced)",
  poisson: "Poisson (random)",
  bursty: "bursts",
  sine: "waves",
  spike: "spikes",
  closed: "users who wait (closed)",
  trace: "recorded (trace)",
  fifo: "first come, first served",
  lifo: "newest first",
  priority: "high priority first",
  sjf: "shortest first",
  reject: "reject the new job",
  drop_oldest: "drop the oldest job",
  block: "block the I/O thread",
  caller_runs: "the I/O thread runs it",
  pure: "pure (no overhead)",
  bare_metal: "bare metal",
  vm: "virtual machine",
  barging: "whoever comes first (barging)",
  fair: "longest waiting (fair)",
};

/** Where a word would be wrong for another setting's choice of the same name. @type {{[keyAndChoice: string]: string}} */
const EXCEPTIONS = {
  "workers.wake_order lifo": "last to fall idle",
  "workers.wake_order fifo": "first to fall idle",
};

/**
 * @param {string} key dotted
 * @param {string} choice
 */
export function choiceWord(key, choice) {
  const exception = EXCEPTIONS[`${key} ${choice}`];
  if (exception) return exception;
  if (choice === "constant" && key !== "arrivals.process") return "constant";
  return CHOICES[choice] ?? choice.replaceAll("_", " ");
}

/**
 * A setting's value in words.
 * @param {Setting|undefined} setting undefined: one this page does not know
 * @param {unknown} value
 */
export function valueWord(setting, value) {
  if (Array.isArray(value)) return value.length ? `${count(value.length)} rows` : "none; open a configuration";
  if (setting?.key === "arrivals.trace_file") return "on the command line";
  if (setting?.kind === "choice") return choiceWord(setting.key, String(value));
  return quantity(value, setting?.unit ?? "");
}

/** In the order in which a request meets them. @type {{[group: string]: string}} */
const GROUPS = {
  arrivals: "Arrivals",
  "network card": "Network card",
  "I/O threads": "I/O threads",
  "job queue": "Job queue",
  workers: "Workers",
  job: "Job",
  machine: "Machine",
  advanced: "Advanced",
};

/**
 * The groups in the order of the page; one this page does not know comes last.
 * @param {string[]} groups
 */
export function inOrder(groups) {
  const order = Object.keys(GROUPS);
  const place = (/** @type {string} */ group) => (order.includes(group) ? order.indexOf(group) : order.length);
  return [...groups].sort((one, other) => place(one) - place(other));
}

/** @param {string} group */
export function groupWord(group) {
  return GROUPS[group] ?? group;
}

/**
 * What a number field expects, for the remark when it got something else.
 * @param {string} unit
 */
export function exampleOf(unit) {
  return (
    {
      s: "a time, such as 5 ms",
      "/s": "a rate, such as 600/s",
      ratio: "a share, such as 20 %",
      count: "a whole number",
    }[unit] ?? "a number"
  );
}
