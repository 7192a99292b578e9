/**
 * Keeps `situation` and `stale` in the store up to date: on every change, and twice a second because time passes.
 * While nothing comes it asks the server now and then, so that a run that is gone is not taken for a slow one.
 */

import { retryNow } from "./socket.js";
import { OLD_FIGURES, situationOf } from "./situation.js";

/** @import {Store} from "./store.js" */

const TICK_MS = 500;
const ASK_MS = 4_000;

/** @param {Store} store */
export function watch(store) {
  let asked_ms = -Infinity;
  const look = () => {
    const facts = {
      connection: store.get("connection"),
      status: store.get("status"),
      sample: store.get("sample"),
      sampleAt_ms: store.get("sampleAt_ms"),
    };
    const now = situationOf(facts, performance.now());
    const before = store.get("situation");
    if (
      before.code !== now.code ||
      before.text !== now.text ||
      before.place !== now.place ||
      before.word !== now.word
    ) {
      store.set("situation", now);
    }
    if (now.code === "stale" && performance.now() - asked_ms > ASK_MS) {
      asked_ms = performance.now();
      retryNow();
    }
    store.set("stale", OLD_FIGURES.has(now.code));
    if (before.code !== now.code && now.tone !== "quiet" && now.title)
      store.set("announcement", `${now.title}. ${now.text}`);
    if (before.code !== now.code && now.code === "live" && OLD_FIGURES.has(before.code))
      store.set("announcement", "Live again.");
  };
  store.subscribe(["connection", "status"], look);
  window.setInterval(() => document.hidden || look(), TICK_MS);
  document.addEventListener("visibilitychange", () => document.hidden || setTimeout(look, TICK_MS));
}
