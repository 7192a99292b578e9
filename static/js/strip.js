/**
 * The status strip: the run's figures, smoothed, and below them one line: normally the verdict, or what the page is
 * in the middle of when the figures are old, or what went wrong beside the run.
 */

import { h, setAttribute, setText } from "./dom.js";
import { strongLine } from "./line.js";
import { NUMBERS_MS, paced } from "./pace.js";
import { Smoothed } from "./smooth.js";
import { BY_NAME, STACK_ORDER } from "./states.js";
import { count, duration, isFigure, percent, rate, shortCount, DASH } from "./units.js";

/** @import {Store} from "./store.js" */
/** @import {Sample} from "./wire.js" */

/** Shares of the queue's capacity at which it is worth a look, and bad. */
export const QUEUE_WATCH = 0.5;
export const QUEUE_BAD = 0.9;

const SMOOTHED = [
  "arrival_rate_per_second",
  "throughput_per_second",
  "response_p50_seconds",
  "response_p99_seconds",
  "dropped_nic_per_second",
  "dropped_queue_per_second",
  "dropped_oldest_per_second",
  "utilization_workers_ratio",
  "utilization_cores_ratio",
  "utilization_io_threads_ratio",
  ...STACK_ORDER.map((name) => `workers_${name}_ratio`),
];

const EXPLANATION = "A worker that waits for the backend is busy, but it keeps no core busy.";

/**
 * One figure: a label, the value, and a quieter remark beside it.
 * @param {string} id
 * @param {string} label
 * @param {string} title
 */
function figure(id, label, title) {
  const value = h("span", { class: "figure-value" }, DASH);
  const aside = h("span", { class: "figure-aside" });
  const element = h(
    "div",
    { class: "figure", id: `figure-${id}`, title },
    h("div", { class: "figure-label" }, label),
    h("div", { class: "figure-row" }, value, aside),
  );
  return { element, value, aside };
}

/** A thin bar of one or more parts. @param {string} name */
function bar(name) {
  return h("div", { class: "bar", id: `bar-${name}`, "aria-hidden": "true" });
}

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const offered = figure("offered", "Offered", "Requests that reach the network card");
  const done = figure("done", "Done", "Requests answered");
  const queue = figure("queue", "Queue", "Jobs waiting, of the queue's capacity");
  const p99 = figure("p99", "p99", "Response time that 99 % of the requests stay under: from the card to the reply");
  const drops = figure("drops", "Drops", "Requests lost");
  const workers = figure("workers", "Workers busy", `Share of the workers' time with a job in hand. ${EXPLANATION}`);
  const cores = figure("cores", "Cores busy", `Share of the cores' time on which a thread ran. ${EXPLANATION}`);
  const queueBar = bar("queue");
  const workersBar = bar("workers");
  const coresBar = bar("cores");
  queue.element.append(queueBar);
  workers.element.append(workersBar);
  cores.element.append(coresBar);
  const queueFill = h("i", { class: "fill fill-queue" });
  queueBar.append(queueFill);
  const coreFill = h("i", { class: "fill", dataset: { state: "running" } });
  coresBar.append(coreFill);
  const shares = STACK_ORDER.filter((name) => name !== "parked" && name !== "starting").map((name) => {
    const part = h("i", { class: "fill", dataset: { state: name }, title: BY_NAME.get(name)?.label });
    workersBar.append(part);
    return { part, column: `workers_${name}_ratio` };
  });

  element.append(
    h(
      "div",
      { class: "figures" },
      offered.element,
      done.element,
      queue.element,
      p99.element,
      drops.element,
      h(
        "div",
        { class: "side-by-side" },
        workers.element,
        cores.element,
        h("p", { class: "figure-note" }, EXPLANATION),
      ),
    ),
    strongLine(store),
  );

  const smooth = new Map(SMOOTHED.map((name) => [name, new Smoothed()]));
  const get = (/** @type {string} */ name) => smooth.get(name)?.value ?? null;
  let run = "";
  /** @type {Sample|null} */
  let taken = null;
  const take = () => {
    const sample = store.get("sample");
    if (sample === taken) return;
    const generation = `${store.get("run")}/${store.get("status")?.generation}`;
    if (generation !== run || !sample) smooth.forEach((each) => each.reset());
    run = generation;
    taken = sample;
    if (!sample) return;
    const now_seconds = performance.now() / 1000;
    smooth.forEach((each, name) => each.push(sample[name], now_seconds));
  };
  store.subscribe(["sample"], take);

  paced(store, ["sample", "view", "config", "stale"], NUMBERS_MS, () => {
    take();
    element.classList.toggle("old", store.get("stale"));
    const sample = store.get("sample");
    const view = store.get("view");
    setText(offered.value, rate(get("arrival_rate_per_second")));
    setText(offered.aside, sample ? `${shortCount(sample.arrivals_total)} in all` : "");
    setText(done.value, rate(get("throughput_per_second")));
    setText(done.aside, sample ? `${shortCount(sample.completed_total)} in all` : "");
    setText(p99.value, duration(get("response_p99_seconds")));
    setText(p99.aside, isFigure(get("response_p50_seconds")) ? `p50 ${duration(get("response_p50_seconds"))}` : "");
    drawQueue(
      queue,
      queueFill,
      view?.queue.depth ?? sample?.queue_depth,
      view?.queue.capacity ?? sample?.queue_capacity,
    );
    drawDrops(drops, sample, get);
    const busy = get("utilization_workers_ratio");
    setText(workers.value, percent(busy));
    setText(workers.aside, sample ? workersAside(sample) : "");
    for (const { part, column } of shares) part.style.width = `${((get(column) ?? 0) * 100).toFixed(1)}%`;
    const free = sample && sample.cores === 0;
    const coresBusy = get("utilization_cores_ratio");
    setText(cores.value, free ? "no limit" : percent(coresBusy));
    setText(cores.aside, free ? "one per thread" : sample ? `of ${count(sample.cores)}` : "");
    coreFill.style.width = `${((free ? 0 : (coresBusy ?? 0)) * 100).toFixed(1)}%`;
  });
}

/** @param {Sample} sample */
function workersAside(sample) {
  const draining = sample.workers_draining > 0 ? `, ${count(sample.workers_draining)} leaving` : "";
  return `${count(sample.workers_busy)} of ${count(sample.workers_live ?? sample.workers)}${draining}`;
}

/**
 * @param {ReturnType<typeof figure>} queue
 * @param {HTMLElement} fill
 * @param {number|undefined} depth
 * @param {number|undefined} capacity
 */
function drawQueue(queue, fill, depth, capacity) {
  setText(queue.value, count(depth));
  setText(queue.aside, isFigure(capacity) ? `of ${count(capacity)}` : "");
  const share = isFigure(depth) && isFigure(capacity) && capacity > 0 ? Math.min(1, depth / capacity) : 0;
  const severity = share >= QUEUE_BAD ? "bad" : share >= QUEUE_WATCH ? "watch" : "ok";
  setAttribute(queue.element, "data-severity", severity);
  fill.style.width = `${(share * 100).toFixed(1)}%`;
}

/**
 * @param {ReturnType<typeof figure>} drops
 * @param {Sample|null} sample
 * @param {(name: string) => number|null} get
 */
function drawDrops(drops, sample, get) {
  if (!sample) {
    setText(drops.value, DASH);
    setText(drops.aside, "");
    setAttribute(drops.element, "data-severity", "ok");
    return;
  }
  const rates = /** @type {const} */ (["nic", "queue", "oldest"]).map(
    (reason) => get(`dropped_${reason}_per_second`) ?? 0,
  );
  const total =
    (sample.dropped_nic_total ?? 0) + (sample.dropped_queue_total ?? 0) + (sample.dropped_oldest_total ?? 0);
  const now = rates[0] + rates[1] + rates[2];
  const flowing = now >= 0.05;
  setText(drops.value, flowing ? rate(now) : shortCount(total));
  const names = ["at the card", "queue full", "oldest"];
  const largest = rates.indexOf(Math.max(...rates));
  setText(drops.aside, flowing ? names[largest] : total ? "in all" : "");
  setAttribute(drops.element, "data-severity", flowing ? "bad" : "ok");
}
