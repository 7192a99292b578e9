/**
 * Calm gauges: an exponentially weighted mean in wall time. The share of the old value that is left after a step of
 * dt is exp(-dt / tau), so the result does not depend on how often values come. Exports stay raw.
 */

export const TIME_CONSTANT_SECONDS = 2.5;

/** For how long a figure outlives its last value: an interval without a completion is no reason to blink. */
export const HOLD_SECONDS = 5;

export class Smoothed {
  /** @param {number} [tau_seconds] */
  constructor(tau_seconds = TIME_CONSTANT_SECONDS) {
    this.tau_seconds = tau_seconds;
    /** @type {number|null} the smoothed figure */
    this.value = null;
    this._at_seconds = -Infinity;
  }

  /** Forget: the next value is taken as it is. */
  reset() {
    this.value = null;
    this._at_seconds = -Infinity;
  }

  /**
   * @param {number|null|undefined} value null: no data
   * @param {number} now_seconds wall time
   * @returns {number|null} the smoothed figure
   */
  push(value, now_seconds) {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      if (now_seconds - this._at_seconds > HOLD_SECONDS) this.reset();
      return this.value;
    }
    if (this.value === null) this.value = value;
    else {
      const left = Math.exp(-Math.max(0, now_seconds - this._at_seconds) / this.tau_seconds);
      this.value = value + (this.value - value) * left;
    }
    this._at_seconds = now_seconds;
    return this.value;
  }
}
