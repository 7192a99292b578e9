/**
 * The machine: a live picture of the pipeline from the network card to the reply.
 *
 * Three layers: a canvas for what stands still (repainted once a view), a canvas for what moves, and HTML for text and
 * for pointing at threads. Geometry is computed when the size or the counts change, never per frame.
 */

import { Gauges, countStates } from "./machine_gauges.js";
import { add } from "./machine_dom.js";
import { Labels, glyphOf } from "./machine_labels.js";
import { layoutMachine, sameShape, wantedHeight, NARROW_BELOW } from "./machine_layout.js";
import { Legend } from "./machine_legend.js";
import { Motion } from "./machine_motion.js";
import { movesBetween, placesOf } from "./machine_packets.js";
import { paintMachine } from "./machine_paint.js";
import { readPalette } from "./machine_palette.js";
import { ThreadPicker } from "./machine_threads.js";
import { describeMachine } from "./machine_words.js";
import { NUMBERS_MS, paced } from "./pace.js";
import { STATES } from "./states.js";

/** @import {Layout, Shape} from "./machine_layout.js" */
/** @import {Palette} from "./machine_palette.js" */
/** @import {Store} from "./store.js" */
/** @import {Sample, Threads, View} from "./wire.js" */

/** Below this speed each packet is shown on its way. */
const PACKETS_BELOW = 0.05;
const DESCRIBE_MS = 2_000;

/** @type {View} */
const NOTHING = {
  run: "",
  simulated_seconds: 0,
  ring: { slots: 256, depth: 0, queues: [0], packets: [] },
  io_threads: noThreads(),
  workers: noThreads(),
  queue: { depth: 0, capacity: 1000, jobs: [], lock: { owner: null, waiters: 0 }, putters_waiting: 0 },
  cores: { count: 0, busy: 0, threads: [], run_queue: 0 },
  backend: { connections: 0, in_use: 0, waiting: 0 },
  totals: { arrivals: 0, completed: 0, dropped_nic: 0, dropped_queue: 0, dropped_oldest: 0 },
  verdict: { code: "", severity: "ok", component: "", sentence: "", figures: {} },
};

/** @returns {Threads} */
function noThreads() {
  return { ids: [], states: "", steps: [], jobs: [], draining: [], wanted: 0 };
}

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  new Machine(element, store);
}

class Machine {
  /**
   * @param {HTMLElement} element
   * @param {Store} store
   */
  constructor(element, store) {
    this.store = store;
    this.root = add(element, "div", "machine");
    this.stage = add(this.root, "div", "m-stage");
    this.still = makeCanvas(this.stage, "m-still");
    this.still.setAttribute("role", "img");
    this.still.setAttribute("aria-label", "The machine: nothing to show yet.");
    const moving = makeCanvas(this.stage, "m-moving");
    moving.setAttribute("aria-hidden", "true");
    this.context = /** @type {CanvasRenderingContext2D} */ (this.still.getContext("2d"));
    const text = add(this.stage, "div", "m-text");
    text.setAttribute("aria-hidden", "true");
    this.labels = new Labels(text);
    this.picker = new ThreadPicker(this.stage, store, () => this.paintSoon());
    this.legend = new Legend(this.root, store);
    this.gauges = new Gauges();
    this.onScreen = true;
    this.motion = new Motion(moving, () => this.mayMove());
    /** @type {Palette} */
    this.palette = readPalette();
    /** @type {Layout|null} */
    this.layout = null;
    /** @type {Shape|null} */
    this.shape = null;
    this.size = { width: 0, height: 0, ratio: 0 };
    /** The last view taken in. @type {View|null} */
    this.taken = null;
    /** @type {ReturnType<typeof placesOf>|null} */
    this.places = null;
    this.generation = -1;
    this.described_ms = -Infinity;
    this.painting = 0;
    this.listen();
  }

  listen() {
    const { store } = this;
    paced(store, ["view", "followed", "highlight", "theme", "programs"], 40, () => this.onView());
    paced(store, ["view", "sample", "language", "stale"], NUMBERS_MS, () => this.writeNumbers());
    store.subscribe("sample", (sample) => this.takeSample(/** @type {Sample|null} */ (sample)));
    store.subscribe("theme", () => {
      this.palette = readPalette();
      this.motion.palette = this.palette;
    });
    store.subscribe("run", () => this.forget());
    store.subscribe("status", () => this.onStatus());
    store.subscribe(["reducedMotion", "stale", "connection"], () => this.onStatus());
    store.subscribe("stale", (stale) => this.root.classList.toggle("is-stale", Boolean(stale)));
    document.addEventListener("visibilitychange", () => this.motion.wake());
    new ResizeObserver(() => this.onResize()).observe(this.stage);
    new IntersectionObserver(([entry]) => {
      this.onScreen = entry.isIntersecting;
      if (this.onScreen) this.paintSoon();
      this.motion.wake();
    }).observe(this.stage);
  }

  mayMove() {
    const { store } = this;
    return !document.hidden && this.onScreen && !store.get("reducedMotion") && !store.get("stale");
  }

  /** Whether packets are shown one by one: in slow motion, and when a paused run is stepped. */
  get slow() {
    const status = this.store.get("status");
    if (!status) return false;
    return status.state !== "running" || (status.speed !== "max" && status.speed < PACKETS_BELOW);
  }

  forget() {
    this.gauges.clear();
    this.legend.clear();
    this.motion.clear();
    this.taken = null;
    this.places = null;
  }

  onStatus() {
    const status = this.store.get("status");
    if (status && status.generation !== this.generation) {
      if (this.generation >= 0) this.forget();
      this.generation = status.generation;
    }
    this.root.classList.toggle("is-paused", status?.state === "paused" || status?.state === "finished");
    this.setRates();
  }

  onResize() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    if (!width || (width === this.size.width && height === this.size.height && ratio === this.size.ratio)) return;
    this.size = { width, height, ratio };
    this.shape = null;
    this.paintSoon();
  }

  paintSoon() {
    if (!this.painting) {
      this.painting = requestAnimationFrame(() => {
        this.painting = 0;
        this.paint();
      });
    }
  }

  /** A new view, or another emphasis. */
  onView() {
    const view = this.store.get("view");
    if (view && view !== this.taken) this.takeView(view);
    if (!this.painting) this.paint();
    this.picker.write();
    const now_ms = performance.now();
    if (view && now_ms - this.described_ms >= DESCRIBE_MS) {
      this.described_ms = now_ms;
      this.still.setAttribute("aria-label", describeMachine(view));
    }
  }

  /** @param {View} view */
  takeView(view) {
    const now = performance.now() / 1000;
    const counts = countStates(view.workers.states);
    for (const { glyph } of STATES) this.gauges.take(`state:${glyph}`, counts.get(glyph) ?? 0, now);
    const before = this.taken;
    this.taken = view;
    const slow = this.slow;
    const forward = before !== null && before.run === view.run && view.simulated_seconds >= before.simulated_seconds;
    if (!slow || !before || !forward || !this.mayMove()) {
      this.places = null;
      return;
    }
    const places = placesOf(view);
    for (const move of movesBetween(before, view, this.places ?? undefined, places)) this.motion.send(move);
    this.places = places;
    const lost = view.totals.dropped_nic - before.totals.dropped_nic;
    for (let at = 0; at < Math.min(lost, 8); at += 1) this.motion.drop("nic");
    this.motion.wake();
  }

  /** @param {Sample|null} sample */
  takeSample(sample) {
    if (!sample) return this.gauges.clear();
    const now = performance.now() / 1000;
    const dropped = sample.dropped_nic_per_second;
    const inside = sample.arrival_rate_per_second - (dropped ?? 0);
    this.gauges.take("in", sample.arrival_rate_per_second, now);
    this.gauges.take("ring_io", inside, now);
    this.gauges.take("io_queue", inside, now);
    this.gauges.take("queue_workers", sample.throughput_per_second, now);
    this.gauges.take("out", sample.throughput_per_second, now);
    this.gauges.take("dropped_nic", dropped, now);
    this.gauges.take("dropped_queue", sample.dropped_queue_per_second, now);
    this.gauges.take("dropped_oldest", sample.dropped_oldest_per_second, now);
    this.gauges.take("io_busy", sample.utilization_io_threads_ratio, now);
    this.gauges.take("workers_busy", sample.utilization_workers_ratio, now);
    this.gauges.take("cores_busy", sample.utilization_cores_ratio, now);
    this.setRates();
  }

  /** Tell the motion how densely things flow; nothing flows while the run is paused. */
  setRates() {
    const { gauges, motion, store } = this;
    const status = store.get("status");
    const running = status?.state === "running" && !this.slow;
    const rate = (/** @type {string} */ name) => (running ? (gauges.get(name) ?? 0) : 0);
    motion.rates = {
      in: rate("in"),
      ring_io: rate("ring_io"),
      io_queue: rate("io_queue"),
      queue_workers: rate("queue_workers"),
      out: rate("out"),
    };
    const falling = (/** @type {number} */ perSecond) => (perSecond < 0.05 ? 0 : Math.min(14, 1.5 + 3 * Math.log10(1 + perSecond)));
    motion.dropRates = { nic: falling(rate("dropped_nic")), queue: falling(rate("dropped_queue") + rate("dropped_oldest")) };
    const speed = status && status.speed !== "max" ? status.speed : 100;
    motion.pixelsPerSecond = Math.max(40, Math.min(110, 58 + 16 * Math.log10(Math.max(0.05, speed))));
    motion.wake();
  }

  writeNumbers() {
    const view = this.store.get("view");
    this.labels.write(view, this.gauges);
    this.legend.write(view ?? NOTHING, this.gauges, this.slow);
  }

  paint() {
    const { width, height, ratio } = this.size;
    if (!width || document.hidden || !this.onScreen) return;
    const view = this.store.get("view") ?? NOTHING;
    this.arrange(view, width, height, ratio);
    if (!this.layout) return;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paintMachine(this.context, this.layout, view, this.palette, {
      followed: this.store.get("followed"),
      pointed: this.picker.pointed,
      highlight: this.store.get("highlight"),
      glyphOf,
    });
  }

  /**
   * Compute the geometry anew if what it depends on changed.
   * @param {View} view
   * @param {number} width
   * @param {number} height
   * @param {number} ratio
   */
  arrange(view, width, height, ratio) {
    /** @type {Shape} */
    const shape = {
      width,
      height,
      rings: Math.max(1, view.ring.queues.length),
      io: Math.max(view.io_threads.ids.length, view.io_threads.wanted),
      workers: Math.max(view.workers.ids.length, view.workers.wanted),
      capacity: view.queue.capacity,
      cores: view.cores.count,
      connections: view.backend.connections,
    };
    if (this.layout && sameShape(this.shape, shape)) return;
    this.shape = shape;
    this.layout = layoutMachine(shape);
    const tall = width < NARROW_BELOW ? `${Math.max(wantedHeight(width), this.layout.height)}px` : "";
    if (this.stage.style.height !== tall) this.stage.style.height = tall;
    for (const canvas of [this.still, this.motion.canvas]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(this.layout.height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${this.layout.height}px`;
    }
    this.motion.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.motion.layout = this.layout;
    this.motion.palette = this.palette;
    this.motion.packets.clear();
    this.labels.place(this.layout);
    this.picker.place(this.layout);
    this.motion.wake();
  }
}

/** @param {HTMLElement} parent @param {string} name */
function makeCanvas(parent, name) {
  const canvas = document.createElement("canvas");
  canvas.className = name;
  parent.append(canvas);
  return canvas;
}
