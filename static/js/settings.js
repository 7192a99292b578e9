/**
 * The schema of the configuration as a flat list of settings, and reading and writing nested configurations by
 * dotted key. Pure: no page, no server.
 */

/** @import {Config, SettingValue} from "./wire.js" */

/**
 * @typedef {object} Setting
 * @property {string} key - dotted
 * @property {string} title
 * @property {string} help - one line
 * @property {string} unit - "s", "/s", "count", "ratio", "factor" or ""
 * @property {string} group
 * @property {"number"|"whole"|"choice"|"switch"|"other"} kind
 * @property {SettingValue} default
 * @property {number|null} minimum
 * @property {number|null} maximum
 * @property {string[]} choices
 * @property {boolean} live - may be edited during a run
 * @property {"log"|"linear"} scale
 * @property {number|null} step
 * @property {{[key: string]: unknown[]}|null} when - matters only if each key has one of these values
 * @property {{[profile: string]: SettingValue}|null} profileDefaults - set if the default comes from the cost profile
 */

/**
 * @param {any} schema JSON Schema of /api/schema
 * @returns {Setting[]} in the schema's order
 */
export function flatten(schema) {
  /** @type {Setting[]} */
  const out = [];
  const walk = (/** @type {any} */ node, /** @type {string} */ path) => {
    for (const [name, child] of Object.entries(/** @type {{[name: string]: any}} */ (node.properties ?? {}))) {
      const key = path ? `${path}.${name}` : name;
      if (child.properties) walk(child, key);
      else out.push(toSetting(child, key));
    }
  };
  walk(schema, "");
  return out;
}

/**
 * @param {any} leaf
 * @param {string} path
 * @returns {Setting}
 */
function toSetting(leaf, path) {
  const types = [leaf.type].flat();
  /** @type {Setting["kind"]} */
  let kind = "other";
  if (Array.isArray(leaf.enum)) kind = "choice";
  else if (types.includes("boolean")) kind = "switch";
  else if (types.includes("integer")) kind = "whole";
  else if (types.includes("number")) kind = "number";
  const profiled = leaf["x-from-profile"] ? leaf["x-profile-defaults"] : null;
  return {
    key: leaf["x-key"] ?? path,
    title: leaf["x-title"] ?? leaf.title ?? path,
    help: leaf.description ?? "",
    unit: leaf["x-unit"] ?? "",
    group: leaf["x-group"] ?? "advanced",
    kind,
    default: leaf.default ?? null,
    minimum: leaf.minimum ?? null,
    maximum: leaf.maximum ?? null,
    choices: (leaf.enum ?? []).filter((/** @type {unknown} */ item) => item !== null).map(String),
    live: leaf["x-live"] !== false,
    scale: leaf["x-scale"] === "log" ? "log" : "linear",
    step: leaf["x-step"] ?? (kind === "whole" ? 1 : null),
    when: leaf["x-when"] ?? null,
    profileDefaults: profiled ?? null,
  };
}

/**
 * @param {Config|null|undefined} config nested
 * @param {string} key dotted
 * @returns {any} undefined when absent
 */
export function valueAt(config, key) {
  /** @type {any} */
  let node = config;
  for (const part of key.split(".")) {
    if (node === null || typeof node !== "object") return undefined;
    node = node[part];
  }
  return node;
}

/**
 * A copy of `config` with one dotted key set.
 * @param {Config} config
 * @param {string} key
 * @param {unknown} value
 * @returns {Config}
 */
export function withValue(config, key, value) {
  const [head, ...rest] = key.split(".");
  if (!rest.length) return { ...config, [head]: value };
  return { ...config, [head]: withValue(config[head] ?? {}, rest.join("."), value) };
}

/**
 * The default of a setting under a configuration: some come from the cost profile.
 * @param {Setting} setting
 * @param {Config|null} config
 * @returns {SettingValue}
 */
export function defaultOf(setting, config) {
  if (!setting.profileDefaults) return setting.default;
  const profile = String(valueAt(config, "costs.profile") ?? "bare_metal");
  return setting.profileDefaults[profile] ?? setting.default;
}

/**
 * Whether a setting has an effect under a configuration.
 * @param {Setting} setting
 * @param {Config|null} config
 */
export function matters(setting, config) {
  return Object.entries(setting.when ?? {}).every(([key, values]) => values.includes(valueAt(config, key)));
}

/**
 * Equal as JSON: settings are numbers, words and, for recorded arrivals, lists.
 * @param {unknown} one
 * @param {unknown} other
 */
export function same(one, other) {
  return Object.is(one, other) || JSON.stringify(one) === JSON.stringify(other);
}
