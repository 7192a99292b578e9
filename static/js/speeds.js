/** The speeds on offer, in simulated seconds per wall second, and the next one up or down. Pure. */

/** @type {readonly (number|"max")[]} */
export const SPEEDS = [
  0.001,
  0.002,
  0.005,
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  1000,
  10_000,
  "max",
];

/**
 * @param {number|"max"} speed
 * @param {number} direction +1 faster, -1 slower
 * @returns {number|"max"}
 */
export function nextSpeed(speed, direction) {
  if (direction > 0) {
    if (speed === "max") return "max";
    return SPEEDS.find((each) => each === "max" || each > speed * 1.0001) ?? "max";
  }
  const slower = SPEEDS.filter((each) => each !== "max" && (speed === "max" || each < speed * 0.9999));
  return slower.at(-1) ?? SPEEDS[0];
}

/**
 * Whether the run is slower than asked, by an amount worth saying.
 * @param {number|"max"} wanted
 * @param {number|null|undefined} achieved
 */
export function fallsShort(wanted, achieved) {
  return typeof achieved === "number" && achieved > 0 && (wanted === "max" || achieved < wanted * 0.95);
}
