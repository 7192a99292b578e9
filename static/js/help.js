/** The list of keys, and what the page is: a dialog that one key opens and Escape closes. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { STATES } from "./states.js";

/** @type {readonly [string[], string][]} */
const KEYS = [
  [["Space"], "play, pause"],
  [["."], "step: let the next thing happen"],
  [["["], "slower"],
  [["]"], "faster"],
  [["/"], "find a setting"],
  [["e"], "export"],
  [["Ctrl", "Z"], "undo the last edit"],
  [["?"], "this list"],
  [["←", "→"], "at a slider: one step"],
  [["PgUp", "PgDn"], "at a slider: a large step"],
  [["Home", "End"], "at a slider: its ends"],
  [["Esc"], "at a field: the value as it was"],
];

/** @type {HTMLDialogElement|null} */
let dialog = null;

/** Open the help, or close it. */
export function toggleHelp() {
  if (!dialog) {
    dialog = build();
    document.body.append(dialog);
  }
  if (dialog.open) dialog.close();
  else dialog.showModal();
}

/** @returns {HTMLDialogElement} */
function build() {
  const close = h(
    "button",
    { type: "button", class: "tool", "aria-label": "Close", title: "Close (Esc)" },
    icon("close"),
  );
  const box = h(
    "dialog",
    { class: "help", "aria-labelledby": "help-title" },
    h("header", {}, h("h2", { id: "help-title" }, "Millrace"), close),
    h(
      "p",
      {},
      "A flight simulator for server threads. Packets reach the network card, I/O threads turn them into jobs, workers do the jobs. " +
        "Turn the worker count down and watch the queue back up. All of it is simulated; nothing here measures your machine.",
    ),
    h(
      "div",
      { class: "help-columns" },
      h(
        "section",
        {},
        h("h3", {}, "Keys"),
        h(
          "dl",
          { class: "keys" },
          ...KEYS.flatMap(([keys, what]) => [h("dt", {}, ...keys.map((key) => h("kbd", {}, key))), h("dd", {}, what)]),
        ),
      ),
      h(
        "section",
        {},
        h("h3", {}, "Thread states"),
        h(
          "dl",
          { class: "legend" },
          ...STATES.filter((each) => each.name !== "stopped").flatMap((each) => [
            h(
              "dt",
              {},
              h("span", { class: "swatch", dataset: { state: each.name, pattern: each.pattern } }, each.glyph),
            ),
            h("dd", {}, h("strong", {}, each.label), `: ${each.help}`),
          ]),
        ),
      ),
    ),
  );
  close.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => {
    if (event.target === box) box.close();
  });
  return box;
}
