/**
 * The one store: every signal of the page is listed here, nowhere else.
 *
 * A signal is read with `store.get(name)`, written with `store.set(name, value)` and watched with
 * `store.subscribe(names, callback)`. Only socket.js, session.js and boot code write what comes from the server; panels
 * read it, and write only the signals marked "page". Drawing goes through `paced` in pace.js, which limits the rate
 * and rests while the page is hidden; `subscribe` itself calls at once.
 */

import { History } from "./history.js";
import { opening } from "./situation.js";

/** @import {Config, Edited, Programs, Sample, Scenario, SettingValue, Status, ThreadKind, View, WireError} from "./wire.js" */
/** @import {Setting} from "./settings.js" */
/** @import {Situation} from "./situation.js" */

/**
 * How the page stands with the server.
 *   compiling     the server is up and compiles (or loads) the kernel
 *   connecting    no connection yet, or waiting for the answer to `join`
 *   joined        samples and views arrive
 *   reconnecting  the connection broke a moment ago; the client tries again
 *   catching_up   connected again, what was missed is on its way
 *   server_gone   no answer for some time; still trying
 *   run_gone      the server does not know this run (any more)
 *   run_limit     the server refuses a new run: too many are alive
 *   refused       the server refused for another reason (a scenario that does not exist, say)
 * @typedef {"compiling"|"connecting"|"joined"|"reconnecting"|"catching_up"|"server_gone"|"run_gone"|"run_limit"|"refused"} ConnectionPhase
 *
 * `since_ms` is `performance.now()` at the change of phase; `elapsed_seconds` the server's own figure while it compiles.
 * @typedef {{phase: ConnectionPhase, since_ms: number, elapsed_seconds?: number, error?: WireError}} Connection
 */

/**
 * A value on its way: `pending` until the server answers, then `confirmed` (at a simulated time) or `refused`.
 * @typedef {{state: "pending"|"confirmed"|"refused", value: unknown, at_seconds?: number, message?: string, since_ms: number}} EditState
 */

/**
 * Every signal.
 *
 * From the server:
 * @typedef {object} Signals
 * @property {Connection} connection
 * @property {string|null} run - id of the run this page shows
 * @property {string} scenario - id of the scenario the run began with, "" if none
 * @property {Scenario[]} scenarios
 * @property {Setting[]} settings - the schema, flattened (settings.js); empty until it has been fetched
 * @property {Config|null} config - nested, as it stands now, profile defaults filled in
 * @property {Status|null} status
 * @property {Sample|null} sample - the newest sample
 * @property {number} sampleAt_ms - `performance.now()` when the newest sample or view came
 * @property {History} history - the samples of this run (always the same object; see `historyVersion`)
 * @property {number} historyVersion - grows whenever `history` changed
 * @property {Edited[]} edits - oldest first, bounded
 * @property {View|null} view - the picture of this moment
 * @property {Programs|null} programs - the step lists of I/O threads and workers
 *
 * Page:
 * @property {number|null} followed - id of the thread being followed (set through `follow` in socket.js)
 * @property {ThreadKind} programKind - whose program the program panel shows
 * @property {{kind: ThreadKind, state: string}|null} highlight - threads to emphasise (legend hover, step hover)
 * @property {60|300|900|0} chartWindow_seconds - rolling window of the charts in simulated seconds; 0: everything
 * @property {[number, number]|null} chartRange - simulated seconds zoomed to, null: the rolling window
 * @property {"system"|"light"|"dark"} themeChoice - what the person chose
 * @property {"light"|"dark"} theme - what is shown
 * @property {string} language - BCP 47 tag; formats numbers
 * @property {boolean} reducedMotion - the person asked for less motion
 * @property {Situation} situation - what the page is in the middle of, in words (situation.js)
 * @property {{title: string, text: string}|null} remark - something that went wrong beside the run; the person dismisses it
 * @property {boolean} stale - the figures shown are old (nothing came for too long, or no connection): show them so
 * @property {Map<string, EditState>} pending - edits by dotted key (replaced, never changed in place)
 * @property {Map<string, SettingValue>} nextRun - values of settings that only a new run can take, by dotted key
 * @property {string} announcement - for the polite live region
 * @property {(() => Promise<void>)|null} savePicture - charts.js puts here what saves the charts as a picture
 */

/** @template {keyof Signals} K @typedef {(value: Signals[K], name: K) => void} Listener */

/** @typedef {ReturnType<typeof createStore>} Store */

/** @returns {Signals} */
function initial() {
  return {
    connection: { phase: "connecting", since_ms: 0 },
    run: null,
    scenario: "",
    scenarios: [],
    settings: [],
    config: null,
    status: null,
    sample: null,
    sampleAt_ms: 0,
    history: new History(),
    historyVersion: 0,
    edits: [],
    view: null,
    programs: null,
    followed: null,
    programKind: "workers",
    highlight: null,
    chartWindow_seconds: 60,
    chartRange: null,
    themeChoice: "system",
    theme: "light",
    language: "en",
    reducedMotion: false,
    situation: opening(),
    remark: null,
    stale: false,
    pending: new Map(),
    nextRun: new Map(),
    announcement: "",
    savePicture: null,
  };
}

/** Make a store with every signal at its first value. */
export function createStore() {
  const signals = initial();
  /** @type {Map<string, Set<(value: any, name: any) => void>>} */
  const listeners = new Map();

  return {
    /**
     * @template {keyof Signals} K
     * @param {K} name
     * @returns {Signals[K]}
     */
    get(name) {
      return signals[name];
    },

    /**
     * Write a signal and call its listeners, if it changed.
     * @template {keyof Signals} K
     * @param {K} name
     * @param {Signals[K]} value
     */
    set(name, value) {
      if (Object.is(signals[name], value)) return;
      signals[name] = value;
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          listener(value, name);
        } catch (error) {
          console.error(`A listener of "${name}" failed.`, error);
        }
      }
    },

    /**
     * Call `listener` at every change of any of the signals named.
     * @template {keyof Signals} K
     * @param {K | readonly K[]} names
     * @param {(value: Signals[K], name: K) => void} listener
     * @returns {() => void} ends the subscription
     */
    subscribe(names, listener) {
      const list = /** @type {K[]} */ (Array.isArray(names) ? names : [names]);
      for (const name of list) {
        const set = listeners.get(name) ?? new Set();
        listeners.set(name, set.add(listener));
      }
      return () => list.forEach((name) => listeners.get(name)?.delete(listener));
    },
  };
}
