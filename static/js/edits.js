/**
 * Changing settings from the page: an edit is sent when it has settled, is pending until the server answers, and is
 * then confirmed with its simulated time or refused with the reason. What can be undone is read off the run's journal,
 * so it survives a reload.
 */

import { clock, quantity } from "./units.js";
import { edit } from "./socket.js";
import { same, withValue } from "./settings.js";
import { valueWord } from "./words.js";

/** @import {Store, EditState} from "./store.js" */
/** @import {Change, Edited} from "./wire.js" */

const SETTLE_MS = 150;
const SHOWN_MS = 12_000;

/** @type {Map<string, {timer: number, value: unknown}>} */
const settling = new Map();
let newest = 0;
/** Ticket of the newest edit of each key: a late answer to an older one is of no interest. @type {Map<string, number>} */
const tickets = new Map();

/**
 * Take a value from a control; it is sent once no other has come for 150 ms.
 * @param {Store} store
 * @param {string} key
 * @param {unknown} value
 */
export function propose(store, key, value) {
  const before = settling.get(key);
  if (before) window.clearTimeout(before.timer);
  const timer = window.setTimeout(() => {
    settling.delete(key);
    void send(store, { [key]: value });
  }, SETTLE_MS);
  settling.set(key, { timer, value });
  mark(store, [key], { state: "pending", value, since_ms: performance.now() });
}

/**
 * Send changes at once.
 * @param {Store} store
 * @param {{[key: string]: unknown}} changes
 */
export async function send(store, changes) {
  const keys = Object.keys(changes);
  newest += 1;
  const ticket = newest;
  keys.forEach((key) => {
    tickets.set(key, ticket);
    mark(store, [key], { state: "pending", value: changes[key], since_ms: performance.now() });
  });
  const answer = await edit(changes);
  const current = keys.filter((key) => tickets.get(key) === ticket && !settling.has(key));
  if (answer.ok) {
    const config = store.get("config");
    if (config)
      store.set(
        "config",
        current.reduce((all, key) => withValue(all, key, changes[key]), config),
      );
    mark(store, current, {
      state: "confirmed",
      value: null,
      at_seconds: answer.applied_at_seconds,
      since_ms: performance.now(),
    });
    const shown = performance.now();
    setTimeout(() => clear(store, current, shown), SHOWN_MS);
    return;
  }
  const { error } = answer;
  for (const key of current) {
    const problem = error.problems?.find((each) => each.field === key);
    const message = reason(problem ?? error, key, store);
    mark(store, [key], { state: "refused", value: changes[key], message, since_ms: performance.now() });
  }
  if (current.length) store.set("announcement", `Not changed: ${error.message}`);
}

/**
 * Why a value was refused, in the words and units of the page.
 * @param {{message: string, field?: string|null, given?: unknown}} error
 * @param {string} key
 * @param {Store} store
 */
function reason(error, key, store) {
  if (error.field === "arrivals.trace")
    return "There is nothing recorded to play back: open a configuration that has it.";
  const settings = store.get("settings");
  const setting = settings.find((each) => each.key === key);
  const { given } = error;
  if (setting && error.field === key && typeof given === "number") {
    const low = setting.minimum ?? -Infinity;
    const high = setting.maximum ?? Infinity;
    if (given < low || given > high) {
      return `${quantity(given, setting.unit)} is outside ${quantity(low, setting.unit)} to ${quantity(high, setting.unit)}.`;
    }
  }
  const own = error.message.startsWith(`${key}: `) ? error.message.slice(key.length + 2) : error.message;
  const text = own.replace(/[a-z_]+(\.[a-z_]+)+/g, (name) => settings.find((each) => each.key === name)?.title ?? name);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Put a remark at a control without asking the server: what was typed cannot be read.
 * @param {Store} store
 * @param {string} key
 * @param {unknown} value
 * @param {string} message
 */
export function refuse(store, key, value, message) {
  mark(store, [key], { state: "refused", value, message, since_ms: performance.now() });
  store.set("announcement", message);
}

/**
 * Take away the remark at a control.
 * @param {Store} store
 * @param {string} key
 */
export function dismiss(store, key) {
  const now = store.get("pending");
  if (now.get(key)?.state !== "refused") return;
  const next = new Map(now);
  next.delete(key);
  store.set("pending", next);
}

/**
 * The edits that can be undone, oldest first. An edit that takes back the one before it is its undoing.
 * @param {readonly Edited[]} journal
 * @returns {Change[][]}
 */
export function undoable(journal) {
  /** @type {Change[][]} */
  const stack = [];
  for (const { changes } of journal) {
    const last = stack.at(-1);
    if (last && takesBack(changes, last)) stack.pop();
    else if (changes.length) stack.push(changes);
  }
  return stack;
}

/** @param {Change[]} changes @param {Change[]} before */
function takesBack(changes, before) {
  if (changes.length !== before.length) return false;
  return changes.every((change) => {
    const match = before.find((each) => each.parameter === change.parameter);
    return match && same(match.old_value, change.new_value) && same(match.new_value, change.old_value);
  });
}

/**
 * Take back the last edit: an edit like any other.
 * @param {Store} store
 */
export function undo(store) {
  const last = undoable(store.get("edits")).at(-1);
  if (last) void send(store, Object.fromEntries(last.map((change) => [change.parameter, change.old_value])));
  else store.set("announcement", "There is nothing to undo.");
}

/**
 * An edit in words: "Workers 8 → 4".
 * @param {Store} store
 * @param {Change[]} changes
 */
export function inWords(store, changes) {
  const settings = store.get("settings");
  const words = changes.slice(0, 3).map(({ parameter, old_value, new_value }) => {
    const setting = settings.find((each) => each.key === parameter);
    return `${setting?.title ?? parameter} ${valueWord(setting, old_value)} → ${valueWord(setting, new_value)}`;
  });
  if (changes.length > 3) words.push(`and ${changes.length - 3} more`);
  return words.join(", ");
}

/**
 * Tell a screen reader of every edit, whoever made it.
 * @param {Store} store
 */
export function announceEdits(store) {
  /** @type {Edited|undefined} */
  let before = store.get("edits").at(-1);
  store.subscribe("edits", (edits) => {
    const last = edits.at(-1);
    const added = last && last !== before && edits.at(-2) === before;
    before = last;
    if (!added || store.get("connection").phase !== "joined") return;
    const text = inWords(store, last.changes).replaceAll("→", "to");
    store.set("announcement", `${text}, at ${clock(last.simulated_seconds)}.`);
  });
}

/**
 * @param {Store} store
 * @param {string[]} keys
 * @param {EditState} state
 */
function mark(store, keys, state) {
  if (!keys.length) return;
  const next = new Map(store.get("pending"));
  keys.forEach((key) => next.set(key, state));
  store.set("pending", next);
}

/** @param {Store} store @param {string[]} keys @param {number} shown_ms */
function clear(store, keys, shown_ms) {
  const next = new Map(store.get("pending"));
  keys.forEach((key) => {
    const state = next.get(key);
    if (state?.state === "confirmed" && state.since_ms <= shown_ms) next.delete(key);
  });
  store.set("pending", next);
}
