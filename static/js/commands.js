/** What a button and a key can both do. */

import { control } from "./socket.js";
import { newRun } from "./session.js";
import { nextSpeed } from "./speeds.js";
import { speed as speedText } from "./units.js";

/** @import {Store} from "./store.js" */
/** @import {Config} from "./wire.js" */

/**
 * @param {Store} store
 * @param {Parameters<typeof control>} order
 */
async function tell(store, ...order) {
  const answer = await control(...order);
  if (!answer.ok) store.set("announcement", answer.error.message);
  return answer;
}

/** Pause when it runs, else play. @param {Store} store */
export function playOrPause(store) {
  return tell(store, store.get("status")?.state === "running" ? "pause" : "play");
}

/** Let the next thing happen, then stand still. @param {Store} store */
export function step(store) {
  return tell(store, "step");
}

/** Begin this run anew, with the settings as they are. @param {Store} store */
export async function reset(store) {
  const answer = await tell(store, "reset");
  if (answer.ok) store.set("announcement", "The run begins anew.");
}

/** @param {Store} store @param {number|"max"} value */
export async function setSpeed(store, value) {
  const answer = await tell(store, "speed", value);
  if (answer.ok) store.set("announcement", `Speed ${speedText(value)}.`);
}

/** @param {Store} store @param {number} direction */
export function changeSpeed(store, direction) {
  return setSpeed(store, nextSpeed(store.get("status")?.speed ?? 1, direction));
}

/** @param {Store} store @param {string} scenario */
export function startScenario(store, scenario) {
  return newRun(store, { scenario });
}

/**
 * A new run with a configuration as it stands, say one from a file.
 * @param {Store} store
 * @param {Config} config
 */
export function startWith(store, config) {
  const scenario = store.get("scenario");
  return newRun(store, scenario ? { scenario, config } : { config });
}

/** Let the person choose a configuration file, and start a run with it. @param {Store} store */
export function openConfiguration(store) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".json,application/json";
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    try {
      await newRun(store, { config: JSON.parse(await file.text()) });
    } catch {
      const text = `${file.name} is not a configuration: it is not JSON.`;
      store.set("remark", { title: "No new run", text });
      store.set("announcement", text);
    }
  });
  input.click();
}
