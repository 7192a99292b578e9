import assert from "node:assert/strict";
import { test } from "node:test";
import { HOLD_SECONDS, Smoothed } from "../../static/js/smooth.js";

test("the first value is taken as it is", () => {
  assert.equal(new Smoothed().push(7, 0), 7);
});

test("after one time constant 63 % of a step is made, however often values come", () => {
  for (const steps of [1, 10, 250]) {
    const gauge = new Smoothed(2.5);
    gauge.push(0, 0);
    for (let at = 1; at <= steps; at++) gauge.push(1, (2.5 * at) / steps);
    assert.ok(Math.abs(/** @type {number} */ (gauge.value) - (1 - Math.exp(-1))) < 1e-12, `${steps} steps`);
  }
});

test("no data keeps the figure for a while, then there is none", () => {
  const gauge = new Smoothed();
  gauge.push(5, 0);
  assert.equal(gauge.push(null, HOLD_SECONDS - 0.1), 5);
  assert.equal(gauge.push(null, HOLD_SECONDS + 0.1), null);
});
