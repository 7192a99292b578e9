/**
 * A button that opens a menu below it. Arrow keys move, Escape closes and gives the focus back, a click elsewhere
 * closes. What is in the menu is built anew each time it opens.
 */

import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";

/**
 * One line of a menu. With `href` it is a download.
 * @typedef {{label: string, detail?: string, icon?: string, href?: string, checked?: boolean, disabled?: boolean, act?: () => void}} Item
 */

/** @type {(() => void)|null} */
let closeOpen = null;

/**
 * @param {{button: HTMLButtonElement, label: string, items: () => Item[], wide?: boolean, end?: boolean}} options
 *   `end`: aligned with the button's right edge
 * @returns {{element: HTMLElement, open: () => void, close: () => void}}
 */
export function menu({ button, label, items, wide = false, end = false }) {
  const id = uniqueId("menu");
  const list = h("div", {
    class: `menu${wide ? " menu-wide" : ""}${end ? " menu-end" : ""}`,
    role: "menu",
    id,
    "aria-label": label,
    hidden: true,
  });
  const element = h("div", { class: "menu-anchor" }, button, list);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-controls", id);
  button.setAttribute("aria-expanded", "false");

  const entries = () =>
    /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role^=menuitem]:not([aria-disabled=true])")]);
  const onOutside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !element.contains(event.target)) close();
  };

  const close = () => {
    if (list.hidden) return;
    const inside = list.contains(document.activeElement);
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", onOutside, true);
    closeOpen = null;
    if (inside) button.focus();
  };
  const open = () => {
    closeOpen?.();
    list.replaceChildren(...items().map((item) => entry(item, close)));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", onOutside, true);
    closeOpen = close;
    const checked = /** @type {HTMLElement|null} */ (list.querySelector("[aria-checked=true]"));
    (checked ?? entries()[0])?.focus();
  };

  button.addEventListener("click", () => (list.hidden ? open() : close()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    open();
  });
  list.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Tab") setTimeout(close);
    else move(event, entries());
  });
  return { element, open, close };
}

/**
 * @param {Item} item
 * @param {() => void} close
 */
function entry(item, close) {
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  const content = [
    item.icon ? icon(item.icon) : null,
    h(
      "span",
      { class: "menu-text" },
      h("span", { class: "menu-label" }, item.label),
      item.detail ? h("span", { class: "menu-detail" }, item.detail) : null,
    ),
    item.checked ? icon("check") : null,
  ];
  const shared = {
    class: "menu-item",
    role,
    tabIndex: -1,
    "aria-checked": item.checked,
    "aria-disabled": item.disabled,
  };
  if (item.href && !item.disabled) {
    return h("a", { ...shared, href: item.href, download: "", onclick: () => setTimeout(close) }, ...content);
  }
  const press = () => {
    if (item.disabled) return;
    close();
    item.act?.();
  };
  return h("button", { ...shared, type: "button", onclick: press }, ...content);
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement[]} entries
 */
function move(event, entries) {
  const at = entries.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const last = entries.length - 1;
  const next = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    entries[next]?.focus();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const order = [...entries.slice(at + 1), ...entries.slice(0, at + 1)];
    order.find((each) => each.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
  }
}
