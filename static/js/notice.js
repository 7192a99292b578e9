/** The card: what the page is in the middle of while there is nothing else to show. Not a dialog; it blocks nothing. */

import { actionButtons } from "./actions.js";
import { h, setText } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { paced } from "./pace.js";

/** @import {Store} from "./store.js" */

const ICONS = { quiet: "ok", note: "wait", watch: "watch", bad: "bad" };

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const picture = icon("wait");
  const title = h("h2", {});
  const text = h("p", {});
  const buttons = h("div", { class: "card-actions" });
  const progress = h("div", { class: "progress", "aria-hidden": "true" }, h("i", {}));
  element.append(h("div", { class: "card" }, h("header", {}, picture, title), text, progress, buttons));
  let shown = "";
  paced(store, ["situation", "config"], 0, () => {
    const situation = store.get("situation");
    const visible = situation.place === "card";
    element.classList.toggle("shown", visible);
    document.body.classList.toggle("behind-card", visible);
    document.getElementById("page")?.toggleAttribute("inert", visible);
    if (!visible) {
      shown = "";
      return;
    }
    element.dataset.tone = situation.tone;
    setIcon(picture, ICONS[situation.tone]);
    setText(title, situation.title);
    setText(text, situation.text);
    progress.hidden = situation.tone !== "note";
    const key = `${situation.code} ${store.get("config") !== null}`;
    if (shown !== key) buttons.replaceChildren(...actionButtons(store, situation.actions, ""));
    shown = key;
  });
}
