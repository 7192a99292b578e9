/** The two ways to set a number: a slider, and a field one types into. Both step with arrow and page keys and the wheel. */

import { h, setAttribute } from "./dom.js";
import { parseQuantity } from "./parse.js";
import { POSITIONS, scaleOf, stepped, toPosition, toValue } from "./scale.js";
import { isFigure, quantity, timeUnit } from "./units.js";

/** @import {Port} from "./field.js" */

/** Keys that step, and by how much. @type {{[key: string]: [number, boolean]}} */
const STEPS = {
  ArrowUp: [1, false],
  ArrowRight: [1, false],
  ArrowDown: [-1, false],
  ArrowLeft: [-1, false],
  PageUp: [1, true],
  PageDown: [-1, true],
};

/**
 * @param {Port} port
 * @param {number} direction
 * @param {boolean} large
 */
function stepOnce(port, direction, large) {
  const value = Number(port.shown() ?? 0);
  const next = stepped(scaleOf(port.setting, value), value, direction, large, port.setting);
  if (next !== value) port.give(next, true);
}

/**
 * The wheel steps, but only with the focus: else it would change settings while scrolling.
 * @param {HTMLElement} element
 * @param {Port} port
 */
function wheelSteps(element, port) {
  element.addEventListener(
    "wheel",
    (event) => {
      if (document.activeElement !== element || !event.deltaY) return;
      event.preventDefault();
      stepOnce(port, event.deltaY < 0 ? 1 : -1, event.shiftKey);
    },
    { passive: false },
  );
}

/** @param {Port} port */
export function sliderInput(port) {
  const { setting } = port;
  const slider = h("input", {
    type: "range",
    min: "0",
    max: String(POSITIONS),
    step: "any",
    class: "slider",
    "aria-label": setting.title,
    "aria-describedby": port.helpId,
  });
  // While the thumb is held the scale stays as it was when it was taken, so the thumb does not run from the pointer.
  let scale = scaleOf(setting, Number(port.shown() ?? 0));
  let held = false;
  const release = () => {
    held = false;
    update();
  };
  slider.addEventListener("pointerdown", () => (held = true));
  slider.addEventListener("pointerup", release);
  slider.addEventListener("pointercancel", release);
  slider.addEventListener("input", () => {
    const value = toValue(scale, Number(slider.value));
    if (value !== port.shown()) port.give(value, true);
    paint(value);
  });
  slider.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      port.give(toValue(scale, event.key === "Home" ? 0 : POSITIONS), true);
    } else if (step && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      stepOnce(port, ...step);
    }
  });
  wheelSteps(slider, port);

  const paint = (/** @type {number} */ value) => {
    slider.style.setProperty("--fill", `${(toPosition(scale, value) / POSITIONS) * 100}%`);
    setAttribute(slider, "aria-valuetext", quantity(value, setting.unit));
  };
  const update = () => {
    const value = port.shown();
    slider.disabled = !isFigure(value);
    if (!isFigure(value)) return;
    if (!held) {
      scale = scaleOf(setting, value);
      slider.value = String(toPosition(scale, value));
    }
    paint(value);
  };
  return { element: slider, update };
}

/** @param {Port} port */
export function numberInput(port) {
  const { setting } = port;
  const input = h("input", {
    type: "text",
    id: port.id,
    class: "number",
    inputMode: "decimal",
    autocomplete: "off",
    spellcheck: false,
    "aria-describedby": port.helpId,
    size: 9,
  });
  let typed = false;

  const text = () => quantity(port.shown(), setting.unit);
  const restore = () => {
    typed = false;
    delete input.dataset.typed;
    input.value = text();
  };
  const commit = () => {
    if (!typed) return;
    typed = false;
    const value = parseQuantity(input.value, setting.unit, bareFactor(port), undefined);
    const wrong = value === null || (setting.kind === "whole" && !Number.isSafeInteger(value));
    if (wrong) port.unreadable(input.value.trim().slice(0, 40));
    else port.give(value, false);
    restore();
  };
  input.addEventListener("input", () => {
    typed = true;
    input.dataset.typed = "";
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", commit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      commit();
      input.select();
    } else if (event.key === "Escape") {
      restore();
      input.select();
    } else if (STEPS[event.key] && !event.key.endsWith("Left") && !event.key.endsWith("Right")) {
      event.preventDefault();
      commit();
      stepOnce(port, ...STEPS[event.key]);
      input.value = text();
    }
  });
  wheelSteps(input, port);

  const update = () => {
    if (typed && document.activeElement === input) return;
    const now = text();
    if (input.value !== now) input.value = now;
    input.disabled = port.shown() === undefined;
  };
  return { element: input, update };
}

/** A number typed without a unit is meant in the unit on screen. @param {Port} port */
function bareFactor({ setting, shown }) {
  if (setting.unit === "s") return timeUnit(Number(shown() ?? 0)).size;
  return setting.unit === "ratio" ? 0.01 : 1;
}
