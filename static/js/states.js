/**
 * Thread states as the page shows them: one letter, one colour, one pattern, one word, the same everywhere.
 * The order is the wire's (docs/wire.md); colours are CSS variables of theme.css, so both themes have their own.
 */

/** @import {StateName} from "./wire.js" */

/**
 * @typedef {object} State
 * @property {StateName} name - as on the wire
 * @property {string} glyph - its letter in `view.<kind>.states`
 * @property {string} label - in a legend
 * @property {string} help - one line
 * @property {string} variable - CSS variable of its colour
 * @property {string} ink - CSS variable of the letter on that colour
 * @property {"solid"|"outline"|"dotted"|"striped"} pattern - how its cell is filled
 */

/**
 * @param {StateName} name
 * @param {string} glyph
 * @param {string} label
 * @param {string} help
 * @param {State["pattern"]} [pattern]
 * @returns {State}
 */
function state(name, glyph, label, help, pattern = "solid") {
  const css = `--state-${name.replaceAll("_", "-")}`;
  return { name, glyph, label, help, variable: css, ink: `${css}-ink`, pattern };
}

/** In the order of the wire. @type {readonly State[]} */
export const STATES = [
  state("running", "R", "running", "on a core, doing work"),
  state("ready", "r", "ready", "wants to run, waits for a core"),
  state("spinning", "S", "spinning", "on a core, but only waiting for a lock"),
  state("waiting_lock", "L", "waiting for the lock", "blocked until another thread lets go of the lock"),
  state("parked", "P", "parked", "nothing to do; asleep until woken", "outline"),
  state("sleeping", "Z", "sleeping", "asleep between two looks at the queue", "dotted"),
  state("calling", "C", "calling the backend", "blocked on a call; busy, but on no core"),
  state("waiting_future", "F", "waiting for a result", "blocked until another thread delivers a result"),
  state("starting", "+", "starting", "being started", "striped"),
  state("stopped", ".", "stopped", "gone", "striped"),
  state("waiting_space", "W", "waiting for room", "blocked: the job queue is full"),
  state("waiting_connection", "K", "waiting for a connection", "blocked: every connection to the backend is in use"),
];

/** @type {ReadonlyMap<string, State>} */
export const BY_NAME = new Map(STATES.map((entry) => [entry.name, entry]));

/** @type {ReadonlyMap<string, State>} */
export const BY_GLYPH = new Map(STATES.map((entry) => [entry.glyph, entry]));

/** Order in which stacked charts and legends list them: at work first, idle last. @type {readonly StateName[]} */
export const STACK_ORDER = [
  "running",
  "calling",
  "ready",
  "spinning",
  "waiting_lock",
  "waiting_connection",
  "waiting_future",
  "waiting_space",
  "starting",
  "sleeping",
  "parked",
];

/**
 * Value of a CSS variable as it is now (for canvas and charts, which cannot use `var()`).
 * @param {string} variable
 * @param {Element} [element]
 */
export function cssValue(variable, element = document.documentElement) {
  return getComputedStyle(element).getPropertyValue(variable).trim();
}
