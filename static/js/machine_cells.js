/**
 * One thread as a cell: its state as colour, letter and pattern. The letter goes when the cell gets too small to read
 * it, the pattern when it gets too small to see it; then the legend's counts tell the states apart.
 */

/** @import {Paint, Palette} from "./machine_palette.js" */

/** Least cell in pixels that still shows a letter (12 px type) and a job number. */
export const LETTER_FROM = 15;
export const NUMBER_FROM = 34;
const PATTERN_FROM = 5;

/**
 * @typedef {object} Cell
 * @property {number} x
 * @property {number} y
 * @property {number} size
 * @property {string} glyph
 * @property {number|null} job
 * @property {boolean} draining
 * @property {boolean} faded - another state is being emphasised
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} palette
 * @param {Cell} cell
 */
export function paintCell(context, palette, cell) {
  const paint = palette.states.get(cell.glyph) ?? { fill: palette.outline, ink: palette.text, pattern: "outline" };
  if (cell.faded) context.globalAlpha = 0.22;
  paintBody(context, palette, paint, cell);
  if (cell.size >= LETTER_FROM) paintLetters(context, palette, paint, cell);
  if (cell.draining) paintDraining(context, palette, cell);
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} palette
 * @param {Paint} paint
 * @param {Cell} cell
 */
function paintBody(context, palette, paint, { x, y, size }) {
  const radius = size >= 20 ? 4 : size >= 9 ? 2 : 0;
  if (paint.pattern === "solid") return fillRounded(context, x, y, size, radius, paint.fill);
  if (size < PATTERN_FROM) {
    const alpha = context.globalAlpha;
    context.globalAlpha = alpha * 0.45;
    fillRounded(context, x, y, size, 0, paint.fill);
    context.globalAlpha = alpha;
    return;
  }
  if (paint.pattern === "striped") return fillStriped(context, palette, paint, x, y, size, radius);
  fillRounded(context, x, y, size, radius, palette.background);
  context.strokeStyle = paint.fill;
  context.lineWidth = size >= 20 ? 1.5 : 1;
  if (paint.pattern === "dotted") context.setLineDash(size >= 12 ? [2, 3] : [1, 1]);
  const half = context.lineWidth / 2;
  context.beginPath();
  context.roundRect(x + half, y + half, size - 2 * half, size - 2 * half, Math.max(0, radius - half));
  context.stroke();
  context.setLineDash([]);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} radius
 * @param {string} colour
 */
function fillRounded(context, x, y, size, radius, colour) {
  context.fillStyle = colour;
  if (!radius) return context.fillRect(x, y, size, size);
  context.beginPath();
  context.roundRect(x, y, size, size, radius);
  context.fill();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} palette
 * @param {Paint} paint
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} radius
 */
function fillStriped(context, palette, paint, x, y, size, radius) {
  context.save();
  context.beginPath();
  context.roundRect(x, y, size, size, radius);
  context.clip();
  context.fillStyle = palette.background;
  context.fillRect(x, y, size, size);
  context.strokeStyle = paint.fill;
  context.lineWidth = size >= 12 ? 3 : 1.5;
  const step = size >= 12 ? 6 : 3;
  context.beginPath();
  for (let at = -size; at < size; at += step) {
    context.moveTo(x + at, y + size + 1);
    context.lineTo(x + at + size + 1, y);
  }
  context.stroke();
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} palette
 * @param {Paint} paint
 * @param {Cell} cell
 */
function paintLetters(context, palette, paint, { x, y, size, glyph, job }) {
  const numbered = job !== null && size >= NUMBER_FROM && String(job).length * 6.8 <= size - 2;
  const letter = Math.max(12, Math.min(17, Math.round(size * 0.42)));
  context.textAlign = "center";
  context.textBaseline = "middle";
  if (paint.pattern === "striped") {
    context.fillStyle = palette.background;
    context.beginPath();
    context.arc(x + size / 2, y + size / 2, letter * 0.62, 0, 7);
    context.fill();
  }
  context.fillStyle = paint.pattern === "striped" ? palette.text : paint.ink;
  context.font = `600 ${letter}px ${palette.font}`;
  context.fillText(glyph, x + size / 2, y + size / 2 + 1 - (numbered ? size * 0.17 : 0));
  if (!numbered) return;
  context.font = `12px ${palette.font}`;
  context.fillText(String(job), x + size / 2, y + size / 2 + size * 0.24);
}

/**
 * A draining thread finishes its job and then stops: a wedge cut from its lower edge says so.
 * @param {CanvasRenderingContext2D} context
 * @param {Palette} palette
 * @param {Cell} cell
 */
function paintDraining(context, palette, { x, y, size }) {
  const wedge = Math.max(2, Math.min(14, size * 0.38));
  context.fillStyle = palette.background;
  context.beginPath();
  context.moveTo(x + size + 0.5, y + size + 0.5);
  context.lineTo(x + size + 0.5, y + size - wedge - 1.5);
  context.lineTo(x + size - wedge - 1.5, y + size + 0.5);
  context.fill();
  context.fillStyle = palette.watch;
  context.beginPath();
  context.moveTo(x + size, y + size);
  context.lineTo(x + size, y + size - wedge);
  context.lineTo(x + size - wedge, y + size);
  context.fill();
}
