/**
 * The line under the figures. It says, the first that applies: what went wrong beside the run, what the page is in
 * the middle of, the verdict on the machine. It is always there, so nothing jumps when its words change.
 */

import { actionButtons } from "./actions.js";
import { h, setText } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { NUMBERS_MS, paced } from "./pace.js";
import { clock } from "./units.js";

/** @import {Store} from "./store.js" */
/** @import {Verdict} from "./wire.js" */

/** A verdict stays this long before a milder or equal one takes its place, so it can be read. */
const HOLD_MS = 1_500;
const RANK = { ok: 0, watch: 1, bad: 2 };
const ICONS = { quiet: "ok", ok: "ok", note: "info", watch: "watch", bad: "bad" };

/** @param {Store} store */
export function strongLine(store) {
  const picture = icon("ok");
  const title = h("strong", { class: "line-title" });
  const text = h("span", { class: "line-text" });
  const buttons = h("span", { class: "line-actions" });
  const element = h(
    "div",
    { class: "line", id: "verdict", dataset: { tone: "quiet" } },
    picture,
    h("p", {}, title, text),
    buttons,
  );
  const verdict = heldVerdict();
  let shown = "";

  paced(store, ["situation", "view", "remark"], NUMBERS_MS, (now_ms) => {
    const remark = store.get("remark");
    const situation = store.get("situation");
    const told = verdict(store.get("view")?.verdict ?? null, now_ms);
    /** @type {{tone: keyof typeof ICONS, title: string, text: string, key: string, actions: HTMLElement[]}} */
    let line;
    if (remark) {
      const dismiss = h(
        "button",
        { type: "button", class: "small", onclick: () => store.set("remark", null) },
        "Close",
      );
      line = {
        tone: "watch",
        title: remark.title,
        text: remark.text,
        key: `remark ${remark.text}`,
        actions: [dismiss],
      };
    } else if (situation.place === "line") {
      const actions = actionButtons(store, situation.actions, "small");
      line = { tone: situation.tone, title: situation.title, text: situation.text, key: situation.code, actions };
    } else if (told && situation.place !== "card") {
      line = { tone: told.severity, title: "", text: told.sentence, key: "verdict", actions: [] };
    } else {
      const sample = store.get("sample");
      const text = sample ? `The figures are from ${clock(sample.simulated_seconds)}.` : "No figures yet.";
      line = { tone: "note", title: "", text, key: "empty", actions: [] };
    }
    element.dataset.tone = line.tone;
    setIcon(picture, ICONS[line.tone]);
    setText(title, line.title);
    setText(text, line.text);
    if (shown !== line.key) buttons.replaceChildren(...line.actions);
    shown = line.key;
  });
  return element;
}

/** Keeps a verdict long enough to be read; a worse one shows at once. */
function heldVerdict() {
  /** @type {Verdict|null} */
  let held = null;
  let since_ms = -Infinity;
  return (/** @type {Verdict|null} */ next, /** @type {number} */ now_ms) => {
    const worse = held && next && RANK[next.severity] > RANK[held.severity];
    const same = held && next && held.code === next.code && held.severity === next.severity;
    if (!next || !held || worse || now_ms - since_ms > HOLD_MS || (same && now_ms - since_ms > HOLD_MS / 2)) {
      held = next;
      since_ms = now_ms;
    }
    return held;
  };
}
