import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultOf, flatten, matters, same, valueAt, withValue } from "../../static/js/settings.js";

const schema = {
  type: "object",
  properties: {
    seed: {
      type: "integer",
      default: 1,
      minimum: 0,
      "x-key": "seed",
      "x-title": "Seed",
      "x-unit": "",
      "x-live": false,
    },
    queue: {
      type: "object",
      properties: {
        overflow: {
          type: "string",
          default: "reject",
          enum: ["reject", "block"],
          "x-key": "queue.overflow",
          "x-live": true,
        },
        hold_seconds: {
          type: ["number", "null"],
          default: 1e-7,
          "x-key": "queue.hold_seconds",
          "x-unit": "s",
          "x-scale": "log",
          "x-from-profile": true,
          "x-profile-defaults": { pure: 0, vm: 2e-7 },
          "x-when": { "queue.overflow": ["block"] },
        },
      },
    },
  },
};

test("leaves become settings, in the schema's order", () => {
  const [seed, overflow, hold] = flatten(schema);
  assert.deepEqual([seed.kind, seed.live, seed.step], ["whole", false, 1]);
  assert.deepEqual([overflow.kind, overflow.choices], ["choice", ["reject", "block"]]);
  assert.deepEqual([hold.kind, hold.scale, hold.unit], ["number", "log", "s"]);
});

test("a default may come from the cost profile", () => {
  const hold = flatten(schema)[2];
  assert.equal(defaultOf(hold, { costs: { profile: "vm" } }), 2e-7);
  assert.equal(defaultOf(hold, { costs: { profile: "pure" } }), 0);
  assert.equal(defaultOf(hold, { costs: { profile: "unknown" } }), 1e-7);
});

test("a setting matters only under its conditions", () => {
  const [, overflow, hold] = flatten(schema);
  assert.equal(matters(hold, { queue: { overflow: "reject" } }), false);
  assert.equal(matters(hold, { queue: { overflow: "block" } }), true);
  assert.equal(matters(overflow, {}), true);
});

test("reading and writing by dotted key leaves the original alone", () => {
  const config = { queue: { capacity: 10, overflow: "reject" } };
  const changed = withValue(config, "queue.capacity", 20);
  assert.equal(valueAt(changed, "queue.capacity"), 20);
  assert.equal(valueAt(changed, "queue.overflow"), "reject");
  assert.equal(config.queue.capacity, 10);
  assert.equal(valueAt(config, "no.such.key"), undefined);
  assert.ok(same([[1, 2]], [[1, 2]]));
});
