/** All settings but the four always at hand: groups that open, and one field that searches through everything. */

import { h, setText } from "./dom.js";
import { field, isChanged } from "./field.js";
import { icon } from "./icons.js";
import { read, write } from "./keep.js";
import { paced } from "./pace.js";
import { matters } from "./settings.js";
import { groupWord, inOrder } from "./words.js";

/** @import {Store} from "./store.js" */
/** @import {Field} from "./field.js" */
/** @import {Setting} from "./settings.js" */

const KEPT = "groups";

/**
 * @param {Store} store
 * @param {readonly string[]} primary keys that have their place elsewhere (the search finds them here too)
 */
export function settingGroups(store, primary) {
  const search = h("input", {
    type: "search",
    id: "find-setting",
    placeholder: "Find a setting",
    "aria-label": "Find a setting",
    autocomplete: "off",
    spellcheck: false,
  });
  const none = h("p", { class: "find-none", role: "status" });
  const list = h("div", { class: "groups" });
  /** @type {Group[]} */
  let groups = [];

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    list.classList.toggle("searching", words.length > 0);
    const found = groups.reduce((sum, group) => sum + group.filter(words), 0);
    setText(none, words.length ? (found ? "" : `Nothing is called “${search.value.trim()}”.`) : "");
  };
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (search.value) search.value = "";
      else search.blur();
      filter();
    }
  });
  store.subscribe("settings", (settings) => {
    const names = inOrder([...new Set(settings.map((each) => each.group))]);
    groups = names.map(
      (name) =>
        new Group(
          store,
          name,
          settings.filter((each) => each.group === name),
          primary,
        ),
    );
    list.replaceChildren(...groups.map((group) => group.element));
    filter();
  });
  paced(store, ["settings", "config", "pending", "nextRun", "scenarios", "scenario"], 0, () =>
    groups.forEach((group) => group.update()),
  );
  return h(
    "div",
    { class: "all-settings" },
    h("div", { class: "find" }, icon("search"), search, h("kbd", { "aria-hidden": "true" }, "/")),
    none,
    list,
  );
}

/** One group; its fields are made when it is first opened. */
class Group {
  /**
   * @param {Store} store
   * @param {string} name
   * @param {Setting[]} settings
   * @param {readonly string[]} primary
   */
  constructor(store, name, settings, primary) {
    this.store = store;
    this.settings = settings;
    this.primary = primary;
    /** @type {Field[]} */
    this.fields = [];
    /** @type {string[]} */
    this.words = [];
    this.showIdle = false;
    this.body = h("div", { class: "group-body" });
    this.idle = h("button", { type: "button", class: "quiet-button", onclick: () => this.toggleIdle() });
    const title = h("span", { class: "group-name" }, groupWord(name));
    this.note = h("span", { class: "group-note" });
    const open = new Set(read(KEPT) ?? []).has(name);
    this.element = h(
      "details",
      { class: "group", open, dataset: { group: name } },
      h("summary", {}, title, this.note),
      this.body,
    );
    if (open) this.fill();
    this.element.addEventListener("toggle", () => this.toggled(name));
  }

  /** @param {string} name */
  toggled(name) {
    if (this.element.open) this.fill();
    if (this.words.length) return;
    const kept = new Set(read(KEPT) ?? []);
    if (this.element.open) kept.add(name);
    else kept.delete(name);
    write(KEPT, [...kept]);
    this.wasOpen = this.element.open;
  }

  fill() {
    if (this.fields.length) return;
    this.fields = this.settings.map((setting) => field(this.store, setting));
    this.body.replaceChildren(...this.fields.map((each) => each.element), this.idle);
    this.update();
  }

  toggleIdle() {
    this.showIdle = !this.showIdle;
    this.update();
  }

  /** Show the store as it is. */
  update() {
    const config = this.store.get("config");
    const idle = this.settings.filter(
      (setting) => config && !matters(setting, config) && !this.primary.includes(setting.key),
    );
    for (const each of this.fields) {
      if (this.element.open) each.update();
      each.element.hidden = !this.wanted(each.setting, idle.includes(each.setting));
    }
    const changed = this.settings.filter(
      (each) => !this.primary.includes(each.key) && isChanged(this.store, each),
    ).length;
    setText(this.note, changed ? `${changed} changed` : "");
    this.idle.hidden = idle.length === 0 || this.words.length > 0;
    setText(this.idle, this.showIdle ? "Hide what has no effect now" : `${idle.length} more without effect now`);
  }

  /** @param {Setting} setting @param {boolean} idle */
  wanted(setting, idle) {
    if (this.words.length) return this.matches(setting);
    return !this.primary.includes(setting.key) && (!idle || this.showIdle);
  }

  /** @param {Setting} setting */
  matches(setting) {
    const text =
      `${setting.title} ${setting.key} ${setting.help} ${setting.group} ${setting.choices.join(" ")}`.toLowerCase();
    return this.words.every((word) => text.includes(word));
  }

  /**
   * Show only what contains all the words.
   * @param {string[]} words none: everything as before
   * @returns {number} how many were found
   */
  filter(words) {
    const began = this.words.length === 0 && words.length > 0;
    const ended = this.words.length > 0 && words.length === 0;
    if (began) this.wasOpen = this.element.open;
    this.words = words;
    const found = words.length ? this.settings.filter((setting) => this.matches(setting)).length : 0;
    if (words.length) {
      this.fill();
      this.element.hidden = found === 0;
      this.element.open = found > 0;
    } else {
      this.element.hidden = false;
      if (ended) this.element.open = this.wasOpen ?? false;
    }
    this.update();
    return found;
  }
}
