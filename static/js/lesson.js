/** What the scenario shows, what to turn and what to watch. */

import { h, setText } from "./dom.js";
import { read, write } from "./keep.js";
import { paced } from "./pace.js";

/** @import {Store} from "./store.js" */

/** @param {Store} store */
export function lesson(store) {
  const summary = h("p", {});
  const turn = h("dd", {});
  const watch = h("dd", {});
  const box = h(
    "details",
    { class: "group lesson", id: "lesson", open: read("lesson") !== false },
    h("summary", {}, "This scenario"),
    h("div", { class: "lesson-body" }, summary, h("dl", {}, h("dt", {}, "Turn"), turn, h("dt", {}, "Watch"), watch)),
  );
  box.addEventListener("toggle", () => write("lesson", box.open));
  paced(store, ["scenario", "scenarios"], 0, () => {
    const scenario = store.get("scenarios").find((each) => each.id === store.get("scenario"));
    box.hidden = !scenario;
    if (!scenario) return;
    setText(summary, scenario.summary);
    setText(turn, scenario.turn);
    setText(watch, scenario.watch);
  });
  return box;
}
