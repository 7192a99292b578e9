/**
 * Pointing at threads and following them: by pointer (hover tells, click follows) and by keyboard. Each pool is one
 * stop of the Tab key; arrow keys go from thread to thread, Enter follows, Escape ends it. To a screen reader a pool is
 * a list of which only the thread pointed at exists as an element, so 4000 threads cost nothing.
 */

import { add } from "./machine_dom.js";
import { setText } from "./dom.js";
import { cellAt, cellUnder } from "./machine_grid.js";
import { threadLines } from "./machine_words.js";
import { follow } from "./socket.js";

/** @import {Grid} from "./machine_grid.js" */
/** @import {Layout} from "./machine_layout.js" */
/** @import {Store} from "./store.js" */
/** @import {ThreadKind} from "./wire.js" */

/** @typedef {{kind: ThreadKind, list: HTMLElement, option: HTMLElement}} Pool */

export class ThreadPicker {
  /**
   * @param {HTMLElement} stage
   * @param {Store} store
   * @param {() => void} changed called when another thread is pointed at
   */
  constructor(stage, store, changed) {
    this.stage = stage;
    this.store = store;
    this.changed = changed;
    /** Id of the thread pointed at. @type {number|null} */
    this.pointed = null;
    /** @type {ThreadKind} */
    this.pointedKind = "workers";
    /** @type {Layout|null} */
    this.layout = null;
    this.pools = [this.makePool("io_threads", "I/O threads"), this.makePool("workers", "Workers")];
    this.tip = add(stage, "div", "m-tip");
    this.tip.setAttribute("aria-hidden", "true");
    this.tip.hidden = true;
  }

  /** @param {ThreadKind} kind @param {string} label @returns {Pool} */
  makePool(kind, label) {
    const list = add(this.stage, "div", "m-pool");
    list.tabIndex = 0;
    list.dataset.pool = kind;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", `${label}: arrow keys choose, Enter follows`);
    const option = add(list, "div", "m-unseen");
    option.id = `machine-option-${kind}`;
    option.setAttribute("role", "option");
    const pool = { kind, list, option };
    list.addEventListener("pointermove", (event) => this.onPointer(pool, event));
    list.addEventListener("pointerleave", () => this.point(kind, null));
    list.addEventListener("click", (event) => this.onClick(pool, event));
    list.addEventListener("focus", () => this.onFocus(pool));
    list.addEventListener("blur", () => this.point(kind, null));
    list.addEventListener("keydown", (event) => this.onKey(pool, event));
    return pool;
  }

  /** @param {Layout} layout */
  place(layout) {
    this.layout = layout;
    for (const { kind, list } of this.pools) {
      const grid = this.gridOf(kind);
      list.style.transform = `translate(${grid.x - 3}px, ${grid.y - 3}px)`;
      list.style.width = `${grid.width + 6}px`;
      list.style.height = `${grid.height + 6}px`;
    }
  }

  /** @param {ThreadKind} kind @returns {Grid} */
  gridOf(kind) {
    const layout = /** @type {Layout} */ (this.layout);
    return kind === "workers" ? layout.workers : layout.io;
  }

  /** @param {ThreadKind} kind @returns {number[]} */
  ids(kind) {
    return this.store.get("view")?.[kind].ids ?? [];
  }

  /** @param {Pool} pool @param {MouseEvent} event @returns {number|null} id of the thread under the pointer */
  under(pool, event) {
    if (!this.layout) return null;
    const box = this.stage.getBoundingClientRect();
    const index = cellUnder(this.gridOf(pool.kind), event.clientX - box.left, event.clientY - box.top);
    return this.ids(pool.kind)[index] ?? null;
  }

  /** @param {Pool} pool @param {PointerEvent} event */
  onPointer(pool, event) {
    if (event.pointerType !== "touch") this.point(pool.kind, this.under(pool, event));
  }

  /** @param {Pool} pool @param {MouseEvent} event */
  onClick(pool, event) {
    const id = this.under(pool, event);
    if (id !== null) this.toggle(pool.kind, id);
  }

  /** @param {Pool} pool */
  onFocus(pool) {
    if (!pool.list.matches(":focus-visible")) return;
    const ids = this.ids(pool.kind);
    const followed = this.store.get("followed");
    const start = followed !== null && ids.includes(followed) ? followed : ids[0];
    if (start !== undefined) this.point(pool.kind, start);
  }

  /** @param {Pool} pool @param {KeyboardEvent} event */
  onKey(pool, event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (this.store.get("followed") !== null) void follow(null);
      else this.point(pool.kind, null);
    } else if (event.key === "Enter") {
      if (this.pointed !== null) this.toggle(pool.kind, this.pointed);
    } else if (!this.step(pool.kind, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * Go to another thread; if one is being followed, the eye goes along.
   * @param {ThreadKind} kind
   * @param {string} key
   * @returns {boolean} whether the key means anything here
   */
  step(kind, key) {
    const ids = this.ids(kind);
    const { cols, rows } = this.gridOf(kind);
    const page = cols * Math.max(1, Math.floor(rows / 4));
    const from = this.pointed === null ? -1 : ids.indexOf(this.pointed);
    /** @type {{[key: string]: number}} */
    const targets = {
      ArrowRight: from + 1, ArrowLeft: from - 1, ArrowDown: from + cols, ArrowUp: from - cols,
      PageDown: from + page, PageUp: from - page, Home: 0, End: ids.length - 1,
    };
    if (!(key in targets)) return false;
    const target = Math.max(0, Math.min(ids.length - 1, targets[key]));
    const id = ids[target];
    if (id === undefined) return true;
    this.point(kind, id);
    if (this.store.get("followed") !== null) void follow(id);
    return true;
  }

  /** @param {ThreadKind} kind @param {number} id */
  toggle(kind, id) {
    if (this.store.get("followed") === id) return void follow(null);
    this.store.set("programKind", kind);
    void follow(id);
  }

  /** @param {ThreadKind} kind @param {number|null} id */
  point(kind, id) {
    if (this.pointed === id && this.pointedKind === kind) return;
    this.pointed = id;
    this.pointedKind = kind;
    this.write();
    this.changed();
  }

  /** Bring the tip and the screen reader's option up to the newest view. */
  write() {
    const view = this.store.get("view");
    for (const { kind, list, option } of this.pools) {
      const ids = this.ids(kind);
      const at = kind === this.pointedKind && this.pointed !== null ? ids.indexOf(this.pointed) : -1;
      if (at < 0 || !view) {
        list.removeAttribute("aria-activedescendant");
        setText(option, ids.length ? `${ids.length} threads` : "no threads");
        continue;
      }
      list.setAttribute("aria-activedescendant", option.id);
      option.setAttribute("aria-posinset", String(at + 1));
      option.setAttribute("aria-setsize", String(ids.length));
      option.setAttribute("aria-selected", String(this.store.get("followed") === ids[at]));
      setText(option, threadLines(view, kind, at, this.store.get("programs")).join(", "));
    }
    this.writeTip();
  }

  writeTip() {
    const view = this.store.get("view");
    const { layout, tip } = this;
    const at = this.pointed === null ? -1 : this.ids(this.pointedKind).indexOf(this.pointed);
    const grid = layout ? this.gridOf(this.pointedKind) : null;
    tip.hidden = at < 0 || !view || !grid || at >= grid.count;
    if (tip.hidden || !view || !grid || !layout) return;
    const lines = threadLines(view, this.pointedKind, at, this.store.get("programs"));
    while (tip.childElementCount > lines.length) tip.lastElementChild?.remove();
    while (tip.childElementCount < lines.length) add(tip, "div", "");
    lines.forEach((line, index) => setText(/** @type {HTMLElement} */ (tip.children[index]), line));
    const { x, y } = cellAt(grid, at);
    const left = x + grid.cell + 8;
    const flip = left + 210 > layout.width;
    tip.style.transform = `translate(${Math.round(flip ? x - 8 : left)}px, ${Math.round(y)}px)${flip ? " translateX(-100%)" : ""}`;
  }
}
