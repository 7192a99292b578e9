import assert from "node:assert/strict";
import { test } from "node:test";
import { situationOf, STALE_SECONDS } from "../../static/js/situation.js";

const sample = /** @type {any} */ ({ simulated_seconds: 12.3 });
/** @param {string} phase @param {object} [more] */
const facts = (phase, more = {}) =>
  /** @type {any} */ ({ connection: { phase, since_ms: 0 }, status: null, sample: null, sampleAt_ms: 0, ...more });
/** @param {string} state */
const status = (state) => ({ state, simulated_seconds: 12.3 });

test("live as long as something comes", () => {
  assert.equal(situationOf(facts("joined", { status: status("running"), sample }), 1_000).code, "live");
  const stale = situationOf(facts("joined", { status: status("running"), sample }), STALE_SECONDS * 1000 + 1_500);
  assert.equal(stale.code, "stale");
  assert.equal(stale.word, "stale 4 s");
  assert.match(stale.text, /00:12\.3/);
});

test("a paused run is never stale", () => {
  assert.equal(situationOf(facts("joined", { status: status("paused"), sample }), 60_000).code, "paused");
});

test("with figures on screen the words go below them, without into a card", () => {
  assert.equal(situationOf(facts("server_gone"), 0).place, "card");
  assert.equal(situationOf(facts("server_gone", { sample }), 0).place, "line");
  assert.equal(situationOf(facts("run_gone", { sample }), 0).place, "card");
});

test("a quick connection shows no card", () => {
  assert.equal(situationOf(facts("connecting"), 200).place, "none");
  assert.equal(situationOf(facts("connecting"), 2_000).place, "card");
});

test("every situation that is not well has words and a way out", () => {
  for (const phase of ["reconnecting", "server_gone", "run_gone", "run_limit", "refused"]) {
    const situation = situationOf(facts(phase), 1_000);
    assert.ok(situation.title, phase);
    assert.ok(situation.actions.length, phase);
  }
  for (const state of ["finished", "failed"]) {
    const situation = situationOf(facts("joined", { status: status(state), sample }), 0);
    assert.equal(situation.code, state);
    assert.deepEqual(situation.actions, ["reset"]);
  }
});
