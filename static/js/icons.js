/** The page's icons: 16 by 16, drawn in the text's colour. Always beside words or an accessible name. */

const SVG = "http://www.w3.org/2000/svg";

/** Paths to stroke; those in `FILLED` are filled. @type {{[name: string]: string}} */
const PATHS = {
  play: "M4.5 2.8v10.4l8.5-5.2z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M3 3v10l6.5-5zM11 3h2v10h-2z",
  reset: "M3.2 8a4.8 4.8 0 1 0 1.5-3.5M3 2.2v3h3",
  export: "M8 2v8M4.8 7 8 10.2 11.2 7M2.8 11.5v2h10.4v-2",
  share:
    "M6.7 9.3a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.3 6.7a2.6 2.6 0 0 0-3.7 0L3.4 8.9a2.6 2.6 0 0 0 3.7 3.7l.9-.9",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9",
  help: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM6.2 6.2a1.9 1.9 0 1 1 2.7 1.9c-.6.3-.9.6-.9 1.2M8 11.2v.6",
  sun: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z",
  system: "M2.5 3h11v8h-11zM6 13.5h4M8 11v2.5",
  down: "M4 6.2 8 10l4-3.8",
  right: "M6.2 4 10 8l-3.8 4",
  search: "M7 2.8a4.2 4.2 0 1 0 0 8.4 4.2 4.2 0 0 0 0-8.4zM10.2 10.2l3.3 3.3",
  undo: "M3 6.5h6.2a3.4 3.4 0 0 1 0 6.8H6M5.8 3.5 2.8 6.5l3 3",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3.2 8.4 6.6 12l6.2-7.6",
  ok: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM5.2 8.2l2 2.1 3.7-4.4",
  watch: "M8 2.2 1.8 13.4h12.4zM8 6.2v3.6M8 11.3v.6",
  bad: "M5.4 1.8h5.2l3.6 3.6v5.2l-3.6 3.6H5.4l-3.6-3.6V5.4zM8 4.8v4M8 10.6v.6",
  info: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 7.2v4M8 4.6v.6",
  wait: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM8 4.6V8l2.4 1.6",
  open: "M2.5 12.8V4h3.7l1.3 1.6h6v7.2z",
};
const FILLED = new Set(["play", "pause", "step"]);

/**
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", FILLED.has(name) ? "icon icon-filled" : "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(SVG, "path"));
  setIcon(svg, name);
  return svg;
}

/**
 * Show another icon in the same place.
 * @param {SVGSVGElement} svg
 * @param {string} name
 */
export function setIcon(svg, name) {
  svg.firstElementChild?.setAttribute("d", PATHS[name] ?? "");
  svg.classList.toggle("icon-filled", FILLED.has(name));
}
