/** The latency distribution: how many responses took how long, over the stretch of time shown. Log axis of times. */

import { logTicks, niceUp, scaleTop, valueTicks } from "./charts_axis.js";
import { outline, quantile_seconds } from "./charts_buckets.js";
import { MARGIN, axis, baseLayout, valueAxis } from "./charts_figure.js";
import { duration } from "./units.js";

/** @import {Summed} from "./charts_buckets.js" */
/** @import {Scale, Size, Style} from "./charts_figure.js" */

/** Percentiles marked, and the colours they have on the other charts. */
export const MARKED = /** @type {const} */ ([
  ["p50", 0.5, "--line-p50"],
  ["p95", 0.95, "--line-p95"],
  ["p99", 0.99, "--line-p99"],
]);

/**
 * @typedef {{seconds: number[], share: number[], range: [number, number], scale: Scale, summed: Summed,
 *   quantiles: {label: string, seconds: number, variable: string}[]}} Distribution
 */

/**
 * @param {Summed} summed
 * @param {Distribution|null} before
 * @returns {Distribution}
 */
export function distribution(summed, before) {
  const { seconds, share } = outline(summed);
  const quantiles = MARKED.map(([label, q, variable]) => ({ label, seconds: quantile_seconds(summed, q), variable }));
  const scale = { low: 0, high: scaleTop(Math.max(...share), before?.scale.high ?? 0, 0.02), log: false };
  return { seconds, share, range: ends(seconds[0], seconds[seconds.length - 1], before?.range ?? null), scale, summed, quantiles };
}

/**
 * Ends of the axis: the outline's, a little wider, and kept while they fit.
 * @param {number} low
 * @param {number} high
 * @param {[number, number]|null} before
 * @returns {[number, number]}
 */
function ends(low, high, before) {
  if (before && before[0] <= low && before[1] >= high && Math.log10(before[1] / before[0]) < Math.log10(high / low) + 1) {
    return before;
  }
  return [low / 1.3, Math.max(niceUp(high * 1.15), low * 5)];
}

/** @param {Distribution} shown @param {Style} style @returns {object[]} */
export function latencyTraces(shown, style) {
  return [
    {
      type: "scatter",
      mode: "lines",
      name: "share of responses",
      x: shown.seconds,
      y: shown.share,
      fill: "tozeroy",
      fillcolor: translucent(style.colour("--line-throughput"), 0.28),
      line: { color: style.colour("--line-throughput"), width: 1.25, shape: "hv" },
      hoverinfo: "skip",
    },
  ];
}

/** @param {Distribution} shown @param {Size} size @param {Style} style */
export function latencyLayout(shown, size, style) {
  const wanted = Math.max(2, Math.min(6, Math.floor((size.height - MARGIN.top - MARGIN.bottom) / 34)));
  const [low, high] = shown.range;
  const pixels = size.width - MARGIN.left - MARGIN.right;
  const toPixel = (/** @type {number} */ seconds) => (Math.log10(seconds / low) / Math.log10(high / low)) * pixels;
  let free = -Infinity;
  const labels = shown.quantiles.map(({ label, seconds, variable }) => {
    const x = toPixel(seconds);
    const fits = x > free;
    if (fits) free = x + 30;
    return {
      x: Math.log10(seconds), y: 1, xref: "x", yref: "paper", xanchor: "center", yanchor: "bottom", yshift: -1,
      text: fits ? label : "", showarrow: false, font: { family: style.font, size: 12, color: style.colour(variable) },
    };
  });
  return {
    ...baseLayout(size, style),
    xaxis: axis(logTicks(low, high), [Math.log10(low), Math.log10(high)], style, { fixedrange: true, showgrid: false, type: "log", ticks: "outside" }),
    yaxis: valueAxis(valueTicks(shown.scale.high, "ratio", wanted), shown.scale, style),
    shapes: shown.quantiles.map(({ seconds, variable }) => ({
      type: "line", xref: "x", yref: "paper", x0: seconds, x1: seconds, y0: 0, y1: 1, layer: "above",
      line: { color: style.colour(variable), width: 1.25, dash: "dash" },
    })),
    annotations: labels,
  };
}

/** A hex colour with an opacity. @param {string} hex @param {number} alpha */
function translucent(hex, alpha) {
  const value = Number.parseInt(hex.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${alpha})`;
}

/** What a bucket says under the pointer. @param {{low_seconds: number, high_seconds: number}} bucket */
export function bucketWords(bucket) {
  return `${duration(bucket.low_seconds)} to ${duration(bucket.high_seconds)}`;
}
