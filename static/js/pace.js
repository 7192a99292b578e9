/**
 * When drawing happens: on an animation frame, no more often than asked, and not at all while the page is hidden.
 */

/** @import {Signals, Store} from "./store.js" */

/** Numbers on the page change at most this often. */
export const NUMBERS_MS = 250;

/**
 * Call `draw` once now and then after changes of the signals named, at most every `interval_ms`, on an animation
 * frame. While the page is hidden nothing is drawn; when it is shown again, what changed meanwhile is drawn once.
 * @param {Store} store
 * @param {readonly (keyof Signals)[]} names
 * @param {number} interval_ms 0: every frame on which something changed
 * @param {(now_ms: number) => void} draw
 * @returns {() => void} stops it
 */
export function paced(store, names, interval_ms, draw) {
  let dirty = false;
  let waiting = false;
  let drawn_ms = -Infinity;
  let stopped = false;

  const onFrame = (/** @type {number} */ now_ms) => {
    waiting = false;
    if (stopped || document.hidden || !dirty) return;
    dirty = false;
    drawn_ms = now_ms;
    draw(now_ms);
  };
  const plan = () => {
    if (stopped || waiting || document.hidden) return;
    waiting = true;
    const rest_ms = drawn_ms + interval_ms - performance.now();
    if (rest_ms > 8) setTimeout(() => requestAnimationFrame(onFrame), rest_ms);
    else requestAnimationFrame(onFrame);
  };
  const mark = () => {
    dirty = true;
    plan();
  };
  const onVisible = () => {
    waiting = false;
    if (dirty) plan();
  };

  const end = store.subscribe(names, mark);
  document.addEventListener("visibilitychange", onVisible);
  mark();
  return () => {
    stopped = true;
    end();
    document.removeEventListener("visibilitychange", onVisible);
  };
}
