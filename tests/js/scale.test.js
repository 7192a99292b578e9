import assert from "node:assert/strict";
import { test } from "node:test";
import { POSITIONS, scaleOf, stepped, toPosition, toValue } from "../../static/js/scale.js";

/** @param {object} more */
const setting = (more) =>
  /** @type {any} */ ({
    key: "a.b",
    title: "",
    help: "",
    unit: "count",
    group: "",
    kind: "whole",
    default: 8,
    minimum: 1,
    maximum: 4000,
    choices: [],
    live: true,
    scale: "log",
    step: 1,
    when: null,
    profileDefaults: null,
    ...more,
  });
const workers = setting({ key: "workers.count" });
const rate = setting({
  key: "arrivals.rate_per_second",
  kind: "number",
  unit: "/s",
  default: 600,
  minimum: 0,
  maximum: 1e7,
});
const mean = setting({ kind: "number", unit: "s", default: 0.001, minimum: 0, maximum: 10_000 });
const ratio = setting({ kind: "number", unit: "ratio", default: 0.2, minimum: 0, maximum: 1, scale: "linear" });

test("every value in the window comes back from its position", () => {
  for (const [what, values] of /** @type {[any, number[]][]} */ ([
    [workers, [1, 2, 3, 7, 8, 64, 99, 120, 512]],
    [rate, [0, 10, 600, 1200, 20000]],
    [mean, [0, 0.00001, 0.0004, 0.001, 0.1]],
    [ratio, [0, 0.05, 0.5, 1]],
  ])) {
    for (const value of values)
      assert.equal(toValue(scaleOf(what, value), toPosition(scaleOf(what, value), value)), value);
  }
});

test("the ends of the slider are the ends of its window", () => {
  const scale = scaleOf(workers, 8);
  assert.equal(toValue(scale, 0), 1);
  assert.equal(toValue(scale, POSITIONS), 512);
  assert.equal(toPosition(scale, 512), POSITIONS);
  assert.equal(toValue(scaleOf(rate, 600), 0), 0);
});

test("counts are whole everywhere", () => {
  const scale = scaleOf(workers, 8);
  for (let position = 0; position <= POSITIONS; position += 7) assert.ok(Number.isInteger(toValue(scale, position)));
});

test("the window widens to the value that is set, up to the setting's own range", () => {
  const scale = scaleOf(workers, 3000);
  assert.equal(scale.high, 4000);
  assert.ok(toPosition(scale, 3000) < POSITIONS);
  assert.equal(scaleOf(mean, 5).high, 50);
});

test("positions grow with values", () => {
  for (const what of [workers, rate, mean, ratio]) {
    const scale = scaleOf(what, what.default);
    let before = -1;
    for (let position = 0; position <= POSITIONS; position += 10) {
      const value = toValue(scale, position);
      assert.ok(value >= before);
      before = value;
    }
  }
});

test("a step is one of a small count, else one of the second figure", () => {
  const scale = scaleOf(workers, 8);
  assert.equal(stepped(scale, 8, 1), 9);
  assert.equal(stepped(scale, 8, -1), 7);
  assert.equal(stepped(scale, 10, -1), 9);
  assert.equal(stepped(scale, 120, 1), 130);
  assert.equal(stepped(scale, 8, 1, true), 10);
  assert.equal(stepped(scaleOf(rate, 600), 600, 1), 610);
  assert.equal(stepped(scaleOf(rate, 600), 600, -1), 590);
  assert.equal(stepped(scaleOf(mean, 0.001), 0.001, 1), 0.0011);
  assert.equal(stepped(scaleOf(mean, 0.001), 0.001, -1), 0.00099);
});

test("a step stops at the setting's bounds", () => {
  const scale = scaleOf(workers, 1);
  assert.equal(stepped(scale, 1, -1, false, workers), 1);
  assert.equal(stepped(scaleOf(workers, 4000), 4000, 1, true, workers), 4000);
});

test("from 0 the way leads up, and back to 0", () => {
  const scale = scaleOf(mean, 0);
  const first = stepped(scale, 0, 1, false, mean);
  assert.ok(first > 0);
  assert.equal(stepped(scaleOf(mean, first), first, -1, false, mean), 0);
});
