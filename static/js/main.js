/**
 * The page: makes the store, mounts each panel on its place in index.html, and starts the session.
 * Every panel module exports `mount(element, store)`. A panel that fails says so in its place; the others go on.
 */

import { keepSignals } from "./keep.js";
import { announceEdits } from "./edits.js";
import { createStore } from "./store.js";
import { start } from "./session.js";
import { follow as followTheme } from "./theme.js";
import { watch } from "./watch.js";

/** @import {Store} from "./store.js" */
/** @typedef {{mount: (element: HTMLElement, store: Store) => void}} Panel */

/** Place in the page -> module. */
const PANELS = {
  toolbar: "./toolbar.js",
  strip: "./strip.js",
  controls: "./controls.js",
  machine: "./machine.js",
  program: "./program.js",
  charts: "./charts.js",
  notice: "./notice.js",
  "live-table": "./livetable.js",
  announcer: "./announcer.js",
};

const store = createStore();
keepSignals(store);
followTheme(store);
watch(store);
announceEdits(store);

const mounted = Object.entries(PANELS).map(async ([id, module]) => {
  const element = document.getElementById(id);
  if (!element) return;
  try {
    /** @type {Panel} */
    const panel = await import(module);
    panel.mount(element, store);
  } catch (error) {
    console.error(`The panel "${id}" could not start.`, error);
    element.textContent = "This part of the page could not start. Reload; if it stays, the browser's console says why.";
    element.classList.add("panel-failed");
  }
});

import("./keys.js").then((keys) => keys.listen(store)).catch((error) => console.error(error));
Promise.all(mounted)
  .then(() => start(store))
  .catch((error) => {
    console.error(error);
    store.set("connection", {
      phase: "refused",
      since_ms: performance.now(),
      error: { message: String(error.message ?? error) },
    });
  });
