/** What this browser keeps between visits: choices of the person, never figures. */

/** @import {Signals, Store} from "./store.js" */

const PREFIX = "millrace.";

/**
 * Read what this browser kept; null when there is nothing, or no storage.
 * @param {string} name
 * @returns {any}
 */
export function read(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Keep something. Without storage (private mode, full) it is simply not kept.
 * @param {string} name
 * @param {unknown} value
 */
export function write(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    /* the page works without */
  }
}

/** Signals that outlive a visit, each with the values it may have. @type {{[name: string]: readonly unknown[]}} */
const KEPT = {
  chartWindow_seconds: [60, 300, 900, 0],
  programKind: ["workers", "io_threads"],
};

/**
 * Set the kept signals as they were, and keep them from now on.
 * @param {Store} store
 */
export function keepSignals(store) {
  for (const [name, allowed] of Object.entries(KEPT)) {
    const signal = /** @type {keyof Signals} */ (name);
    const kept = read(name);
    if (allowed.includes(kept)) store.set(signal, kept);
    store.subscribe(signal, (value) => write(name, value));
  }
}
