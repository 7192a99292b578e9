/**
 * Fitting many equal cells into a box: the largest whole-pixel cells that hold them all. Pure geometry.
 */

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/**
 * `pitch` is a cell with its gap, `cell` the part that is painted; `count` cells in `cols` columns, `x`, `y` the
 * corner of the first; `width`, `height` what all of them cover.
 * @typedef {{count: number, cols: number, rows: number, pitch: number, cell: number,
 *   x: number, y: number, width: number, height: number}} Grid
 */

/**
 * @param {number} count cells to hold
 * @param {Box} box
 * @param {{largest?: number, smallest?: number, align?: "start"|"center", balance?: boolean}} [options] cell pitch in
 *   pixels; `balance` evens the rows out (4 + 4, not 5 + 3)
 * @returns {Grid} `count` is lower than asked when even the smallest cells do not all fit
 */
export function fitGrid(count, box, options = {}) {
  const { largest = 48, smallest = 2, align = "center", balance = true } = options;
  const wanted = Math.max(0, Math.floor(count));
  let pitch = Math.max(smallest, Math.floor(Math.min(largest, box.width, box.height)));
  while (pitch > smallest && room(box, pitch) < wanted) pitch -= 1;
  const held = Math.min(wanted, room(box, pitch));
  let cols = Math.max(1, Math.min(held, Math.floor(box.width / pitch)));
  const rows = Math.max(1, Math.ceil(held / cols));
  if (balance) cols = Math.max(1, Math.ceil(held / rows));
  const width = cols * pitch;
  const height = rows * pitch;
  const centred = align === "center";
  return {
    count: held,
    cols,
    rows,
    pitch,
    cell: pitch - gapOf(pitch),
    x: Math.round(box.x + (centred ? (box.width - width) / 2 : 0)),
    y: Math.round(box.y + (box.height - height) / 2),
    width,
    height,
  };
}

/** @param {Box} box @param {number} pitch */
function room(box, pitch) {
  return Math.floor(box.width / pitch) * Math.floor(box.height / pitch);
}

/** Gap between cells of this pitch. @param {number} pitch */
function gapOf(pitch) {
  if (pitch >= 28) return 4;
  if (pitch >= 12) return 2;
  return pitch >= 3 ? 1 : 0;
}

/**
 * Corner of one cell.
 * @param {Grid} grid
 * @param {number} index
 */
export function cellAt(grid, index) {
  return { x: grid.x + (index % grid.cols) * grid.pitch, y: grid.y + Math.floor(index / grid.cols) * grid.pitch };
}

/**
 * Middle of one cell.
 * @param {Grid} grid
 * @param {number} index
 */
export function cellCentre(grid, index) {
  const { x, y } = cellAt(grid, index);
  return { x: x + grid.cell / 2, y: y + grid.cell / 2 };
}

/**
 * Which cell lies under a point, -1 if none. The gap belongs to the cell before it, so there is no dead pixel.
 * @param {Grid} grid
 * @param {number} x
 * @param {number} y
 */
export function cellUnder(grid, x, y) {
  const col = Math.floor((x - grid.x) / grid.pitch);
  const row = Math.floor((y - grid.y) / grid.pitch);
  if (col < 0 || col >= grid.cols || row < 0 || row >= grid.rows) return -1;
  const index = row * grid.cols + col;
  return index < grid.count ? index : -1;
}

/**
 * A tank: `capacity` places as cells, each standing for `perCell` of them, the first (the next to leave) at the bottom
 * right. `grid` counts its cells from there, row by row upwards.
 * @typedef {{grid: Grid, perCell: number, capacity: number}} Tank
 */

/**
 * @param {number} capacity
 * @param {Box} box
 * @returns {Tank}
 */
export function fitTank(capacity, box) {
  const places = Math.max(1, Math.floor(capacity));
  const most = Math.max(1, room(box, TANK_SMALLEST));
  const perCell = Math.max(1, Math.ceil(places / most));
  const cells = Math.ceil(places / perCell);
  const grid = fitGrid(cells, box, { largest: 30, smallest: TANK_SMALLEST, balance: false });
  const top = box.y + box.height - grid.height;
  return { grid: { ...grid, y: top }, perCell, capacity: places };
}

const TANK_SMALLEST = 5;

/**
 * Corner of the cell that holds a place in the tank (place 0 leaves next).
 * @param {Tank} tank
 * @param {number} place
 */
export function tankCell(tank, place) {
  const { grid, perCell } = tank;
  const index = Math.min(grid.count - 1, Math.floor(Math.max(0, place) / perCell));
  const row = grid.rows - 1 - Math.floor(index / grid.cols);
  const col = grid.cols - 1 - (index % grid.cols);
  return { x: grid.x + col * grid.pitch, y: grid.y + row * grid.pitch };
}

/**
 * How full each cell of a tank is: `full` whole cells and then one filled to `rest` (0..1).
 * @param {Tank} tank
 * @param {number} depth
 */
export function tankFill(tank, depth) {
  const cells = Math.max(0, depth) / tank.perCell;
  const full = Math.min(tank.grid.count, Math.floor(cells));
  return { full, rest: full < tank.grid.count ? cells - full : 0 };
}
