/**
 * The settings: the four that matter most always at hand, the first thing to try, what the scenario is about, and all
 * the rest, generated from the schema, in groups and searchable.
 */

import { startWith } from "./commands.js";
import { h, setText } from "./dom.js";
import { inWords, send, undo, undoable } from "./edits.js";
import { field } from "./field.js";
import { settingGroups } from "./groups.js";
import { icon } from "./icons.js";
import { lesson } from "./lesson.js";
import { paced } from "./pace.js";
import { matters, valueAt, withValue } from "./settings.js";
import { quantity } from "./units.js";

/** @import {Store} from "./store.js" */
/** @import {Field} from "./field.js" */

/** Always at hand. Where requests come from users who wait, their number takes the place of the rate. */
const PRIMARY = ["arrivals.rate_per_second", "arrivals.users", "io.threads", "workers.count", "queue.capacity"];

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const primary = h("div", { class: "primary-settings" });
  element.append(
    h("h2", { class: "unseen" }, "Settings"),
    primary,
    firstThing(store),
    lesson(store),
    settingGroups(store, PRIMARY),
    nextRunBar(store),
  );

  /** @type {Field[]} */
  let fields = [];
  store.subscribe("settings", (settings) => {
    fields = PRIMARY.flatMap((key) => {
      const setting = settings.find((each) => each.key === key);
      return setting ? [field(store, setting, { primary: true })] : [];
    });
    primary.replaceChildren(...fields.map((each) => each.element));
  });
  paced(store, ["settings", "config", "pending", "scenarios", "scenario"], 0, () => {
    const config = store.get("config");
    for (const each of fields) {
      each.update();
      const other = each.setting.key === "arrivals.users" || each.setting.key === "arrivals.rate_per_second";
      const closed = valueAt(config, "arrivals.process") === "closed";
      each.element.hidden = other && (closed ? !matters(each.setting, config) : each.setting.key === "arrivals.users");
    }
  });
  paced(store, ["connection"], 0, () => {
    element.classList.toggle("offline", store.get("connection").phase !== "joined");
  });
}

/** "Halve the workers", and the way back. @param {Store} store */
function firstThing(store) {
  const halve = h("button", { type: "button", class: "primary", id: "halve" }, "Halve the workers");
  halve.addEventListener("click", () => {
    const workers = valueAt(store.get("config"), "workers.count");
    if (typeof workers === "number" && workers > 1) void send(store, { "workers.count": Math.floor(workers / 2) });
  });
  const back = h(
    "button",
    { type: "button", id: "undo", "aria-label": "Undo the last edit" },
    icon("undo"),
    h("span", {}, "Undo"),
  );
  back.addEventListener("click", () => undo(store));
  paced(store, ["config", "edits", "connection", "settings"], 0, () => {
    const joined = store.get("connection").phase === "joined";
    const workers = valueAt(store.get("config"), "workers.count");
    halve.disabled = !joined || !(workers > 1);
    halve.title =
      workers > 1 ? `From ${quantity(workers, "count")} to ${quantity(Math.floor(workers / 2), "count")}` : "";
    const last = undoable(store.get("edits")).at(-1);
    back.disabled = !joined || !last;
    back.title = last ? `Undo: ${inWords(store, last)} (Ctrl+Z)` : "Nothing to undo";
  });
  return h("div", { class: "first-thing" }, halve, back);
}

/** Settings that wait for a new run, with the offer to start it. @param {Store} store */
function nextRunBar(store) {
  const text = h("p", {});
  const go = h("button", { type: "button", class: "primary small" }, "Start a new run");
  const discard = h("button", { type: "button", class: "small" }, "Discard");
  const bar = h("div", { class: "next-run", hidden: true }, text, h("div", { class: "next-run-actions" }, go, discard));
  go.addEventListener("click", () => {
    let config = store.get("config");
    if (!config) return;
    for (const [key, value] of store.get("nextRun")) config = withValue(config, key, value);
    void startWith(store, config);
  });
  discard.addEventListener("click", () => store.set("nextRun", new Map()));
  paced(store, ["nextRun", "settings"], 0, () => {
    const waiting = store.get("nextRun");
    bar.hidden = waiting.size === 0;
    const names = [...waiting].map(([key, value]) => {
      const setting = store.get("settings").find((each) => each.key === key);
      return `${setting?.title ?? key} ${quantity(value, setting?.unit ?? "")}`;
    });
    setText(text, `${names.join(", ")}: only a new run can take this. Everything else stays as it is now.`);
  });
  return bar;
}
