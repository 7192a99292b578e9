/** Light or dark: what the person chose, or what the system says; and the wish for less motion. */

import { read, write } from "./keep.js";

/** @import {Store} from "./store.js" */

const KEY = "theme";

/**
 * Keep the page's theme at the person's choice.
 * @param {Store} store
 */
export function follow(store) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const kept = read(KEY);
  store.set("themeChoice", kept === "light" || kept === "dark" ? kept : "system");
  const apply = () => {
    const choice = store.get("themeChoice");
    const theme = choice === "system" ? (system.matches ? "dark" : "light") : choice;
    document.documentElement.dataset.theme = theme;
    store.set("theme", theme);
  };
  apply();
  store.set("reducedMotion", calm.matches);
  system.addEventListener("change", apply);
  calm.addEventListener("change", () => store.set("reducedMotion", calm.matches));
  store.subscribe("themeChoice", (choice) => {
    write(KEY, choice);
    apply();
  });
}
