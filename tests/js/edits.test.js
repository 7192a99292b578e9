import assert from "node:assert/strict";
import { test } from "node:test";
import { undoable } from "../../static/js/edits.js";
import { fallsShort, nextSpeed } from "../../static/js/speeds.js";

/** @param {...[string, any, any]} changes */
const edited = (...changes) =>
  /** @type {any} */ ({
    run: "r",
    simulated_seconds: 1,
    actor: "viewer",
    changes: changes.map(([parameter, old_value, new_value]) => ({ parameter, old_value, new_value })),
  });

test("the last edit can be undone, and after it the one before", () => {
  const journal = [edited(["workers.count", 8, 4]), edited(["io.threads", 2, 3])];
  assert.equal(undoable(journal).at(-1)?.[0].parameter, "io.threads");
  journal.push(edited(["io.threads", 3, 2]));
  assert.equal(undoable(journal).at(-1)?.[0].parameter, "workers.count");
  journal.push(edited(["workers.count", 4, 8]));
  assert.equal(undoable(journal).length, 0);
});

test("an edit of several settings is undone as a whole", () => {
  const journal = [edited(["a", 1, 2], ["b", 1, 2])];
  journal.push(edited(["b", 2, 1]));
  assert.equal(undoable(journal).length, 2);
  assert.equal(undoable([journal[0], edited(["b", 2, 1], ["a", 2, 1])]).length, 0);
});

test("speeds go up and down their list, and stop at its ends", () => {
  assert.equal(nextSpeed(1, 1), 2);
  assert.equal(nextSpeed(1, -1), 0.5);
  assert.equal(nextSpeed(3, 1), 5);
  assert.equal(nextSpeed(3, -1), 2);
  assert.equal(nextSpeed("max", 1), "max");
  assert.equal(nextSpeed("max", -1), 10_000);
  assert.equal(nextSpeed(0.001, -1), 0.001);
});

test("the achieved speed is worth saying when it falls short", () => {
  assert.equal(fallsShort(1, 0.98), false);
  assert.equal(fallsShort(1, 0.9), true);
  assert.equal(fallsShort("max", 4000), true);
  assert.equal(fallsShort(1, null), false);
});
