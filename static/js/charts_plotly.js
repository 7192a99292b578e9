/**
 * Loading Plotly: once, when the first chart is about to be seen, and under the page's strict Content-Security-Policy.
 *
 * As it loads, Plotly puts style sheets into the page, which `style-src 'self'` forbids. It leaves that out when it
 * finds an element with a certain id (and, for its own rules, the class `no-inline-styles`), so this module puts such
 * elements there first; the few rules we need are in charts.css. The second id belongs to the map library inside the
 * bundle, which no chart here uses. Texts given to Plotly carry no mark-up: `<b>` becomes a style attribute.
 */

const SOURCE = "/vendor/plotly.min.js";
const GUARDS = ["plotly.js-style-global", "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"];

/**
 * The part of Plotly used here.
 * @typedef {object} Plotly
 * @property {(element: HTMLElement, data: object[], layout: object, config?: object) => Promise<unknown>} react
 * @property {(element: HTMLElement, update: object) => Promise<unknown>} relayout
 * @property {(element: HTMLElement) => void} purge
 * @property {(figure: object, options: object) => Promise<string>} toImage
 * @property {{resize: (element: HTMLElement) => Promise<unknown>}} Plots
 */

/** A div that Plotly has drawn in. @typedef {HTMLElement & {on?: (event: string, listener: (data: any) => void) => void}} PlotElement */

/** @type {Promise<Plotly>|null} */
let loading = null;

/** @returns {Promise<Plotly>} */
export function loadPlotly() {
  loading ??= insertScript().catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** @returns {Promise<Plotly>} */
function insertScript() {
  for (const id of GUARDS) {
    if (document.getElementById(id)) continue;
    const guard = document.createElement("meta");
    guard.id = id;
    guard.className = "no-inline-styles";
    document.head.append(guard);
  }
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SOURCE;
    script.async = true;
    script.onload = () => {
      const plotly = /** @type {any} */ (globalThis).Plotly;
      if (plotly) resolve(plotly);
      else reject(new Error("Plotly was loaded but is not there."));
    };
    script.onerror = () => {
      script.remove();
      reject(new Error("Plotly could not be loaded."));
    };
    document.head.append(script);
  });
}
