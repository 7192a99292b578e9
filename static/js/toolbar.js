/** The toolbar: which scenario, is it running and how fast, what can be taken away, and how the page looks. */

import { changeSpeed, openConfiguration, playOrPause, reset, setSpeed, startScenario, step } from "./commands.js";
import { h, setAttribute, setText } from "./dom.js";
import { icon, setIcon } from "./icons.js";
import { toggleHelp } from "./help.js";
import { menu } from "./menu.js";
import { NUMBERS_MS, paced } from "./pace.js";
import { shareButton } from "./share.js";
import { fallsShort, SPEEDS } from "./speeds.js";
import { clock, speed as speedText } from "./units.js";

/** @import {Store} from "./store.js" */
/** @import {Item} from "./menu.js" */

/**
 * @param {string} name icon
 * @param {string} label
 * @param {string} key the key that does the same, "" if none
 * @param {() => void} act
 */
function iconButton(name, label, key, act) {
  const title = key ? `${label} (${key})` : label;
  return h("button", { type: "button", class: "tool", title, "aria-label": label, onclick: act }, icon(name));
}

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  element.append(
    h("h1", { class: "brand" }, "Millrace"),
    scenarioPicker(store),
    h("div", { class: "tools", role: "group", "aria-label": "Run" }, ...runButtons(store)),
    time(store),
    speedPicker(store),
    h(
      "div",
      { class: "tools tools-end", role: "group", "aria-label": "Page" },
      exportMenu(store),
      shareButton(store),
      tableButton(),
      iconButton("help", "Keys and help", "?", toggleHelp),
      themeButton(store),
    ),
  );
}

/** @param {Store} store */
function scenarioPicker(store) {
  const name = h("span", { class: "picker-name" }, "Scenario");
  const button = h("button", { type: "button", class: "picker", title: "Choose a scenario" }, name, icon("down"));
  const items = () => {
    const current = store.get("scenario");
    /** @type {Item[]} */
    const list = store.get("scenarios").map((scenario) => ({
      label: scenario.title,
      detail: scenario.summary,
      checked: scenario.id === current,
      act: () => void startScenario(store, scenario.id),
    }));
    list.push({
      label: "Open a configuration…",
      detail: "A JSON file, as exported here or run without a browser.",
      icon: "open",
      act: () => openConfiguration(store),
    });
    return list;
  };
  paced(store, ["scenario", "scenarios"], 0, () => {
    const current = store.get("scenarios").find((each) => each.id === store.get("scenario"));
    setText(name, current?.title ?? (store.get("run") ? "Own configuration" : "Scenario"));
    document.title = current ? `${current.title} · Millrace` : "Millrace";
  });
  return menu({ button, label: "Scenarios", items, wide: true }).element;
}

/** @param {Store} store */
function runButtons(store) {
  const picture = icon("pause");
  const play = h(
    "button",
    { type: "button", class: "tool tool-play", onclick: () => void playOrPause(store) },
    picture,
  );
  const stepButton = iconButton("step", "Step: let the next thing happen", ".", () => void step(store));
  const resetButton = iconButton("reset", "Begin this run anew", "", () => void reset(store));
  const buttons = [play, stepButton, resetButton];
  paced(store, ["status", "connection"], 0, () => {
    const status = store.get("status");
    const running = status?.state === "running";
    const label = running ? "Pause" : "Play";
    setIcon(picture, running ? "pause" : "play");
    setAttribute(play, "aria-label", label);
    play.title = `${label} (space)`;
    const connected = store.get("connection").phase === "joined";
    const over = status?.state === "finished" || status?.state === "failed";
    play.disabled = !connected || over;
    stepButton.disabled = !connected || over;
    resetButton.disabled = !connected;
  });
  return buttons;
}

/** @param {Store} store */
function speedPicker(store) {
  const select = h("select", {
    class: "speed",
    "aria-label": "Speed, simulated seconds per second",
    title: "Simulated seconds per second ( [ slower, ] faster )",
  });
  const options = () => {
    const wanted = store.get("status")?.speed ?? 1;
    const speeds = SPEEDS.includes(wanted) ? SPEEDS : [wanted, ...SPEEDS];
    select.replaceChildren(...speeds.map((each) => h("option", { value: String(each) }, speedText(each))));
  };
  options();
  select.addEventListener("change", () => void setSpeed(store, select.value === "max" ? "max" : Number(select.value)));
  select.addEventListener("keydown", (event) => {
    if (event.key !== "[" && event.key !== "]") return;
    event.stopPropagation();
    void changeSpeed(store, event.key === "]" ? 1 : -1);
  });
  const achieved = h("span", { class: "achieved", title: "The speed the machine reaches" });
  paced(store, ["status", "connection"], NUMBERS_MS, () => {
    const status = store.get("status");
    const wanted = String(status?.speed ?? 1);
    if (select.value !== wanted) {
      if (![...select.options].some((option) => option.value === wanted)) options();
      select.value = wanted;
    }
    select.disabled = store.get("connection").phase !== "joined";
    const short = status?.state === "running" && fallsShort(status.speed, status.speed_achieved);
    setText(achieved, short ? `reaches ${speedText(status?.speed_achieved)}` : "");
  });
  return h(
    "div",
    { class: "speed-group" },
    h("span", { class: "speed-label", "aria-hidden": "true" }, "speed"),
    h("span", { class: "select" }, select, icon("down")),
    achieved,
  );
}

/** Simulated time and the page's state in one word. @param {Store} store */
function time(store) {
  const figure = h("span", { class: "clock" }, "–");
  const word = h("span", { class: "state-word" });
  const chip = h("span", { class: "state", dataset: { tone: "note" } }, h("span", { class: "state-dot" }), word);
  paced(store, ["status", "view", "sample"], NUMBERS_MS, () => {
    const status = store.get("status");
    const seconds = Math.max(
      status?.simulated_seconds ?? 0,
      store.get("view")?.simulated_seconds ?? 0,
      store.get("sample")?.simulated_seconds ?? 0,
    );
    const speed = status?.speed;
    setText(figure, status ? clock(seconds, typeof speed === "number" && speed < 0.05 ? 4 : 1) : "–");
  });
  paced(store, ["situation"], 0, () => {
    const situation = store.get("situation");
    chip.dataset.tone = situation.tone;
    chip.dataset.code = situation.code;
    setText(word, situation.word);
  });
  return h("div", { class: "time" }, h("span", { class: "clock-label", title: "Simulated time" }, "t"), figure, chip);
}

/** @param {Store} store */
function exportMenu(store) {
  const button = h(
    "button",
    { type: "button", class: "tool tool-text", id: "export-button", title: "Export (e)" },
    icon("export"),
    h("span", {}, "Export"),
  );
  const items = () => {
    const base = `/api/runs/${encodeURIComponent(store.get("run") ?? "")}`;
    const disabled = !store.get("run") || !store.get("status");
    const savePicture = store.get("savePicture");
    /** @type {Item[]} */
    return [
      { label: "Samples, CSV", detail: "One row per sample interval, raw", href: `${base}/history.csv`, disabled },
      { label: "Edits, CSV", detail: "Who changed what, and when", href: `${base}/events.csv`, disabled },
      {
        label: "Configuration, JSON",
        detail: "As it stands now; runs unchanged without a browser",
        href: `${base}/config.json`,
        disabled,
      },
      {
        label: "Charts, picture",
        detail: "With title, scenario and seed",
        disabled: disabled || !savePicture,
        act: () => void savePicture?.(),
      },
    ];
  };
  return menu({ button, label: "Export", items, end: true }).element;
}

function tableButton() {
  const button = iconButton("table", "Figures as a table", "", () => {
    const table = document.getElementById("live-table");
    const shown = table?.classList.toggle("shown") ?? false;
    button.setAttribute("aria-pressed", String(shown));
  });
  button.setAttribute("aria-pressed", "false");
  button.id = "table-button";
  return button;
}

/** @param {Store} store */
function themeButton(store) {
  const picture = icon("system");
  const button = h("button", { type: "button", class: "tool" }, picture);
  /** @type {{[choice: string]: "system"|"light"|"dark"}} */
  const next = { system: store.get("theme") === "dark" ? "light" : "dark", light: "dark", dark: "light" };
  button.addEventListener("click", (event) => {
    store.set("themeChoice", event.altKey || event.shiftKey ? "system" : next[store.get("themeChoice")]);
  });
  paced(store, ["themeChoice", "theme"], 0, () => {
    const choice = store.get("themeChoice");
    setIcon(picture, choice === "system" ? "system" : choice === "dark" ? "moon" : "sun");
    const label = `Theme: ${choice === "system" ? `as the system (${store.get("theme")})` : choice}`;
    button.title = `${label}. Click to change, shift-click for the system's.`;
    setAttribute(button, "aria-label", label);
  });
  return button;
}
