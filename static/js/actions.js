/** The ways out that a situation offers, as buttons. */

import { reset } from "./commands.js";
import { h } from "./dom.js";
import { newRun, remembered } from "./session.js";
import { retryNow } from "./socket.js";

/** @import {Store} from "./store.js" */
/** @import {Action} from "./situation.js" */

/** @param {Store} store @returns {{[action in Action]: {label: string, act: () => void, possible?: () => boolean}}} */
function ways(store) {
  const config = () => store.get("config") ?? remembered(store.get("run"));
  return {
    retry: { label: "Try now", act: retryNow },
    new_run: { label: "Try again", act: () => void newRun(store, wanted()) },
    same_config: {
      label: "Begin it again with the same settings",
      possible: () => store.get("scenario") !== "" || config() !== null,
      act: () => void newRun(store, { scenario: store.get("scenario") || undefined, config: config() ?? undefined }),
    },
    default_run: { label: "Start the default scenario", act: () => void newRun(store, {}) },
    reset: { label: "Begin anew", act: () => void reset(store) },
  };
}

/** What the address asks for. */
function wanted() {
  const scenario = new URLSearchParams(location.search).get("scenario");
  return scenario ? { scenario } : {};
}

/**
 * @param {Store} store
 * @param {readonly Action[]} actions
 * @param {string} className
 * @returns {HTMLElement[]} the first one that is possible is the one to press
 */
export function actionButtons(store, actions, className) {
  const all = ways(store);
  const open = actions.filter((name) => all[name].possible?.() ?? true);
  return open.map((name, at) => {
    const { label, act } = all[name];
    const press = (/** @type {Event} */ event) => {
      const button = /** @type {HTMLButtonElement} */ (event.currentTarget);
      button.disabled = true;
      setTimeout(() => (button.disabled = false), 1_500);
      act();
    };
    return h("button", { type: "button", class: at === 0 ? `primary ${className}` : className, onclick: press }, label);
  });
}
