/**
 * From an address to a joined run: wait for the kernel, fetch schema and scenarios, find or make the run, connect.
 * The run's id lives in the address (`?run=`), so a reload or a shared link comes back to the same run.
 */

import { read, write } from "./keep.js";
import { flatten } from "./settings.js";
import { changeRun, connect, leave } from "./socket.js";

/** @import {Store} from "./store.js" */
/** @import {Config, WireError} from "./wire.js" */

const POLL_MS = 500;
const KEPT_CONFIGS = 5;

/** An answer that is not a success, with the server's own words. */
class Refusal extends Error {
  /**
   * @param {number} status HTTP status
   * @param {WireError} error
   */
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/**
 * Start the page.
 * @param {Store} store
 */
export async function start(store) {
  await kernelReady(store);
  const [schema, list] = await Promise.all([patiently(store, "/api/schema"), patiently(store, "/api/scenarios")]);
  store.set("settings", flatten(schema));
  store.set("scenarios", list.scenarios ?? []);
  const address = new URLSearchParams(location.search);
  const run = address.get("run");
  const scenario = address.get("scenario");
  store.subscribe("config", (config) => config && remember(store.get("run"), config));
  if (run) {
    store.set("run", run);
    store.set("scenario", store.get("scenarios").some((each) => each.id === scenario) ? (scenario ?? "") : "");
  }
  connect(store);
  if (!run) await newRun(store, scenario ? { scenario } : {});
}

/**
 * Make a run and show it.
 * @param {Store} store
 * @param {{scenario?: string, config?: Config, seed?: number}} what
 * @returns {Promise<boolean>} false when the server refused; the store says why
 */
export async function newRun(store, what) {
  try {
    const answer = await call("/api/runs", { method: "POST", body: JSON.stringify(what) });
    const before = store.get("run");
    showInAddress(answer.id, answer.scenario ?? what.scenario ?? "");
    store.set("run", answer.id);
    store.set("scenario", answer.scenario ?? "");
    store.set("connection", { phase: "connecting", since_ms: performance.now() });
    store.set("remark", null);
    if (before !== null) leave(before);
    changeRun();
    return true;
  } catch (problem) {
    const error = problem instanceof Refusal ? problem.error : { message: "The server does not answer." };
    if (error.code === "compiling") {
      await kernelReady(store);
      return newRun(store, what);
    }
    const limit = error.code === "run_limit";
    if (store.get("connection").phase === "joined") {
      // The run on screen is well; only the new one was refused.
      const title = limit ? "The server is full" : "No new run";
      store.set("remark", { title, text: `${error.message} This run goes on.` });
      store.set("announcement", `${title}. ${error.message}`);
      return false;
    }
    const phase = limit ? "run_limit" : problem instanceof Refusal ? "refused" : "server_gone";
    store.set("connection", { phase, since_ms: performance.now(), error });
    return false;
  }
}

/**
 * The configuration this browser last saw of a run, so a run that is gone can be begun again.
 * @param {string|null} run
 * @returns {Config|null}
 */
export function remembered(run) {
  return readKept().find(([id]) => id === run)?.[1] ?? null;
}

/**
 * Link to this run for someone else.
 * @param {Store} store
 */
export function shareLink(store) {
  const url = new URL(location.href);
  url.search = "";
  url.hash = "";
  url.searchParams.set("run", store.get("run") ?? "");
  return url.href;
}

/**
 * @param {string|null} run
 * @param {Config} config
 */
function remember(run, config) {
  if (!run) return;
  const kept = readKept().filter(([id]) => id !== run);
  if (Array.isArray(config.arrivals?.trace) && config.arrivals.trace.length > 1000) return;
  kept.unshift([run, config]);
  write("configs", kept.slice(0, KEPT_CONFIGS));
}

/** @returns {[string, Config][]} */
function readKept() {
  const kept = read("configs");
  return Array.isArray(kept) ? kept : [];
}

/** @param {string} run @param {string} scenario */
function showInAddress(run, scenario) {
  const url = new URL(location.href);
  url.searchParams.set("run", run);
  if (scenario) url.searchParams.set("scenario", scenario);
  else url.searchParams.delete("scenario");
  history.replaceState(null, "", url);
}

/** Wait until the kernel is compiled; the page says for how long it has been. @param {Store} store */
async function kernelReady(store) {
  for (;;) {
    const began_ms = performance.now();
    const health = await patiently(store, "/healthz");
    if (health.status === "ok") return;
    if (health.status === "failed")
      throw new Error(health.message ?? "The simulator could not be compiled; the server's log says why.");
    store.set("connection", { phase: "compiling", since_ms: began_ms, elapsed_seconds: health.elapsed_seconds });
    await pause(POLL_MS);
  }
}

/**
 * Fetch JSON, again and again until the server answers.
 * @param {Store} store
 * @param {string} path
 */
async function patiently(store, path) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(path);
    } catch (problem) {
      if (problem instanceof Refusal && problem.status < 500) throw problem;
      const phase = attempt < 4 ? "connecting" : "server_gone";
      if (store.get("connection").phase !== phase) {
        store.set("connection", { phase, since_ms: performance.now() });
      }
      await pause(Math.min(4_000, POLL_MS * 2 ** attempt));
    }
  }
}

/**
 * One request; anything but success is thrown as a Refusal.
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
async function call(path, options = {}) {
  const answer = await fetch(path, { headers: { "Content-Type": "application/json" }, ...options });
  const body = await answer.json().catch(() => null);
  if (answer.ok) return body;
  throw new Refusal(answer.status, body?.error ?? { message: `The server answered ${answer.status}.` });
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
