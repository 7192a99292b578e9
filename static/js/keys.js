/** Single keys that work anywhere on the page, except while typing. */

import { changeSpeed, playOrPause, step } from "./commands.js";
import { isTyping } from "./dom.js";
import { undo } from "./edits.js";
import { toggleHelp } from "./help.js";

/** @import {Store} from "./store.js" */

/** @param {Store} store */
export function listen(store) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    // A number field in which nothing has been typed has nothing of its own to undo.
    const untouched = event.target instanceof Element && event.target.matches(".number:not([data-typed])");
    const typing = isTyping(event.target);
    if (typing && !untouched) return;
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo(store);
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") && event.key !== "?") return;
    if (act(store, event)) event.preventDefault();
  });
}

/**
 * @param {Store} store
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key meant something
 */
function act(store, event) {
  const joined = store.get("connection").phase === "joined";
  switch (event.key) {
    case " ":
      // On a button, a link or a list, space belongs to it.
      if (
        event.target instanceof Element &&
        event.target.closest("button, a, select, summary, [role=button], [role=tab]")
      )
        return false;
      if (joined) void playOrPause(store);
      return true;
    case ".":
      if (joined) void step(store);
      return true;
    case "[":
    case "]":
      if (joined) void changeSpeed(store, event.key === "]" ? 1 : -1);
      return true;
    case "/":
      document.getElementById("find-setting")?.focus();
      return true;
    case "e":
      document.getElementById("export-button")?.click();
      return true;
    case "?":
      toggleHelp();
      return true;
    default:
      return false;
  }
}
