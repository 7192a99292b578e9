/**
 * The only module that talks to Socket.IO: it keeps this page joined to its run and puts what comes into the store.
 *
 * Samples are numbered without gaps. When one is missing, or after a broken connection, the page joins again with
 * `since` and gets what it missed; samples that come meanwhile are held back and then added behind it.
 */

/** @import {Store} from "./store.js" */
/** @import {Edited, Joined, Refused, Sample, Status, View, WireError} from "./wire.js" */

/**
 * The part of the Socket.IO client used here.
 * @typedef {object} Socket
 * @property {boolean} connected
 * @property {boolean} active
 * @property {() => void} connect
 * @property {() => void} disconnect
 * @property {(event: string, listener: (payload: any) => void) => void} on
 * @property {(ms: number) => {emitWithAck: (event: string, payload: unknown) => Promise<any>}} timeout
 */

const ANSWER_MS = 8_000;
const GIVE_UP_MS = 12_000;
/** A lost connection changes nothing about these. */
const STAYS = new Set(["run_gone", "run_limit", "refused", "server_gone"]);
const MOST_HELD = 600;
const MOST_EDITS = 500;

/** @type {Store} */
let store;
/** @type {Socket} */
let socket;
let joining = false;
let joined = false;
let refreshing = false;
/** Whether the run has been shown already: then a join asks only for what was missed. */
let known = false;
/** @type {Sample[]} */
let held = [];
let goneTimer = 0;

/**
 * Connect and keep this page joined to `store.get("run")`.
 * @param {Store} pageStore
 */
export function connect(pageStore) {
  store = pageStore;
  const io = /** @type {any} */ (globalThis).io;
  if (typeof io !== "function") throw new Error("The Socket.IO client is missing; run `make setup`.");
  socket = io({
    transports: ["websocket", "polling"],
    reconnectionDelay: 300,
    reconnectionDelayMax: 4_000,
    timeout: 6_000,
  });
  socket.on("connect", () => void join());
  socket.on("disconnect", () => lost());
  socket.on("connect_error", () => lost());
  socket.on("sample", onSample);
  socket.on("view", (/** @type {View} */ view) => forUs(view) && onView(view));
  socket.on("edited", (/** @type {Edited} */ edited) => forUs(edited) && onEdited(edited));
  socket.on("status", (/** @type {Status} */ status) => forUs(status) && onStatus(status));
}

/** Try again at once: the person does not want to wait for the next attempt. */
export function retryNow() {
  if (socket.connected) void join();
  else {
    socket.disconnect();
    socket.connect();
  }
}

/**
 * Show another run from now on (its id is in the store already).
 */
export function changeRun() {
  known = false;
  forget();
  store.set("status", null);
  store.set("view", null);
  store.set("pending", new Map());
  store.set("nextRun", new Map());
  if (socket.connected) void join();
}

/**
 * Change settings of the run.
 * @param {{[key: string]: unknown}} changes by dotted key
 * @returns {Promise<{ok: true, applied_at_seconds: number} | Refused>}
 */
export function edit(changes) {
  return ask("edit", { changes });
}

/**
 * @param {"play"|"pause"|"step"|"reset"|"speed"} action
 * @param {number|"max"} [speed]
 * @returns {Promise<{ok: true, status: Status} | Refused>}
 */
export async function control(action, speed) {
  const answer = await ask("control", speed === undefined ? { action } : { action, speed });
  if (answer.ok && answer.status) onStatus(answer.status);
  return answer;
}

/**
 * Follow one thread; null follows none.
 * @param {number|null} thread
 */
export async function follow(thread) {
  const before = store.get("followed");
  store.set("followed", thread);
  const answer = await ask("follow", { thread });
  if (!answer.ok && store.get("followed") === thread) store.set("followed", before);
}

/**
 * Stop watching a run: this page shows another one from now on.
 * @param {string} run
 */
export function leave(run) {
  if (socket?.connected)
    socket
      .timeout(ANSWER_MS)
      .emitWithAck("leave", { run })
      .catch(() => {});
}

/**
 * Ask the server something about this run; a missing answer comes back as a refusal.
 * @param {string} event
 * @param {object} payload
 * @returns {Promise<any>}
 */
async function ask(event, payload) {
  if (!socket?.connected) return refusal("Not connected to the server; nothing was changed.", "offline");
  try {
    return await socket.timeout(ANSWER_MS).emitWithAck(event, { run: store.get("run"), ...payload });
  } catch {
    return refusal("The server did not answer; it is not known whether this took effect.", "no_answer");
  }
}

/**
 * @param {string} message
 * @param {string} code
 * @returns {Refused}
 */
function refusal(message, code) {
  return { ok: false, error: { message, code } };
}

/** Join the run, or join again for what was missed. */
async function join() {
  const run = store.get("run");
  if (!run || joining) return;
  joining = true;
  window.clearTimeout(goneTimer);
  const again = known && !refreshing;
  if (!joined) phase(known ? "catching_up" : "connecting");
  const history = store.get("history");
  const generation = store.get("status")?.generation;
  /** @type {Joined | Refused} */
  const answer = await ask("join", again && history.lastSeq ? { since: history.lastSeq, generation } : {});
  joining = false;
  if (run !== store.get("run")) return void join();
  if (answer.ok) onJoined(answer, again);
  else if (answer.error.code === "run_gone") phase("run_gone", answer.error);
  else if (answer.error.code !== "offline") setTimeout(() => socket.connected && join(), 1_000);
}

/**
 * @param {Joined} answer
 * @param {boolean} again
 */
function onJoined(answer, again) {
  const history = store.get("history");
  const generation = store.get("status")?.generation;
  const sameHistory = again && generation === answer.status.generation;
  known = true;
  joined = true;
  refreshing = false;
  store.set("scenario", answer.scenario ?? "");
  store.set("config", answer.config);
  store.set("programs", answer.programs ?? null);
  store.set("edits", answer.edits.slice(-MOST_EDITS));
  if (!sameHistory) history.clear();
  history.append(answer.history);
  const waiting = held;
  held = [];
  store.set("status", answer.status);
  if (answer.view) onView(answer.view);
  waiting.forEach(onSample);
  store.set("historyVersion", store.get("historyVersion") + 1);
  if (!store.get("sample") && history.length) store.set("sample", newestRow());
  if (answer.status.state === "running") store.set("sampleAt_ms", performance.now());
  phase("joined");
  const followed = store.get("followed");
  if (followed !== null) void follow(followed);
}

/** The newest row of the history as a sample: what a joining page shows until the next one comes. @returns {Sample} */
function newestRow() {
  const history = store.get("history");
  /** @type {Sample} */
  const sample = { run: store.get("run") ?? "", seq: history.lastSeq, simulated_seconds: 0, interval_seconds: 0 };
  for (const name of history.names) {
    const value = history.at(name, history.length - 1);
    sample[name] = Number.isNaN(value) ? null : value;
  }
  return sample;
}

/** @param {{run: string}} payload */
function forUs(payload) {
  return payload.run === store.get("run");
}

/** @param {Sample} sample */
function onSample(sample) {
  if (!forUs(sample)) return;
  const history = store.get("history");
  if (joining || !joined) {
    held.push(sample);
    if (held.length > MOST_HELD) held.shift();
    return;
  }
  if (sample.seq <= history.lastSeq) return;
  if (history.lastSeq && sample.seq !== history.lastSeq + 1) {
    held.push(sample);
    return void join();
  }
  history.push(sample);
  store.set("sample", sample);
  store.set("sampleAt_ms", performance.now());
  store.set("historyVersion", store.get("historyVersion") + 1);
  if (history.nearlyFull && !refreshing) {
    // The server's history is coarser for the older part; ours starts anew from it, so memory stays bounded.
    refreshing = true;
    void join();
  }
}

/** @param {View} view */
function onView(view) {
  store.set("view", view);
  store.set("sampleAt_ms", performance.now());
}

/** @param {Edited} edited */
function onEdited(edited) {
  store.set("edits", [...store.get("edits"), edited].slice(-MOST_EDITS));
  if (edited.config) store.set("config", edited.config);
}

/** @param {Status} status */
function onStatus(status) {
  const before = store.get("status");
  store.set("status", status);
  if (before && before.generation !== status.generation && joined) {
    forget();
    known = false;
    void join();
  }
}

/** Drop the figures of another run, or of before a reset. */
function forget() {
  held = [];
  joined = false;
  store.get("history").clear();
  store.set("historyVersion", store.get("historyVersion") + 1);
  store.set("sample", null);
  store.set("edits", []);
  store.set("chartRange", null);
  store.set("followed", null);
}

/** The connection broke, or could not be made. */
function lost() {
  joined = false;
  const now = store.get("connection").phase;
  if (STAYS.has(now)) return;
  if (now !== "reconnecting") {
    phase("reconnecting");
    window.clearTimeout(goneTimer);
    goneTimer = window.setTimeout(() => phase("server_gone"), GIVE_UP_MS);
  }
}

/**
 * @param {import("./store.js").ConnectionPhase} name
 * @param {WireError} [error]
 */
function phase(name, error) {
  if (name === "joined" || name === "run_gone") window.clearTimeout(goneTimer);
  if (store.get("connection").phase === name && !error) return;
  store.set("connection", { phase: name, since_ms: performance.now(), error });
}
