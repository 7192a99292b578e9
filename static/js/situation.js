/**
 * What the page is in the middle of, and the words for it. One pure function decides; panels only show the result.
 *
 * `tone` says how loud: "quiet" (all is as it should be), "note", "watch", "bad". `place` says where it is told: the
 * "line" under the figures when there are figures to keep on screen, the "card" when there is nothing else to show,
 * or nowhere but the word in the toolbar.
 */

import { clock } from "./units.js";

/** @import {Connection} from "./store.js" */
/** @import {Sample, Status} from "./wire.js" */

/** @typedef {"retry"|"new_run"|"same_config"|"default_run"|"reset"} Action */

/**
 * @typedef {object} Situation
 * @property {string} code
 * @property {string} word - for the toolbar
 * @property {"quiet"|"note"|"watch"|"bad"} tone
 * @property {"none"|"line"|"card"} place
 * @property {string} title
 * @property {string} text
 * @property {readonly Action[]} actions
 */

/** Without a sample or view for this long, a running run is not live. */
export const STALE_SECONDS = 3;

/** Connecting takes a blink; only a longer wait is worth a card. */
const CARD_AFTER_SECONDS = 0.6;

/** @returns {Situation} before anything is known */
export function opening() {
  return say("connecting", "connecting", "note", "none", "", "");
}

/**
 * @param {{connection: Connection, status: Status|null, sample: Sample|null, sampleAt_ms: number}} facts
 * @param {number} now_ms
 * @returns {Situation}
 */
export function situationOf(facts, now_ms) {
  const { connection, status, sample, sampleAt_ms } = facts;
  const seconds = Math.max(0, (now_ms - connection.since_ms) / 1000);
  const place = sample ? "line" : "card";
  const reason = connection.error?.message ?? "";
  switch (connection.phase) {
    case "compiling": {
      const elapsed = Math.round(connection.elapsed_seconds ?? seconds);
      return say(
        "compiling",
        "compiling",
        "note",
        "card",
        "Compiling the simulator",
        `The first start turns the simulation into machine code; that takes about ten seconds. So far: ${elapsed} s.`,
      );
    }
    case "connecting":
      return say(
        "connecting",
        "connecting",
        "note",
        seconds < CARD_AFTER_SECONDS ? "none" : place,
        "Connecting",
        `Asking the server for this run. ${whole(seconds)} s so far.`,
      );
    case "reconnecting":
      return say(
        "reconnecting",
        "reconnecting",
        "watch",
        place,
        "Connection lost",
        `Trying again, ${whole(seconds)} s so far. The run goes on at the server; what you miss arrives afterwards.`,
        ["retry"],
      );
    case "catching_up":
      return say("catching_up", "catching up", "note", "line", "Connected again", "Fetching what was missed.");
    case "server_gone":
      return say(
        "server_gone",
        "no server",
        "bad",
        place,
        "The server does not answer",
        `${sample ? `The figures are from ${clock(sample.simulated_seconds)}. ` : ""}Is it still running? ` +
          "This page keeps trying and goes on by itself when it is back.",
        ["retry"],
      );
    case "run_gone":
      return say(
        "run_gone",
        "run gone",
        "bad",
        "card",
        "This run no longer exists",
        "A run without viewers is removed after a while, and every run when the server restarts. Its history is gone; " +
          "a new run can take its place.",
        ["same_config", "default_run"],
      );
    case "run_limit":
      return say(
        "run_limit",
        "server full",
        "watch",
        "card",
        "The server is full",
        `${reason} Close a tab that shows a run you no longer need, or try again in a minute.`,
        ["new_run"],
      );
    case "refused":
      return say("refused", "refused", "bad", "card", "This run could not be started", reason, ["default_run"]);
    default:
      return joinedSituation(status, sample, (now_ms - sampleAt_ms) / 1000);
  }
}

/**
 * @param {Status|null} status
 * @param {Sample|null} sample
 * @param {number} silence_seconds since the newest sample or view
 * @returns {Situation}
 */
function joinedSituation(status, sample, silence_seconds) {
  const at = clock(status?.simulated_seconds);
  switch (status?.state) {
    case "paused":
      return say("paused", "paused", "note", "none", "Paused", `At ${at}.`);
    case "finished":
      return say(
        "finished",
        "finished",
        "note",
        "line",
        "Finished",
        `${status.reason || "The source has no more arrivals and everything is served."} Ended at ${at}.`,
        ["reset"],
      );
    case "failed":
      return say(
        "failed",
        "failed",
        "bad",
        "line",
        "The run failed",
        `${status.reason || "The simulation reported an error."} Stopped at ${at}; its history can still be exported.`,
        ["reset"],
      );
    default:
      if (silence_seconds > STALE_SECONDS) {
        return say(
          "stale",
          `stale ${whole(silence_seconds)} s`,
          "watch",
          "line",
          `No news for ${whole(silence_seconds)} s`,
          `Connected, but the run sends nothing. The figures are from ${clock(sample?.simulated_seconds)}.`,
          ["retry"],
        );
      }
      return say("live", "live", "quiet", "none", "Live", "");
  }
}

/** Codes under which the figures on screen are old. */
export const OLD_FIGURES = new Set(["stale", "reconnecting", "server_gone", "run_gone"]);

/** @param {number} seconds */
function whole(seconds) {
  return Math.floor(seconds).toString();
}

/**
 * @param {string} code
 * @param {string} word
 * @param {Situation["tone"]} tone
 * @param {Situation["place"]} place
 * @param {string} title
 * @param {string} text
 * @param {readonly Action[]} [actions]
 * @returns {Situation}
 */
function say(code, word, tone, place, title, text, actions = []) {
  return { code, word, tone, place, title, text, actions };
}
