/** The colours of theme.css as plain values, for canvases. Read once a theme. */

import { STATES, cssValue } from "./states.js";

/** @import {State} from "./states.js" */

/** @typedef {{fill: string, ink: string, pattern: State["pattern"]}} Paint */

/**
 * @typedef {object} Palette
 * @property {string} background
 * @property {string} sunken
 * @property {string} hairline
 * @property {string} outline
 * @property {string} text
 * @property {string} quiet
 * @property {string} accent
 * @property {string} watch
 * @property {string} bad
 * @property {string} core
 * @property {string} font
 * @property {ReadonlyMap<string, Paint>} states - by glyph
 */

/** @returns {Palette} */
export function readPalette() {
  return {
    background: cssValue("--background"),
    sunken: cssValue("--sunken"),
    hairline: cssValue("--hairline"),
    outline: cssValue("--outline"),
    text: cssValue("--text"),
    quiet: cssValue("--quiet"),
    accent: cssValue("--accent"),
    watch: cssValue("--watch-fill"),
    bad: cssValue("--bad-fill"),
    core: cssValue("--state-running"),
    font: cssValue("--font") || "sans-serif",
    states: new Map(
      STATES.map((state) => [
        state.glyph,
        { fill: cssValue(state.variable), ink: cssValue(state.ink), pattern: state.pattern },
      ]),
    ),
  };
}

/**
 * Colour of what is filled to this share: neutral, amber over half, red over nine tenths.
 * @param {Palette} palette
 * @param {number} share 0..1
 */
export function fillColour(palette, share) {
  if (share > 0.9) return palette.bad;
  return share > 0.5 ? palette.watch : palette.quiet;
}
