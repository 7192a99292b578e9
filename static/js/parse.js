/** What a person types into a number field, turned into the wire's unit. Pure; the opposite of `quantity` in units.js. */

/** @type {{[unit: string]: {[suffix: string]: number}}} */
const SUFFIXES = {
  s: { ns: 1e-9, us: 1e-6, µs: 1e-6, μs: 1e-6, ms: 1e-3, s: 1, sec: 1, min: 60, m: 60, h: 3600 },
  "/s": { "/s": 1, "k/s": 1e3, "m/s": 1e6, k: 1e3, m: 1e6, "/ms": 1e3, "/min": 1 / 60, rps: 1 },
  ratio: { "%": 0.01 },
  factor: { "×": 1, x: 1, k: 1e3 },
  count: { k: 1e3, m: 1e6 },
  "": { k: 1e3, m: 1e6 },
};

/**
 * @param {string} text
 * @param {string} unit the schema's `x-unit`
 * @param {number} [bare] what a number without a unit is multiplied by: the unit the field shows
 * @param {string} [locale] whose separators are understood besides the plain ones
 * @returns {number|null} null if it cannot be read
 */
export function parseQuantity(text, unit, bare = 1, locale = undefined) {
  const parts = new Intl.NumberFormat(locale).formatToParts(12345.6);
  const decimal = parts.find((part) => part.type === "decimal")?.value ?? ".";
  const group = parts.find((part) => part.type === "group")?.value ?? ",";
  const cleaned = text.trim().replace(/[\s\u00a0\u202f'’_]/g, "");
  const match = /^([+-]?[\d.,]+(?:e[+-]?\d+)?)(.*)$/i.exec(cleaned);
  if (!match) return null;
  const value = Number(readDigits(match[1], decimal, group));
  if (!Number.isFinite(value)) return null;
  const suffix = match[2].toLowerCase();
  if (!suffix) return round(value * bare);
  const factor = SUFFIXES[unit]?.[suffix];
  return factor === undefined ? null : round(value * factor);
}

/** @param {string} digits @param {string} decimal @param {string} group */
function readDigits(digits, decimal, group) {
  if (decimal === ",") {
    if (digits.includes(",")) return digits.replaceAll(".", "").replace(",", ".");
    return /^\d{1,3}(\.\d{3})+$/.test(digits) && group === "." ? digits.replaceAll(".", "") : digits;
  }
  // With a decimal point, commas separate thousands; a lone comma that cannot is a decimal one.
  if (/^[+-]?\d+,\d{1,2}$/.test(digits) || /^[+-]?0,\d+$/.test(digits)) return digits.replace(",", ".");
  return digits.replaceAll(",", "");
}

/** 9 x 0.001 is 0.009, not 0.009000000000000001. @param {number} value */
function round(value) {
  return Number(value.toPrecision(12));
}
