/**
 * Edit marks on the charts: which lines to draw and what to write at them, without labels running into each other.
 * Close ones share a label ("3 edits"). Pure; widths are estimates in pixels.
 */

/** One edit as it is marked: when, and what it says. @typedef {{seconds: number, text: string}} Mark */

/**
 * `lines` are the pixels at which a line stands; `side` says on which side of the first line the label is written.
 * @typedef {{x: number, seconds: number, lines: number[], marks: Mark[], label: string, side: "right"|"left"}} Cluster
 */

const LETTER = 6.3;
const CLOSE = 30;
const LEAST_ROOM = 44;

/** @param {string} text */
export function textWidth(text) {
  return text.length * LETTER + 8;
}

/**
 * @param {readonly Mark[]} marks ascending in time
 * @param {(seconds: number) => number} toPixel
 * @param {number} width of the plot in pixels; marks outside are left out
 * @param {(count: number) => string} many words for several
 * @returns {Cluster[]}
 */
export function collapseMarks(marks, toPixel, width, many = (count) => `${count} edits`) {
  /** @type {Cluster[]} */
  const clusters = [];
  for (const mark of marks) {
    const x = toPixel(mark.seconds);
    if (!(x >= 0 && x <= width)) continue;
    const last = clusters[clusters.length - 1];
    if (last && x - last.lines[last.lines.length - 1] < CLOSE) {
      if (x - last.lines[last.lines.length - 1] >= 3) last.lines.push(x);
      last.marks.push(mark);
    } else {
      clusters.push({ x, seconds: mark.seconds, lines: [x], marks: [mark], label: "", side: "right" });
    }
  }
  let free = 0;
  clusters.forEach((cluster, index) => {
    free = write(cluster, free, clusters[index + 1]?.x ?? width, many);
  });
  return clusters;
}

/**
 * Choose a cluster's label and side; the answer is where free room begins after it.
 * @param {Cluster} cluster
 * @param {number} free
 * @param {number} next
 * @param {(count: number) => string} many
 */
function write(cluster, free, next, many) {
  const end = cluster.lines[cluster.lines.length - 1];
  const full = cluster.marks.length === 1 ? cluster.marks[0].text : many(cluster.marks.length);
  const right = next - cluster.x - 4;
  const left = cluster.x - free - 4;
  if (textWidth(full) <= right) {
    cluster.label = full;
    return Math.max(end, cluster.x + textWidth(full));
  }
  if (textWidth(full) <= left) {
    cluster.label = full;
    cluster.side = "left";
    return end;
  }
  const room = Math.max(left, right);
  cluster.side = left > right ? "left" : "right";
  cluster.label = room >= LEAST_ROOM ? shorten(full, room) : "";
  return cluster.side === "right" ? Math.max(end, cluster.x + right) : end;
}

/** @param {string} text @param {number} room */
function shorten(text, room) {
  const letters = Math.floor((room - 8) / LETTER) - 1;
  return letters < 3 ? "" : `${text.slice(0, letters).trimEnd()}…`;
}
