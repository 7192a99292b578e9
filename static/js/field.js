/**
 * One setting as a control: a slider and a number, or a list of choices, with what became of the last edit.
 *
 * What is shown is the value on its way if there is one, else the run's own; a refused value therefore goes back by
 * itself. A setting that cannot change during a run takes its value into `nextRun` instead.
 */

import { h, setAttribute, setText, uniqueId } from "./dom.js";
import { dismiss, propose, refuse, send } from "./edits.js";
import { icon } from "./icons.js";
import { numberInput, sliderInput } from "./inputs.js";
import { defaultOf, matters, same, valueAt } from "./settings.js";
import { clock } from "./units.js";
import { choiceWord, exampleOf, valueWord } from "./words.js";

/** @import {Store} from "./store.js" */
/** @import {Setting} from "./settings.js" */

/**
 * @typedef {object} Field
 * @property {HTMLElement} element
 * @property {Setting} setting
 * @property {() => void} update - show the store as it is
 */

/**
 * What a control inside a field is given.
 * @typedef {object} Port
 * @property {Setting} setting
 * @property {string} id
 * @property {string} helpId
 * @property {() => any} shown - the value on screen
 * @property {(value: unknown, settle: boolean) => void} give - take a new value; `settle`: more may follow at once
 * @property {(value: unknown) => void} unreadable - the person typed what cannot be read
 */

/**
 * @param {Store} store
 * @param {Setting} setting
 * @param {{primary?: boolean}} [options]
 * @returns {Field}
 */
export function field(store, setting, { primary = false } = {}) {
  const id = uniqueId("setting");
  const helpId = `${id}-help`;
  const shown = () => shownValue(store, setting);

  /** @type {Port} */
  const port = {
    setting,
    id,
    helpId,
    shown,
    give(value, settle) {
      dismiss(store, setting.key);
      if (!setting.live) giveNextRun(store, setting, value);
      else if (settle) propose(store, setting.key, value);
      else if (!same(value, shown())) void send(store, { [setting.key]: value });
    },
    unreadable(value) {
      refuse(store, setting.key, value, `“${value}” is not ${exampleOf(setting.unit)}.`);
    },
  };

  const control = controlFor(port);
  const label = h("label", { for: id }, setting.title);
  const remark = h("span", { class: "setting-remark" });
  const back = h("button", { type: "button", class: "setting-reset" }, icon("undo"));
  const help = h("p", { class: "setting-help", id: helpId }, setting.help);
  const problem = h("p", { class: "setting-problem", role: "alert" });
  const element = h(
    "div",
    { class: `setting${primary ? " setting-primary" : ""}`, dataset: { key: setting.key } },
    h("div", { class: "setting-head" }, label, remark, h("span", { class: "setting-value" }, back, control.head)),
    control.body,
    help,
    problem,
  );
  if (primary) label.title = setting.help;

  back.addEventListener("click", () => {
    const target = resetTarget(store, setting);
    if (target) port.give(target.value, false);
  });

  const update = () => {
    control.update();
    const config = store.get("config");
    const state = store.get("pending").get(setting.key);
    const target = resetTarget(store, setting);
    back.classList.toggle("nothing", target === null);
    if (target) {
      back.title = `Back to ${valueWord(setting, target.value)}, the ${target.name}`;
      setAttribute(
        back,
        "aria-label",
        `${setting.title}: back to ${valueWord(setting, target.value)}, the ${target.name}`,
      );
    }
    element.classList.toggle("idle", config !== null && !matters(setting, config));
    setAttribute(element, "data-state", state?.state ?? (store.get("nextRun").has(setting.key) ? "next" : null));
    setText(remark, remarkOf(store, setting));
    setText(problem, state?.state === "refused" ? (state.message ?? "Refused.") : "");
  };
  return { element, setting, update };
}

/** @param {Port} port @returns {{head: HTMLElement, body: HTMLElement|null, update: () => void}} */
function controlFor(port) {
  const { setting } = port;
  if (setting.kind === "choice" && setting.choices.length > 1) return choice(port);
  if (setting.kind === "switch") return toggle(port);
  if (setting.kind === "whole" || setting.kind === "number") {
    const number = numberInput(port);
    const slider = (setting.maximum ?? 0) <= 1e12 ? sliderInput(port) : null;
    return {
      head: number.element,
      body: slider?.element ?? null,
      update() {
        number.update();
        slider?.update();
      },
    };
  }
  return fixed(port);
}

/** @param {Port} port */
function choice({ setting, id, helpId, shown, give }) {
  const select = h(
    "select",
    { id, "aria-describedby": helpId },
    ...setting.choices.map((each) => h("option", { value: each }, choiceWord(setting.key, each))),
  );
  select.addEventListener("change", () => give(select.value, false));
  return {
    head: h("span", { class: "select" }, select, icon("down")),
    body: null,
    update() {
      const value = String(shown() ?? "");
      if (select.value !== value) select.value = value;
    },
  };
}

/** @param {Port} port */
function toggle({ id, helpId, shown, give }) {
  const box = h("input", {
    type: "checkbox",
    id,
    "aria-describedby": helpId,
    onchange: () => give(box.checked, false),
  });
  return { head: box, body: null, update: () => void (box.checked = shown() === true) };
}

/** A setting with nothing to choose here: its value in words. @param {Port} port */
function fixed({ setting, id, shown }) {
  const output = h("output", { id, class: "setting-fixed" });
  return { head: output, body: null, update: () => setText(output, valueWord(setting, shown())) };
}

/** @param {Store} store @param {Setting} setting */
function shownValue(store, setting) {
  const state = store.get("pending").get(setting.key);
  if (state?.state === "pending") return state.value;
  if (store.get("nextRun").has(setting.key)) return store.get("nextRun").get(setting.key);
  return valueAt(store.get("config"), setting.key);
}

/** @param {Store} store @param {Setting} setting */
function remarkOf(store, setting) {
  const state = store.get("pending").get(setting.key);
  if (state?.state === "pending") return "sending …";
  if (state?.state === "confirmed") return `at ${clock(state.at_seconds)}`;
  if (store.get("nextRun").has(setting.key)) return "next run";
  const value = shownValue(store, setting);
  if (setting.maximum !== null && setting.maximum > 1 && value === setting.maximum) return "the most there is";
  return setting.live ? "" : "new run only";
}

/** @param {Store} store @param {Setting} setting @param {unknown} value */
function giveNextRun(store, setting, value) {
  const next = new Map(store.get("nextRun"));
  if (same(value, valueAt(store.get("config"), setting.key))) next.delete(setting.key);
  else next.set(setting.key, /** @type {any} */ (value));
  store.set("nextRun", next);
}

/** The value a setting has at the start of the run's scenario. @param {Store} store @param {Setting} setting */
function scenarioValue(store, setting) {
  const id = store.get("scenario");
  const scenario = store.get("scenarios").find((each) => each.id === id);
  return valueAt(scenario?.config, setting.key) ?? defaultOf(setting, store.get("config"));
}

/** Whether a setting differs from what the scenario began with. @param {Store} store @param {Setting} setting */
export function isChanged(store, setting) {
  const value = valueAt(store.get("config"), setting.key);
  return value !== undefined && setting.kind !== "other" && !same(value, scenarioValue(store, setting));
}

/**
 * Where "back" goes: to the scenario's value, and from there to the default.
 * @param {Store} store
 * @param {Setting} setting
 */
function resetTarget(store, setting) {
  const value = shownValue(store, setting);
  if (value === undefined || setting.kind === "other") return null;
  const scenario = scenarioValue(store, setting);
  const standard = defaultOf(setting, store.get("config"));
  if (!same(value, scenario))
    return { value: scenario, name: same(scenario, standard) ? "default" : "scenario’s value" };
  if (!same(value, standard)) return { value: standard, name: "default" };
  return null;
}
