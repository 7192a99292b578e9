/**
 * The one place that turns figures into text: the wire's seconds, per second and ratios become what people read.
 * Measured values have three significant figures, counts are exact, "no data" is a dash. Figure and unit are joined
 * by a no-break space.
 */

export const DASH = "–";
const SPACE = "\u00a0";

/** @type {string|undefined} */
let locale;
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * Format numbers for this language from now on.
 * @param {string|undefined} tag BCP 47; undefined: the reader's own
 */
export function setLocale(tag) {
  locale = tag;
  formats.clear();
}

/** @param {Intl.NumberFormatOptions} options */
function format(options) {
  const key = JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.NumberFormat(locale, options)));
  return made;
}

/** @param {number|null|undefined} value @returns {value is number} */
export function isFigure(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/**
 * Three significant figures, thousands separated: 0.0123, 1.20, 31.0, 598, 12,345.
 * @param {number|null|undefined} value
 */
export function number(value) {
  if (!isFigure(value)) return DASH;
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 999.5) return format({ maximumFractionDigits: 0 }).format(value);
  return format({ minimumSignificantDigits: 3, maximumSignificantDigits: 3 }).format(value);
}

/**
 * A value someone set: up to six significant figures, no more digits than it has.
 * @param {number|null|undefined} value
 */
export function plain(value) {
  if (!isFigure(value)) return DASH;
  if (Number.isInteger(value)) return count(value);
  return format({ maximumSignificantDigits: 6 }).format(value);
}

/**
 * A whole number, thousands separated.
 * @param {number|null|undefined} value
 */
export function count(value) {
  return isFigure(value) ? format({ maximumFractionDigits: 0 }).format(value) : DASH;
}

/**
 * A whole number where there is little room: exact below a million, then 3.61 M.
 * @param {number|null|undefined} value
 */
export function shortCount(value) {
  if (!isFigure(value) || value < 1e6) return count(value);
  return value < 999.5e6 ? `${number(value / 1e6)}${SPACE}M` : `${number(value / 1e9)}${SPACE}G`;
}

/** @type {readonly [number, string][]} */
const TIME_UNITS = [
  [1, "s"],
  [1e-3, "ms"],
  [1e-6, "µs"],
  [1e-9, "ns"],
];

/**
 * The unit in which a time is best read, and its size in seconds.
 * @param {number} seconds
 * @returns {{unit: string, size: number}}
 */
export function timeUnit(seconds) {
  const size = Math.abs(seconds);
  for (const [unit_seconds, unit] of TIME_UNITS) {
    if (size >= unit_seconds * 0.9995) return { unit, size: unit_seconds };
  }
  return size === 0 ? { unit: "ms", size: 1e-3 } : { unit: "ns", size: 1e-9 };
}

/**
 * A measured length of time: 450 µs, 31.0 ms, 1.20 s.
 * @param {number|null|undefined} seconds
 */
export function duration(seconds) {
  if (!isFigure(seconds)) return DASH;
  const { unit, size } = timeUnit(seconds);
  return number(seconds / size) + SPACE + unit;
}

/**
 * A length of time someone set: 9 ms, 1.5 µs.
 * @param {number|null|undefined} seconds
 */
export function plainDuration(seconds) {
  if (!isFigure(seconds)) return DASH;
  const { unit, size } = timeUnit(seconds);
  return plain(Number((seconds / size).toPrecision(12))) + SPACE + unit;
}

/**
 * Events per second: 598/s, 12.3 k/s, 1.20 M/s.
 * @param {number|null|undefined} perSecond
 */
export function rate(perSecond) {
  if (!isFigure(perSecond)) return DASH;
  const size = Math.abs(perSecond);
  if (size >= 999_500) return number(perSecond / 1e6) + SPACE + "M/s";
  if (size >= 9_995) return number(perSecond / 1e3) + SPACE + "k/s";
  return number(perSecond) + "/s";
}

/**
 * A ratio as a percentage: 75 %, 0.4 %.
 * @param {number|null|undefined} ratio
 */
export function percent(ratio) {
  if (!isFigure(ratio)) return DASH;
  const value = ratio * 100;
  const digits = value !== 0 && Math.abs(value) < 0.95 ? 1 : 0;
  return format({ maximumFractionDigits: digits }).format(value) + SPACE + "%";
}

/**
 * Simulated time: mm:ss.s, with hours when there are any. In slow motion more decimals tell moments apart.
 * @param {number|null|undefined} seconds
 * @param {number} [decimals]
 */
export function clock(seconds, decimals = 1) {
  if (!isFigure(seconds)) return DASH;
  const scale = 10 ** decimals;
  const ticks = Math.floor(Math.max(0, seconds) * scale + 1e-6);
  const whole = Math.floor(ticks / scale);
  const rest = (ticks % scale).toString().padStart(decimals, "0");
  const two = (/** @type {number} */ part) => part.toString().padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const tail = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}${decimals ? `.${rest}` : ""}`;
  return hours ? `${hours}:${tail}` : tail;
}

/**
 * Simulated seconds per wall second: 1×, 0.02×, max.
 * @param {number|"max"|null|undefined} value
 */
export function speed(value) {
  if (value === "max") return "max";
  return isFigure(value) ? `${plain(Number(value.toPrecision(3)))}×` : DASH;
}

/**
 * Any setting's value in the words of its unit.
 * @param {unknown} value
 * @param {string} unit the schema's `x-unit`
 */
export function quantity(value, unit) {
  if (value === null || value === undefined) return DASH;
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value !== "number") return String(value).replaceAll("_", " ");
  if (unit === "s") return plainDuration(value);
  if (unit === "/s") return `${plain(value)}/s`;
  if (unit === "ratio") return plain(Number((value * 100).toPrecision(12))) + SPACE + "%";
  if (unit === "factor") return `${plain(value)}×`;
  return plain(value);
}
