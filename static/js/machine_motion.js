/**
 * What moves, on a canvas of its own: below about 0.05x each packet on its way, above it dots along the arrows whose
 * density follows the rate; dropped packets fall where they are dropped. Frames are asked for only while something
 * moves and can be seen; every list here is bounded.
 */

import { cellCentre, tankCell } from "./machine_grid.js";
import { arrowsOf } from "./machine_packets.js";

/** @import {ArrowName, Layout, Point} from "./machine_layout.js" */
/** @import {Move, Place} from "./machine_packets.js" */
/** @import {Palette} from "./machine_palette.js" */

/** A packet on its way: it goes through `path`, then it is at rest and forgotten here. */
/** @typedef {{job: number, x: number, y: number, path: Point[], pace: number, falls: boolean}} Packet */
/** @typedef {{x: number, y: number, speed: number, age: number, drift: number}} Drop */

const MOST_PACKETS = 400;
const MOST_DROPS = 80;
const MOST_NUMBERED = 40;
const FALL_SECONDS = 0.75;
const FRAME_MS = 30;

export class Motion {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {() => boolean} maySeeAndMove false: the page is hidden, paused, or less motion is wanted
   */
  constructor(canvas, maySeeAndMove) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.mayMove = maySeeAndMove;
    /** @type {Layout|null} */
    this.layout = null;
    /** @type {Palette|null} */
    this.palette = null;
    /** @type {Map<number, Packet>} */
    this.packets = new Map();
    /** @type {Drop[]} */
    this.drops = [];
    /** Dots a second on each arrow's way; empty: no flow lines. @type {Partial<Record<ArrowName, number>>} */
    this.rates = {};
    /** Drops a second to show falling. */
    this.dropRates = { nic: 0, queue: 0 };
    this.owed = { nic: 0, queue: 0 };
    this.pixelsPerSecond = 60;
    this.phase = 0;
    this.frame = 0;
    this.painted_ms = 0;
    this.clean = true;
    this.onFrame = this.onFrame.bind(this);
  }

  /** Forget everything under way. */
  clear() {
    this.packets.clear();
    this.drops.length = 0;
    this.rates = {};
    this.dropRates = { nic: 0, queue: 0 };
    this.wake();
  }

  /** Something may have to move from now on. */
  wake() {
    if (!this.frame && (this.mayMove() ? this.busy() : !this.clean)) this.frame = requestAnimationFrame(this.onFrame);
  }

  /** Anything to move? */
  busy() {
    return this.packets.size > 0 || this.drops.length > 0 || this.flowing() || this.dropRates.nic > 0 || this.dropRates.queue > 0;
  }

  flowing() {
    return Object.values(this.rates).some((rate) => rate > 0);
  }

  /** @param {number} now_ms */
  onFrame(now_ms) {
    this.frame = 0;
    const { context, layout, palette } = this;
    if (!layout || !palette) return;
    if (!this.mayMove() || !this.busy()) {
      context.clearRect(0, 0, layout.width, layout.height);
      this.clean = true;
      if (!this.mayMove()) {
        this.packets.clear();
        this.drops.length = 0;
      }
      this.painted_ms = 0;
      return;
    }
    const passed_ms = this.painted_ms ? now_ms - this.painted_ms : FRAME_MS;
    if (this.packets.size || passed_ms >= FRAME_MS - 2) {
      this.painted_ms = now_ms;
      this.advance(Math.min(0.1, passed_ms / 1000));
      this.paint(context, layout, palette);
    }
    this.frame = requestAnimationFrame(this.onFrame);
  }

  /** @param {number} seconds */
  advance(seconds) {
    this.phase += this.pixelsPerSecond * seconds;
    for (const packet of this.packets.values()) if (go(packet, seconds)) this.arrive(packet);
    for (const drop of this.drops) {
      drop.age += seconds;
      drop.speed += 260 * seconds;
      drop.y += drop.speed * seconds;
      drop.x += drop.drift * seconds;
    }
    this.drops = this.drops.filter((drop) => drop.age < FALL_SECONDS);
    for (const place of /** @type {const} */ (["nic", "queue"])) {
      this.owed[place] = Math.min(4, this.owed[place] + this.dropRates[place] * seconds);
      while (this.owed[place] >= 1) {
        this.owed[place] -= 1;
        this.drop(place);
      }
    }
  }

  /** @param {Packet} packet */
  arrive(packet) {
    this.packets.delete(packet.job);
    if (packet.falls) this.fallFrom({ x: packet.x, y: packet.y });
  }

  /**
   * Let one packet fall.
   * @param {"nic"|"queue"} place
   */
  drop(place) {
    if (this.layout) this.fallFrom(this.layout.drops[place]);
  }

  /** @param {Point} point */
  fallFrom({ x, y }) {
    if (this.drops.length >= MOST_DROPS) this.drops.shift();
    const side = this.drops.length % 2 ? 1 : -1;
    this.drops.push({ x: x + side * 3, y, speed: 14, age: 0, drift: side * 10 });
  }

  /**
   * A packet moves on; one that is still under way goes on from where it is.
   * @param {Move} move
   */
  send(move) {
    const { layout } = this;
    if (!layout) return;
    const known = this.packets.get(move.job);
    if (!known && this.packets.size >= MOST_PACKETS) return;
    const start = known ?? startOf(move, layout);
    const path = known ? known.path : [];
    for (const arrow of arrowsOf(move)) path.push(...layout.arrows[arrow]);
    const falls = move.ending === "rejected" || move.ending === "evicted";
    if (move.to) path.push(pointOf(move.to, layout));
    else if (falls) path.push(layout.drops.queue);
    if (!path.length) return;
    const length = path.reduce((sum, point, index) => sum + distance(index ? path[index - 1] : start, point), 0);
    const pace = Math.max(220, length / 0.45);
    this.packets.set(move.job, { job: move.job, x: start.x, y: start.y, path, pace, falls });
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {Palette} palette
   */
  paint(context, layout, palette) {
    context.clearRect(0, 0, layout.width, layout.height);
    this.clean = false;
    if (this.flowing()) this.paintFlow(context, layout, palette);
    context.fillStyle = palette.text;
    for (const { x, y } of this.packets.values()) {
      context.beginPath();
      context.arc(x, y, 4.5, 0, 7);
      context.fill();
    }
    if (this.packets.size && this.packets.size <= MOST_NUMBERED) this.paintNumbers(context, palette);
    context.fillStyle = palette.bad;
    for (const drop of this.drops) {
      context.globalAlpha = Math.max(0, 1 - drop.age / FALL_SECONDS);
      context.fillRect(drop.x - 2.5, drop.y - 2.5, 5, 5);
    }
    context.globalAlpha = 1;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Palette} palette
   */
  paintNumbers(context, palette) {
    context.font = `12px ${palette.font}`;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.lineWidth = 3;
    context.strokeStyle = palette.background;
    for (const { job, x, y } of this.packets.values()) {
      context.strokeText(String(job), x, y - 6);
      context.fillText(String(job), x, y - 6);
    }
  }

  /**
   * Dots along the arrows: a dashed line with round ends and dashes of no length.
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {Palette} palette
   */
  paintFlow(context, layout, palette) {
    context.lineCap = "round";
    context.strokeStyle = palette.text;
    context.lineWidth = 4;
    for (const [name, points] of /** @type {[ArrowName, Point[]][]} */ (Object.entries(layout.arrows))) {
      const spacing = spacingOf(this.rates[name] ?? 0);
      if (!spacing) continue;
      context.setLineDash([0, spacing]);
      context.lineDashOffset = -(this.phase % spacing);
      context.beginPath();
      points.forEach(({ x, y }, index) => {
        if (index) context.lineTo(Math.round(x) + 0.5, Math.round(y) + 0.5);
        else context.moveTo(Math.round(x) + 0.5, Math.round(y) + 0.5);
      });
      context.stroke();
    }
    context.setLineDash([]);
    context.lineCap = "butt";
  }
}

/**
 * Pixels between two dots at this rate: from far apart at a few a second to nearly touching at 100,000.
 * @param {number} perSecond
 * @returns {number} 0: no dots
 */
export function spacingOf(perSecond) {
  if (!(perSecond > 0.05)) return 0;
  return Math.round(Math.max(6, Math.min(46, 46 - 8 * Math.log10(1 + perSecond))));
}

/**
 * Move a packet along its path; true when it is there.
 * @param {Packet} packet
 * @param {number} seconds
 */
function go(packet, seconds) {
  let left = packet.pace * seconds;
  while (packet.path.length) {
    const [next] = packet.path;
    const away = distance(packet, next);
    if (away > left) {
      packet.x += ((next.x - packet.x) * left) / away;
      packet.y += ((next.y - packet.y) * left) / away;
      return false;
    }
    left -= away;
    packet.x = next.x;
    packet.y = next.y;
    packet.path.shift();
  }
  return true;
}

/** @param {Point} one @param {Point} other */
function distance(one, other) {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** @param {Move} move @param {Layout} layout @returns {Point} */
function startOf(move, layout) {
  return move.from ? pointOf(move.from, layout) : layout.arrows.in[0];
}

/** @param {Place} place @param {Layout} layout @returns {Point} */
function pointOf({ stage, index }, layout) {
  if (stage === "io") return cellCentre(layout.io, Math.min(index, Math.max(0, layout.io.count - 1)));
  if (stage === "workers") return cellCentre(layout.workers, Math.min(index, Math.max(0, layout.workers.count - 1)));
  if (stage === "queue") {
    const { x, y } = tankCell(layout.tank, index);
    return { x: x + layout.tank.grid.cell / 2, y: y + layout.tank.grid.cell / 2 };
  }
  const { centre, radius, thickness } = layout.rings[0];
  const angle = -Math.PI / 2 + Math.min(6, ((index + 0.5) * 5) / radius);
  const middle = radius - thickness / 2;
  return { x: centre.x + middle * Math.cos(angle), y: centre.y + middle * Math.sin(angle) };
}
