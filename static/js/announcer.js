/** The polite live region: says one thing at a time, the newest, and never more than one a second. */

/** @import {Store} from "./store.js" */

const APART_MS = 1_000;

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  let timer = 0;
  store.subscribe("announcement", (text) => {
    if (!text) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      element.textContent = text;
      store.set("announcement", "");
    }, APART_MS / 2);
  });
}
