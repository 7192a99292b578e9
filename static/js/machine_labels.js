/**
 * The text of the machine: HTML over the canvas, so it is crisp, themed and scales with the reader's type. Elements
 * are made once and moved by layout; a text is written only when it changed, at most four times a second.
 */

import { add } from "./machine_dom.js";
import { setText } from "./dom.js";
import { poolSize } from "./machine_words.js";
import { BY_GLYPH } from "./states.js";
import { count, percent, rate } from "./units.js";

/** @import {Gauges} from "./machine_gauges.js" */
/** @import {ArrowName, BlockName, Layout} from "./machine_layout.js" */
/** @import {View} from "./wire.js" */

/** @type {Record<BlockName, string>} */
const TITLES = {
  ring: "NIC ring",
  io: "I/O threads",
  queue: "Job queue",
  workers: "Workers",
  cores: "Cores",
  backend: "Backend",
};
/** @type {Record<ArrowName, string>} */
const ARROW_WORDS = { in: "offered", ring_io: "", io_queue: "", queue_workers: "", out: "done" };

/** @typedef {{root: HTMLElement, figure: HTMLElement, notes: [HTMLElement, HTMLElement], below: HTMLElement}} BlockText */

export class Labels {
  /** @param {HTMLElement} layer */
  constructor(layer) {
    const blocks = /** @type {BlockName[]} */ (Object.keys(TITLES)).map((name) => [name, makeBlock(layer, name)]);
    /** @type {Record<BlockName, BlockText>} */
    this.blocks = Object.fromEntries(blocks);
    const arrows = /** @type {ArrowName[]} */ (Object.keys(ARROW_WORDS)).map((name) => [name, makeArrow(layer, name)]);
    /** @type {Record<ArrowName, {root: HTMLElement, rate: HTMLElement}>} */
    this.arrows = Object.fromEntries(arrows);
    this.percent = add(layer, "div", "m-centre");
  }

  /** @param {Layout} layout */
  place(layout) {
    for (const name of /** @type {BlockName[]} */ (Object.keys(TITLES))) {
      const { title, note } = layout.blocks[name];
      const { root, below } = this.blocks[name];
      const isStrip = name === "cores" || name === "backend";
      const spill = isStrip || layout.narrow ? 0 : 26;
      move(root, title.x - spill, title.y, title.width + 2 * spill);
      move(below, note.x - spill, note.y, note.width + 2 * spill);
      root.classList.toggle("m-left", isStrip || layout.narrow || name === "workers");
      below.classList.toggle("m-left", layout.narrow || name === "workers");
      if (name === "workers" && !layout.narrow) {
        move(root, title.x, title.y, title.width + 60);
        move(below, note.x, note.y, note.width + 60);
      }
    }
    for (const name of /** @type {ArrowName[]} */ (Object.keys(ARROW_WORDS))) {
      const points = layout.arrows[name];
      const [from, to] = [points[0], points[points.length - 1]];
      const { root } = this.arrows[name];
      const upright = Math.abs(to.y - from.y) > Math.abs(to.x - from.x);
      root.classList.toggle("m-upright", upright);
      if (upright) move(root, from.x + 10, (from.y + to.y) / 2 - 9, 110);
      else move(root, (from.x + to.x) / 2 - 45, from.y - 22, 90);
    }
    const [ring] = layout.rings;
    const inside = layout.rings.length === 1 && ring.radius - ring.thickness > 20;
    this.percent.hidden = !inside;
    if (inside) move(this.percent, ring.centre.x - ring.radius, ring.centre.y - 11, 2 * ring.radius);
  }

  /**
   * @param {View|null} view null: nothing is known yet
   * @param {Gauges} gauges
   */
  write(view, gauges) {
    for (const name of /** @type {ArrowName[]} */ (Object.keys(ARROW_WORDS))) setText(this.arrows[name].rate, rate(gauges.get(name)));
    if (!view) return this.writeNothing();
    this.writeFlow(view, gauges);
    this.writeStrips(view, gauges);
  }

  writeNothing() {
    for (const { figure, notes, below } of Object.values(this.blocks)) {
      setText(figure, "–");
      notes.forEach((note) => setText(note, ""));
      below.dataset.tone = "";
    }
    setText(this.percent, "");
  }

  /**
   * @param {View} view
   * @param {Gauges} gauges
   */
  writeFlow(view, gauges) {
    const { ring, queue } = view;
    const rings = Math.max(1, ring.queues.length);
    const slots = ring.slots * rings;
    const share = slots ? ring.depth / slots : 0;
    setText(this.blocks.ring.figure, `${count(ring.depth)} / ${rings > 1 ? `${rings} × ` : ""}${count(ring.slots)}`);
    tone(this.blocks.ring.figure, share);
    setText(this.percent, percent(share));
    tone(this.percent, share);
    drops(this.blocks.ring.notes[0], gauges.get("dropped_nic"), "dropped: ring full", view.totals.dropped_nic);

    const blocked = [...view.io_threads.states].filter((glyph) => glyph === "W").length || queue.putters_waiting;
    setText(this.blocks.io.figure, `${poolSize(view.io_threads)} · ${percent(gauges.get("io_busy"))} busy`);
    setText(this.blocks.io.notes[0], blocked ? `${blocked} blocked: queue full` : "");
    this.blocks.io.notes[0].dataset.tone = blocked ? "watch" : "";

    const full = queue.capacity ? queue.depth / queue.capacity : 0;
    setText(this.blocks.queue.figure, `${count(queue.depth)} / ${count(queue.capacity)}`);
    tone(this.blocks.queue.figure, full);
    const evicted = (gauges.get("dropped_oldest") ?? 0) > (gauges.get("dropped_queue") ?? 0);
    const why = evicted ? "pushed out: queue full" : "rejected: queue full";
    const total = view.totals.dropped_queue + view.totals.dropped_oldest;
    drops(this.blocks.queue.notes[0], (gauges.get("dropped_queue") ?? 0) + (gauges.get("dropped_oldest") ?? 0), why, total);
    const { owner, waiters } = queue.lock;
    const holder = owner === null ? "lock free" : `lock: ${this.ownerName(view, owner)}`;
    setText(this.blocks.queue.notes[1], waiters ? `${holder} · ${count(waiters)} waiting` : holder);
    this.blocks.queue.notes[1].dataset.tone = waiters > 2 ? "watch" : "";

    setText(this.blocks.workers.figure, `${poolSize(view.workers)} · ${percent(gauges.get("workers_busy"))} busy`);
  }

  /** @param {View} view @param {number} owner */
  ownerName(view, owner) {
    return `${view.io_threads.ids.includes(owner) ? "i" : "w"}${owner}`;
  }

  /**
   * @param {View} view
   * @param {Gauges} gauges
   */
  writeStrips(view, gauges) {
    const { cores, backend } = view;
    const busy = percent(gauges.get("cores_busy"));
    setText(this.blocks.cores.figure, cores.count ? `${count(cores.count)} · ${busy} busy` : `${count(cores.busy)} busy`);
    setText(this.blocks.cores.notes[0], coresNote(view));
    this.blocks.cores.notes[0].dataset.tone = cores.run_queue > Math.max(1, cores.count) ? "watch" : "";
    const limit = backend.connections;
    setText(this.blocks.backend.figure, limit ? `${count(backend.in_use)} / ${count(limit)} connections` : `${count(backend.in_use)} calls, no limit`);
    setText(this.blocks.backend.notes[0], backend.waiting ? `${count(backend.waiting)} waiting for one` : "");
    this.blocks.backend.notes[0].dataset.tone = backend.waiting ? "watch" : "";
  }
}

/** @param {View} view */
function coresNote({ cores }) {
  if (!cores.count) return "one for every thread";
  return cores.run_queue ? `${count(cores.run_queue)} waiting for one` : "none waiting";
}

/** @param {HTMLElement} layer @param {BlockName} name @returns {BlockText} */
function makeBlock(layer, name) {
  const root = add(layer, "div", "m-block");
  add(root, "div", "m-title").textContent = TITLES[name];
  const figure = add(root, "div", "m-figure");
  const below = add(layer, "div", "m-below");
  const home = name === "cores" || name === "backend" ? root : below;
  const notes = /** @type {[HTMLElement, HTMLElement]} */ ([add(home, "div", "m-note"), add(home, "div", "m-note")]);
  root.dataset.block = name;
  below.dataset.block = name;
  return { root, figure, notes, below };
}

/** @param {HTMLElement} layer @param {ArrowName} name */
function makeArrow(layer, name) {
  const root = add(layer, "div", "m-arrow");
  root.dataset.arrow = name;
  const text = add(root, "span", "m-rate");
  if (ARROW_WORDS[name]) add(root, "span", "m-word").textContent = ARROW_WORDS[name];
  return { root, rate: text };
}

/** @param {HTMLElement} element @param {number} x @param {number} y @param {number} width */
function move(element, x, y, width) {
  element.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  element.style.width = `${Math.round(width)}px`;
}

/** @param {HTMLElement} element @param {number} share */
function tone(element, share) {
  const name = share > 0.9 ? "bad" : share > 0.5 ? "watch" : "";
  if (element.dataset.tone !== name) element.dataset.tone = name;
}

/**
 * @param {HTMLElement} note
 * @param {number|null} perSecond
 * @param {string} why
 * @param {number} total
 */
function drops(note, perSecond, why, total) {
  const now = (perSecond ?? 0) >= 0.05;
  setText(note, now ? `${rate(perSecond)} ${why}` : total > 0 ? `${count(total)} dropped earlier` : "no drops");
  note.dataset.tone = now ? "bad" : "";
}

/** Letter of a state. @param {string} name */
export function glyphOf(name) {
  for (const [glyph, state] of BY_GLYPH) if (state.name === name) return glyph;
  return "";
}
