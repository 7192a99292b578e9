/**
 * Where everything of the machine stands: boxes, grids and arrows for a given width. Pure geometry, no drawing.
 *
 * Wide: ring -> I/O threads -> queue -> workers in one line, cores and backend below. Narrow (a phone): the same
 * order from top to bottom. Both answer the same shape, so painting and motion know no difference.
 */

import { fitGrid, fitTank } from "./machine_grid.js";

/** @import {Box, Grid, Tank} from "./machine_grid.js" */

/** @typedef {{x: number, y: number}} Point */
/** @typedef {"in"|"ring_io"|"io_queue"|"queue_workers"|"out"} ArrowName */
/** @typedef {"ring"|"io"|"queue"|"workers"|"cores"|"backend"} BlockName */

/**
 * What the geometry depends on. A change here moves things; a change of state does not.
 * @typedef {{width: number, height: number, rings: number, io: number, workers: number, capacity: number,
 *   cores: number, connections: number}} Shape
 */

/**
 * `title` is the box of the block's two lines of text above it, `note` of those below it.
 * @typedef {{title: Box, body: Box, note: Box}} Block
 */

/** @typedef {{centre: Point, radius: number, thickness: number}} Ring */

/**
 * @typedef {object} Layout
 * @property {boolean} narrow
 * @property {number} width
 * @property {number} height
 * @property {Record<BlockName, Block>} blocks
 * @property {Ring[]} rings - one per receive queue
 * @property {Grid} io
 * @property {Tank} tank
 * @property {Grid} workers
 * @property {Grid|null} cores - null: too many to draw one by one, or one per thread
 * @property {Grid|null} backend - null: no limit, or too many
 * @property {Record<ArrowName, Point[]>} arrows - polylines, in the direction of flow
 * @property {{nic: Point, queue: Point}} drops - from where dropped packets fall
 */

export const NARROW_BELOW = 600;
const TITLE = 42;
const NOTE = 42;
const STRIP = 58;
const CORES_DRAWN = 64;
const CONNECTIONS_DRAWN = 64;

/** Height the machine asks for at this width. @param {number} width */
export function wantedHeight(width) {
  return width < NARROW_BELOW ? 676 : 312;
}

/** @param {Shape} shape @returns {Layout} */
export function layoutMachine(shape) {
  return shape.width < NARROW_BELOW ? narrow(shape) : wide(shape);
}

/** @param {number} low @param {number} value @param {number} high */
function clamp(low, value, high) {
  return Math.round(Math.min(high, Math.max(low, value)));
}

/** @param {number} x @param {number} y @param {number} width @param {number} height @returns {Box} */
function box(x, y, width, height) {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}

/** A block with its titles above and its notes below. @param {Box} body @returns {Block} */
function block(body) {
  return {
    title: box(body.x, body.y - TITLE, body.width, TITLE - 6),
    body,
    note: box(body.x, body.y + body.height + 4, body.width, NOTE - 4),
  };
}

/** A strip: its two lines of text stand left of its cells. @param {Box} whole @param {number} text @returns {Block} */
function strip(whole, text) {
  return {
    title: box(whole.x, whole.y, text, whole.height),
    body: box(whole.x + text, whole.y, Math.max(24, whole.width - text), whole.height),
    note: box(whole.x, whole.y + whole.height, whole.width, 0),
  };
}

/** @param {Shape} shape @returns {Layout} */
function wide(shape) {
  const { width } = shape;
  const height = Math.max(shape.height, wantedHeight(width));
  const bodyTop = TITLE;
  const bodyHeight = height - TITLE - NOTE - STRIP - 10;
  const gap = clamp(56, width * 0.07, 84);
  const ringWidth = clamp(84, width * 0.115, 136);
  const ioWidth = clamp(64, width * 0.09, 120);
  const tankWidth = clamp(92, width * 0.15, 200);
  let x = gap;
  const ring = block(box(x, bodyTop, ringWidth, bodyHeight));
  x += ringWidth + gap;
  const io = block(box(x, bodyTop, ioWidth, bodyHeight));
  x += ioWidth + gap;
  const queue = block(box(x, bodyTop, tankWidth, bodyHeight));
  x += tankWidth + gap;
  const workers = block(box(x, bodyTop, Math.max(64, width - x - gap), bodyHeight));
  const stripTop = height - STRIP;
  const coresEnd = queue.body.x + tankWidth;
  const cores = strip(box(0, stripTop, coresEnd, STRIP), 132);
  const backend = strip(box(workers.body.x - gap / 2, stripTop, width - workers.body.x + gap / 2, STRIP), 150);
  const middle = bodyTop + Math.round(bodyHeight / 2);
  const line = (/** @type {number} */ from, /** @type {number} */ to) => [{ x: from, y: middle }, { x: to, y: middle }];
  const right = (/** @type {Block} */ b) => b.body.x + b.body.width;
  const placed = place(shape, { ring, io, queue, workers, cores, backend });
  return {
    narrow: false,
    width,
    height,
    blocks: { ring, io, queue, workers, cores, backend },
    ...placed,
    arrows: {
      in: line(2, ring.body.x - 6),
      ring_io: line(right(ring) + 6, placed.io.x - 8),
      io_queue: line(placed.io.x + placed.io.width + 4, queue.body.x - 8),
      queue_workers: line(right(queue) + 8, workers.body.x - 8),
      out: line(placed.workers.x + placed.workers.width + 6, width - 4),
    },
    drops: {
      nic: { x: ring.body.x + ringWidth / 2, y: placed.rings[0] ? bottomOf(placed.rings) : bodyTop + bodyHeight },
      queue: { x: queue.body.x + tankWidth / 2, y: bodyTop + bodyHeight + 2 },
    },
  };
}

/** @param {Shape} shape @returns {Layout} */
function narrow(shape) {
  const { width } = shape;
  const inset = 4;
  const full = width - 2 * inset;
  const gap = 60;
  const ringSize = 104;
  const ring = block(box(inset + gap, TITLE, ringSize, ringSize));
  const ioX = ring.body.x + ringSize + gap;
  const io = block(box(ioX, TITLE, Math.max(60, width - ioX - inset), ringSize));
  const queueTop = TITLE + ringSize + NOTE + TITLE + 4;
  const queue = block(box(inset, queueTop, full, 96));
  const workersTop = queueTop + 96 + NOTE + TITLE + 4;
  const workers = block(box(inset, workersTop, full, 120));
  const stripTop = workersTop + 120 + 40;
  const cores = strip(box(inset, stripTop, full, 52), 132);
  const backend = strip(box(inset, stripTop + 60, full, 52), 150);
  const placed = place(shape, { ring, io, queue, workers, cores, backend });
  const middle = TITLE + ringSize / 2;
  const ioX0 = placed.io.x + placed.io.width / 2;
  const down = full * 0.72;
  return {
    narrow: true,
    width,
    height: Math.max(wantedHeight(width), backend.body.y + backend.body.height + 4),
    blocks: { ring, io, queue, workers, cores, backend },
    ...placed,
    arrows: {
      in: [{ x: 2, y: middle }, { x: ring.body.x - 6, y: middle }],
      ring_io: [{ x: ring.body.x + ringSize + 6, y: middle }, { x: placed.io.x - 8, y: middle }],
      io_queue: [{ x: ioX0, y: placed.io.y + placed.io.height + 4 }, { x: ioX0, y: queueTop - 8 }],
      queue_workers: [{ x: down, y: queueTop + 102 }, { x: down, y: workersTop - 8 }],
      out: [{ x: down, y: workersTop + 126 }, { x: down, y: stripTop - 4 }],
    },
    drops: {
      nic: { x: ring.body.x + ringSize / 2, y: TITLE + ringSize },
      queue: { x: inset + full * 0.25, y: queueTop + 98 },
    },
  };
}

/**
 * What stands inside the blocks.
 * @param {Shape} shape
 * @param {Record<BlockName, Block>} blocks
 */
function place(shape, blocks) {
  const drawCores = shape.cores > 0 && shape.cores <= CORES_DRAWN;
  const drawConnections = shape.connections > 0 && shape.connections <= CONNECTIONS_DRAWN;
  return {
    rings: placeRings(Math.max(1, shape.rings), blocks.ring.body),
    io: fitGrid(shape.io, blocks.io.body),
    tank: fitTank(shape.capacity, blocks.queue.body),
    workers: fitGrid(shape.workers, blocks.workers.body, { align: "start" }),
    cores: drawCores ? fitGrid(shape.cores, blocks.cores.body, { largest: 36, align: "start", balance: false }) : null,
    backend: drawConnections
      ? fitGrid(shape.connections, blocks.backend.body, { largest: 24, align: "start", balance: false })
      : null,
  };
}

/** @param {number} count @param {Box} body @returns {Ring[]} */
function placeRings(count, body) {
  const grid = fitGrid(count, body, { largest: Math.min(body.width, body.height), smallest: 16 });
  const radius = grid.pitch / 2 - (grid.pitch > 40 ? 3 : 1);
  const thickness = Math.max(3, Math.round(radius * 0.26));
  return Array.from({ length: count }, (_, index) => ({
    centre: {
      x: grid.x + ((index % grid.cols) + 0.5) * grid.pitch,
      y: grid.y + (Math.floor(index / grid.cols) + 0.5) * grid.pitch,
    },
    radius,
    thickness,
  }));
}

/** @param {Ring[]} rings */
function bottomOf(rings) {
  return Math.max(...rings.map((ring) => ring.centre.y + ring.radius));
}

/**
 * How a ring of `slots` is cut: one segment per slot as long as they stay wide enough to be seen, else groups.
 * @param {number} slots
 * @param {number} radius pixels
 * @returns {{segments: number, perSegment: number}}
 */
export function ringSegments(slots, radius) {
  const most = Math.max(8, Math.floor((2 * Math.PI * radius) / 5));
  const perSegment = Math.max(1, Math.ceil(slots / most));
  return { segments: Math.max(1, Math.ceil(slots / perSegment)), perSegment };
}

/**
 * The same geometry for these two shapes?
 * @param {Shape|null} a
 * @param {Shape} b
 */
export function sameShape(a, b) {
  if (!a) return false;
  return /** @type {(keyof Shape)[]} */ (Object.keys(b)).every((key) => a[key] === b[key]);
}
