/**
 * The key of the machine: each state seen so far with its letter, colour, word and how many threads are in it, and a
 * bar of the workers' states. With hundreds of workers this tells what single cells no longer can. Pointing at an
 * entry, or pressing it, emphasises its threads.
 */

import { apportion, countStates } from "./machine_gauges.js";
import { add } from "./machine_dom.js";
import { setText } from "./dom.js";
import { BY_NAME, STACK_ORDER } from "./states.js";
import { count } from "./units.js";

/** @import {Gauges} from "./machine_gauges.js" */
/** @import {State} from "./states.js" */
/** @import {Store} from "./store.js" */
/** @import {View} from "./wire.js" */

/** @typedef {{state: State, root: HTMLButtonElement, workers: HTMLElement, io: HTMLElement, bar: HTMLElement, width: number}} Entry */

export class Legend {
  /**
   * @param {HTMLElement} parent
   * @param {Store} store
   */
  constructor(parent, store) {
    this.store = store;
    const root = add(parent, "div", "m-legend");
    this.bar = add(root, "div", "m-bar");
    this.bar.setAttribute("aria-hidden", "true");
    this.list = add(root, "ul", "m-key");
    this.list.setAttribute("aria-label", "Worker states");
    /** @type {Entry[]} */
    this.entries = [];
    /** State whose threads stay emphasised. @type {string|null} */
    this.pinned = null;
    this.clear();
  }

  /** Begin anew: another run. */
  clear() {
    this.list.replaceChildren();
    this.bar.replaceChildren();
    this.entries = STACK_ORDER.flatMap((name) => {
      const state = BY_NAME.get(name);
      return state ? [this.make(state)] : [];
    });
  }

  /** @param {State} state @returns {Entry} */
  make(state) {
    const item = add(this.list, "li", "m-entry");
    const root = document.createElement("button");
    root.type = "button";
    root.className = "m-state";
    root.title = state.help;
    root.setAttribute("aria-pressed", "false");
    item.append(root);
    item.hidden = true;
    const swatch = add(root, "span", "state-swatch");
    swatch.dataset.state = state.name;
    swatch.textContent = state.glyph;
    const workers = add(root, "b", "m-count");
    add(root, "span", "m-label").textContent = state.label;
    const io = add(root, "span", "m-io");
    const bar = add(this.bar, "i", "m-share");
    bar.dataset.state = state.name;
    root.addEventListener("pointerenter", () => this.emphasise(state.name));
    root.addEventListener("pointerleave", () => this.emphasise(this.pinned));
    root.addEventListener("click", () => this.pin(this.pinned === state.name ? null : state.name));
    return { state, root, workers, io, bar, width: -1 };
  }

  /** @param {string|null} name */
  pin(name) {
    this.pinned = name;
    for (const { state, root } of this.entries) root.setAttribute("aria-pressed", String(state.name === name));
    this.emphasise(name);
  }

  /** @param {string|null} name */
  emphasise(name) {
    this.store.set("highlight", name ? { kind: "workers", state: name } : null);
  }

  /**
   * @param {View} view
   * @param {Gauges} gauges holding the smoothed count of each state as `state:<glyph>`
   * @param {boolean} exact in slow motion and while paused the counts match the cells
   */
  write(view, gauges, exact) {
    const workers = countStates(view.workers.states);
    const io = countStates(view.io_threads.states);
    const living = view.workers.ids.length;
    const smooth = this.entries.map(({ state }) => gauges.get(`state:${state.glyph}`) ?? 0);
    const shown = exact ? this.entries.map(({ state }) => workers.get(state.glyph) ?? 0) : apportion(smooth, living);
    const all = smooth.reduce((sum, part) => sum + part, 0);
    this.entries.forEach((entry, index) => {
      const { glyph } = entry.state;
      const item = /** @type {HTMLElement} */ (entry.root.parentElement);
      if (item.hidden && (workers.has(glyph) || io.has(glyph))) item.hidden = false;
      setText(entry.workers, count(shown[index]));
      setText(entry.io, io.has(glyph) ? `+${io.get(glyph)} I/O` : "");
      const width = all > 0 ? Math.round(((exact ? shown[index] / Math.max(1, living) : smooth[index] / all)) * 1000) / 10 : 0;
      if (width !== entry.width) entry.bar.style.width = `${(entry.width = width)}%`;
    });
  }
}
