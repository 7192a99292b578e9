/** The share button: the link to this run, on the clipboard, or shown to be copied by hand where there is none. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { shareLink } from "./session.js";

/** @import {Store} from "./store.js" */

const SHOWN_MS = 2_500;

/** @param {Store} store */
export function shareButton(store) {
  const field = h("input", { type: "text", readOnly: true, class: "share-link", "aria-label": "Link to this run" });
  const word = h("span", {}, "Link copied. Whoever opens it watches this run with you.");
  const bubble = h("div", { class: "bubble", hidden: true }, word, field);
  const button = h(
    "button",
    { type: "button", class: "tool tool-text", title: "Copy the link to this run" },
    icon("share"),
    h("span", {}, "Share"),
  );
  let timer = 0;
  const close = () => {
    bubble.hidden = true;
  };
  button.addEventListener("click", async () => {
    const link = shareLink(store);
    window.clearTimeout(timer);
    const copied = await copy(link);
    word.hidden = !copied;
    field.hidden = copied;
    field.value = link;
    bubble.hidden = false;
    if (copied) {
      store.set("announcement", "Link copied.");
      timer = window.setTimeout(close, SHOWN_MS);
    } else {
      field.select();
    }
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") button.focus();
  });
  return h("div", { class: "menu-anchor" }, button, bubble);
}

/** @param {string} text @returns {Promise<boolean>} false where the page may not use the clipboard */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
