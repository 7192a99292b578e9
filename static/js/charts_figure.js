/**
 * From a frame to what Plotly draws: traces and layout of one time chart. Everything here is plain data; colours are
 * looked up by the caller. Texts carry no mark-up (see charts_plotly.js).
 */

import { logEnds, logTicks, scaleTop, timeTicks, valueTicks } from "./charts_axis.js";

/** @import {Ticks} from "./charts_axis.js" */
/** @import {Chart, Series} from "./charts_define.js" */
/** @import {Frame} from "./charts_frame.js" */
/** @import {Cluster} from "./charts_marks.js" */

/** @typedef {{colour: (variable: string) => string, font: string}} Style */
/** @typedef {{width: number, height: number}} Size */

/**
 * A value scale as it is shown: `low` 0 and `high` for a linear one; for a log one the ends themselves, not their logs.
 * @typedef {{low: number, high: number, log: boolean}} Scale
 */

export const MARGIN = { left: 54, right: 12, top: 20, bottom: 24 };

/**
 * The series of a chart that are shown: asked for, and not empty where that means "leave out".
 * @param {Chart} chart
 * @param {Frame} frame
 * @param {ReadonlySet<string>} seen ids of optional series that have had a figure before
 */
export function present(chart, frame, seen) {
  return chart.series.filter((series) => !series.onlyIfAny || seen.has(series.id) || frame.any(series.column));
}

/**
 * How far the value axis reaches.
 * @param {Chart} chart
 * @param {Frame} frame
 * @param {readonly Series[]} shown
 * @param {boolean} log
 * @param {Scale|null} before
 * @returns {Scale}
 */
export function scaleOf(chart, frame, shown, log, before) {
  if (chart.top !== undefined) return { low: 0, high: chart.top, log: false };
  let greatest = 0;
  let least = NaN;
  for (const series of shown) {
    if (series.unscaled) continue;
    const high = frame.greatest(series.column);
    if (high > greatest) greatest = high;
    const low = log ? frame.leastAboveZero(series.column) : NaN;
    if (low > 0 && !(low >= least)) least = low;
  }
  for (const series of shown) {
    const limit = series.unscaled ? frame.greatest(series.column) : NaN;
    if (limit > 0 && greatest > 0.3 * limit) greatest = Math.max(greatest, limit);
  }
  const kept = before && before.log === log ? before : null;
  if (log) {
    const [low, high] = logEnds(Math.max(least || 1e-3, greatest * 1e-5), greatest || 1, kept ? [kept.low, kept.high] : null);
    return { low, high, log };
  }
  return { low: 0, high: scaleTop(greatest, kept?.high ?? 0, chart.least), log };
}

/**
 * @param {Chart} _chart
 * @param {Frame} frame
 * @param {readonly Series[]} shown
 * @param {Scale} scale
 * @param {Style} style
 * @returns {object[]}
 */
export function traces(_chart, frame, shown, scale, style) {
  return shown.map((series) => {
    const { x, y } = frame.line(series);
    const values = scale.log ? y.map((value) => (value === null ? null : Math.max(value, scale.low))) : y;
    const colour = style.colour(series.variable);
    const trace = {
      type: "scatter",
      mode: "lines",
      name: series.label,
      x,
      y: values,
      connectgaps: false,
      hoverinfo: "skip",
      line: { color: colour, width: series.width ?? 1.5, dash: series.dash ?? "solid", shape: series.shape ? "hv" : "linear" },
    };
    return series.stacked ? { ...trace, ...stackedFill(series, colour, style) } : trace;
  });
}

/**
 * @param {Series} series
 * @param {string} colour
 * @param {Style} style
 */
function stackedFill(series, colour, style) {
  const faint = series.pattern === "outline";
  const patterned = series.pattern === "striped" || series.pattern === "dotted";
  return {
    stackgroup: "one",
    stackgaps: "infer zero",
    line: { color: colour, width: faint ? 0.75 : 0 },
    fillcolor: faint ? style.colour("--sunken") : colour,
    ...(patterned
      ? {
          fillpattern: {
            shape: series.pattern === "striped" ? "/" : ".",
            fgcolor: colour,
            bgcolor: style.colour("--background"),
            size: 6,
            solidity: 0.35,
          },
        }
      : {}),
  };
}

/**
 * @param {[number, number]} range
 * @param {Chart} chart
 * @param {Scale} scale
 * @param {readonly Cluster[]} marks
 * @param {Size} size
 * @param {Style} style
 */
export function timeLayout(range, chart, scale, marks, size, style) {
  const plotWidth = size.width - MARGIN.left - MARGIN.right;
  const time = timeTicks(range[0], range[1], plotWidth);
  const wanted = Math.max(2, Math.min(6, Math.floor((size.height - MARGIN.top - MARGIN.bottom) / 34)));
  const ticks = scale.log ? logTicks(scale.low, scale.high) : valueTicks(scale.high, chart.unit, wanted);
  return {
    ...baseLayout(size, style),
    dragmode: "zoom",
    xaxis: axis(time, [range[0], range[1]], style, { fixedrange: false, showgrid: false, ticks: "outside" }),
    yaxis: valueAxis(ticks, scale, style),
    shapes: marks.flatMap((cluster) => cluster.lines.map((x) => markLine(range, plotWidth, x, style))),
    annotations: marks.filter((cluster) => cluster.label).map((cluster) => markLabel(cluster, style)),
  };
}

/** @param {Ticks} ticks @param {Scale} scale @param {Style} style */
export function valueAxis(ticks, scale, style) {
  const range = scale.log ? [Math.log10(scale.low), Math.log10(scale.high)] : [scale.low, scale.high];
  return axis(ticks, range, style, { fixedrange: true, showgrid: true, type: scale.log ? "log" : "linear" });
}

/** @param {Size} size @param {Style} style */
export function baseLayout(size, style) {
  return {
    width: size.width,
    height: size.height,
    margin: { l: MARGIN.left, r: MARGIN.right, t: MARGIN.top, b: MARGIN.bottom, pad: 0 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: style.font, size: 12, color: style.colour("--quiet") },
    showlegend: false,
    hovermode: false,
    dragmode: false,
  };
}

/**
 * @param {Ticks} ticks
 * @param {number[]} range
 * @param {Style} style
 * @param {object} rest
 */
export function axis(ticks, range, style, rest) {
  return {
    type: "linear",
    range,
    autorange: false,
    tickmode: "array",
    tickvals: ticks.values,
    ticktext: ticks.texts,
    tickangle: 0,
    ticklen: 4,
    tickcolor: style.colour("--hairline"),
    gridcolor: style.colour("--grid"),
    linecolor: style.colour("--hairline"),
    showline: true,
    zeroline: false,
    automargin: false,
    ...rest,
  };
}

/**
 * @param {[number, number]} range
 * @param {number} plotWidth
 * @param {number} x pixels from the left edge of the plot
 * @param {Style} style
 */
function markLine(range, plotWidth, x, style) {
  const seconds = range[0] + ((range[1] - range[0]) * x) / plotWidth;
  const line = { color: style.colour("--line-edit"), width: 1, dash: "dot" };
  return { type: "line", xref: "x", yref: "paper", x0: seconds, x1: seconds, y0: 0, y1: 1, line, layer: "above" };
}

/** @param {Cluster} cluster @param {Style} style */
function markLabel(cluster, style) {
  return {
    x: cluster.seconds,
    y: 1,
    xref: "x",
    yref: "paper",
    xanchor: cluster.side === "right" ? "left" : "right",
    yanchor: "bottom",
    xshift: cluster.side === "right" ? -2 : 2,
    yshift: -1,
    text: cluster.label,
    showarrow: false,
    font: { family: style.font, size: 12, color: style.colour("--line-edit") },
  };
}
