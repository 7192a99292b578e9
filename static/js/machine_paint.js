/**
 * The still part of the machine on its canvas: ring, threads, tank, cores, backend and the lines between them, for one
 * view. What moves is painted by machine_motion.js on a canvas of its own, text is HTML (machine_labels.js).
 */

import { paintCell } from "./machine_cells.js";
import { cellAt, tankCell, tankFill } from "./machine_grid.js";
import { ringSegments } from "./machine_layout.js";
import { fillColour } from "./machine_palette.js";

/** @import {Grid} from "./machine_grid.js" */
/** @import {Layout, Point} from "./machine_layout.js" */
/** @import {Palette} from "./machine_palette.js" */
/** @import {ThreadKind, Threads, View} from "./wire.js" */

/**
 * What the person points at or follows.
 * @typedef {{followed: number|null, pointed: number|null, highlight: {kind: ThreadKind, state: string}|null,
 *   glyphOf: (state: string) => string}} Emphasis
 */

/**
 * @param {CanvasRenderingContext2D} context scaled to CSS pixels
 * @param {Layout} layout
 * @param {View} view
 * @param {Palette} palette
 * @param {Emphasis} emphasis
 */
export function paintMachine(context, layout, view, palette, emphasis) {
  context.clearRect(0, 0, layout.width, layout.height);
  paintArrows(context, layout, palette);
  paintRings(context, layout, view, palette);
  paintThreads(context, layout.io, view.io_threads, "io_threads", palette, emphasis);
  paintTank(context, layout, view, palette);
  paintThreads(context, layout.workers, view.workers, "workers", palette, emphasis);
  if (layout.cores) paintCores(context, layout.cores, view, palette, emphasis);
  if (layout.backend) paintConnections(context, layout.backend, view, palette);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {Palette} palette
 */
function paintArrows(context, layout, palette) {
  context.lineWidth = 1;
  for (const points of Object.values(layout.arrows)) {
    const [from, to] = [points[0], points[points.length - 1]];
    if (to.x - from.x < 8 && to.y - from.y < 8) continue;
    context.strokeStyle = palette.outline;
    context.beginPath();
    points.forEach((point, index) => {
      const [x, y] = [Math.round(point.x) + 0.5, Math.round(point.y) + 0.5];
      if (index) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    context.stroke();
    paintHead(context, points, palette.outline);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Point[]} points
 * @param {string} colour
 */
function paintHead(context, points, colour) {
  const tip = points[points.length - 1];
  const before = points[points.length - 2];
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  context.save();
  context.translate(Math.round(tip.x) + 0.5, Math.round(tip.y) + 0.5);
  context.rotate(angle);
  context.fillStyle = colour;
  context.beginPath();
  context.moveTo(4, 0);
  context.lineTo(-3, -4);
  context.lineTo(-3, 4);
  context.fill();
  context.restore();
}

/**
 * Each receive queue as a ring of slots, filled clockwise from the top. Where there are more slots than can be told
 * apart, a segment stands for several and is filled in part.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 * @param {Palette} palette
 */
function paintRings(context, layout, view, palette) {
  const slots = slotsPerRing(view);
  layout.rings.forEach((ring, index) => {
    const depth = view.ring.queues[index] ?? 0;
    const { segments, perSegment } = ringSegments(slots, ring.radius);
    const middle = ring.radius - ring.thickness / 2;
    const step = (2 * Math.PI) / segments;
    const gap = segments > 1 ? Math.min(step * 0.3, 1.4 / ring.radius) : 0;
    const colour = fillColour(palette, slots ? depth / slots : 0);
    const arc = (/** @type {number} */ at, /** @type {number} */ share) => {
      const start = -Math.PI / 2 + at * step + gap / 2;
      context.moveTo(ring.centre.x + middle * Math.cos(start), ring.centre.y + middle * Math.sin(start));
      context.arc(ring.centre.x, ring.centre.y, middle, start, start + (step - gap) * share);
    };
    context.lineWidth = ring.thickness;
    context.strokeStyle = palette.hairline;
    context.beginPath();
    for (let at = 0; at < segments; at += 1) arc(at, 1);
    context.stroke();
    const filled = Math.min(segments, depth / perSegment);
    context.strokeStyle = colour;
    context.beginPath();
    for (let at = 0; at < filled; at += 1) arc(at, Math.max(0.34, Math.min(1, filled - at)));
    context.stroke();
  });
}

/** Slots of one receive queue. @param {View} view */
export function slotsPerRing(view) {
  return view.ring.slots;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Grid} grid
 * @param {Threads} threads
 * @param {ThreadKind} kind
 * @param {Palette} palette
 * @param {Emphasis} emphasis
 */
function paintThreads(context, grid, threads, kind, palette, emphasis) {
  const draining = new Set(threads.draining);
  const { highlight } = emphasis;
  const only = highlight && highlight.kind === kind ? emphasis.glyphOf(highlight.state) : "";
  const shown = Math.min(grid.count, threads.ids.length);
  for (let index = 0; index < shown; index += 1) {
    const { x, y } = cellAt(grid, index);
    const glyph = threads.states[index];
    const faded = only !== "" && glyph !== only;
    const id = threads.ids[index];
    paintCell(context, palette, { x, y, size: grid.cell, glyph, job: threads.jobs[index], draining: draining.has(id), faded });
  }
  for (let index = 0; index < shown; index += 1) {
    const id = threads.ids[index];
    if (id === emphasis.pointed) paintFrame(context, grid, index, palette.text, 1.5, palette.background);
    if (id === emphasis.followed) paintFrame(context, grid, index, palette.accent, 2.5, palette.background);
  }
}

/**
 * A frame around one cell; tiny cells get one big enough to be found.
 * @param {CanvasRenderingContext2D} context
 * @param {Grid} grid
 * @param {number} index
 * @param {string} colour
 * @param {number} width
 * @param {string} halo
 */
function paintFrame(context, grid, index, colour, width, halo) {
  const { x, y } = cellAt(grid, index);
  const out = Math.max(1.5, (11 - grid.cell) / 2);
  for (const [stroke, line] of /** @type {[string, number][]} */ ([[halo, width + 2], [colour, width]])) {
    context.strokeStyle = stroke;
    context.lineWidth = line;
    context.beginPath();
    context.roundRect(x - out, y - out, grid.cell + 2 * out, grid.cell + 2 * out, 4);
    context.stroke();
  }
}

/**
 * The job queue as a tank: cells fill from the exit (bottom right) upwards, the top is the capacity.
 * @param {CanvasRenderingContext2D} context
 * @param {Layout} layout
 * @param {View} view
 * @param {Palette} palette
 */
function paintTank(context, layout, view, palette) {
  const { tank } = layout;
  const { grid } = tank;
  const body = layout.blocks.queue.body;
  const { depth, capacity, jobs } = view.queue;
  const share = capacity > 0 ? depth / capacity : 0;
  context.fillStyle = palette.sunken;
  context.fillRect(body.x - 3, grid.y - 3, body.width + 6, body.y + body.height - grid.y + 6);
  const { full, rest } = tankFill(tank, depth);
  context.fillStyle = palette.hairline;
  for (let cell = full; cell < grid.count; cell += 1) square(context, tank, cell, 1);
  context.fillStyle = fillColour(palette, share);
  for (let cell = 0; cell < full; cell += 1) square(context, tank, cell, 1);
  if (rest > 0) square(context, tank, full, Math.max(0.34, rest));
  if (tank.perCell === 1 && grid.cell >= 24) paintNumbers(context, tank, jobs, palette);
  paintWalls(context, body, grid.y, share, palette);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layout["tank"]} tank
 * @param {number} cell
 * @param {number} share height of the filled part
 */
function square(context, tank, cell, share) {
  const { x, y } = tankCell(tank, cell * tank.perCell);
  const size = tank.grid.cell;
  const height = Math.max(1, Math.round(size * share));
  context.fillRect(x, y + size - height, size, height);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Layout["tank"]} tank
 * @param {number[]} jobs
 * @param {Palette} palette
 */
function paintNumbers(context, tank, jobs, palette) {
  context.fillStyle = palette.background;
  context.font = `12px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const half = tank.grid.cell / 2;
  jobs.slice(0, tank.grid.count).forEach((job, place) => {
    const { x, y } = tankCell(tank, place);
    context.fillText(String(job % 1000), x + half, y + half + 1);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number, width: number, height: number}} body
 * @param {number} top
 * @param {number} share
 * @param {Palette} palette
 */
function paintWalls(context, body, top, share, palette) {
  const [left, right, bottom] = [body.x - 3.5, body.x + body.width + 3.5, body.y + body.height + 3.5];
  context.strokeStyle = palette.outline;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(left, top - 3.5);
  context.lineTo(left, bottom);
  context.lineTo(right, bottom);
  context.lineTo(right, top - 3.5);
  context.stroke();
  context.strokeStyle = share > 0.9 ? palette.bad : share > 0.5 ? palette.watch : palette.outline;
  context.lineWidth = share > 0.5 ? 2.5 : 1.5;
  context.setLineDash([6, 4]);
  context.beginPath();
  context.moveTo(left - 4, top - 3.5);
  context.lineTo(right + 4, top - 3.5);
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Grid} grid
 * @param {View} view
 * @param {Palette} palette
 * @param {Emphasis} emphasis
 */
function paintCores(context, grid, view, palette, emphasis) {
  const io = new Set(view.io_threads.ids);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let index = 0; index < grid.count; index += 1) {
    const { x, y } = cellAt(grid, index);
    const thread = view.cores.threads[index] ?? null;
    context.beginPath();
    context.roundRect(x, y, grid.cell, grid.cell, grid.cell > 14 ? 3 : 1);
    if (thread === null) {
      context.fillStyle = palette.sunken;
      context.fill();
      context.strokeStyle = palette.outline;
      context.lineWidth = 1;
      context.stroke();
      continue;
    }
    context.fillStyle = palette.core;
    context.fill();
    if (grid.cell >= 24) {
      context.fillStyle = palette.states.get("R")?.ink ?? palette.background;
      context.font = `12px ${palette.font}`;
      context.fillText(`${io.has(thread) ? "i" : "w"}${thread}`, x + grid.cell / 2, y + grid.cell / 2 + 1);
    }
    if (thread === emphasis.followed) paintFrame(context, grid, index, palette.accent, 2.5, palette.background);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Grid} grid
 * @param {View} view
 * @param {Palette} palette
 */
function paintConnections(context, grid, view, palette) {
  const busy = palette.states.get("C")?.fill ?? palette.quiet;
  for (let index = 0; index < grid.count; index += 1) {
    const { x, y } = cellAt(grid, index);
    context.beginPath();
    context.roundRect(x + 0.5, y + 0.5, grid.cell - 1, grid.cell - 1, grid.cell / 2);
    context.fillStyle = index < view.backend.in_use ? busy : palette.sunken;
    context.fill();
    context.strokeStyle = index < view.backend.in_use ? busy : palette.outline;
    context.lineWidth = 1;
    context.stroke();
  }
}
