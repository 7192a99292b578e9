/**
 * The shapes of docs/wire.md as types: what the server sends, as it sends it (SI units, null is "no data").
 * Types only; nothing here runs.
 */

/** @typedef {"running"|"ready"|"spinning"|"waiting_lock"|"parked"|"sleeping"|"calling"|"waiting_future"|"starting"|"stopped"|"waiting_space"|"waiting_connection"} StateName */
/** @typedef {"io_threads"|"workers"} ThreadKind */
/** @typedef {"ok"|"watch"|"bad"} Severity */
/** @typedef {"running"|"paused"|"finished"|"failed"} RunState */
/** @typedef {number|string|boolean|null|unknown[]} SettingValue */
/** @typedef {{[section: string]: any}} Config nested, as in the configuration file */

/**
 * One interval's figures. Besides the named ones: `workers_<state>_ratio` and `io_threads_<state>_ratio`.
 * @typedef {{
 *   run: string, seq: number, simulated_seconds: number, interval_seconds: number,
 *   response_buckets?: [number, number[]] | null,
 *   [column: string]: any
 * }} Sample
 */

/**
 * @typedef {{columns: string[], rows: (number|null)[][], response_buckets?: ([number, number[]]|null)[],
 *   gap: boolean, seq: number}} HistoryPayload
 */

/**
 * Threads of one kind, arrays in parallel, in id order.
 * @typedef {{ids: number[], states: string, steps: number[], jobs: (number|null)[], draining: number[], wanted: number}} Threads
 */

/**
 * @typedef {{code: string, severity: Severity, component: ""|"nic"|"io_threads"|"queue"|"workers"|"backend"|"cores"|"arrivals",
 *   sentence: string, figures: {[name: string]: any}}} Verdict
 */

/**
 * @typedef {{thread: number, kind: ThreadKind, state: StateName, step: number, job: number|null,
 *   since_seconds: number, times: {[state: string]: number}, jobs_done: number}} Followed
 */

/**
 * The picture of one moment.
 * @typedef {{
 *   run: string, simulated_seconds: number,
 *   ring: {slots: number, depth: number, queues: number[], packets: number[]},
 *   io_threads: Threads, workers: Threads,
 *   queue: {depth: number, capacity: number, jobs: number[], lock: {owner: number|null, waiters: number}, putters_waiting: number},
 *   cores: {count: number, busy: number, threads: (number|null)[], run_queue: number},
 *   backend: {connections: number, in_use: number, waiting: number},
 *   totals: {arrivals: number, completed: number, dropped_nic: number, dropped_queue: number, dropped_oldest: number},
 *   verdict: Verdict,
 *   followed?: Followed | null
 * }} View
 */

/**
 * @typedef {{parameter: string, old_value: SettingValue, new_value: SettingValue}} Change
 * @typedef {{run: string, simulated_seconds: number, actor: string, changes: Change[], config?: Config}} Edited
 */

/**
 * @typedef {{run: string, state: RunState, reason?: string|null, simulated_seconds: number, speed: number|"max",
 *   speed_achieved: number|null, viewers: number, scenario: string, seed: number, generation: number}} Status
 */

/** @typedef {{title: string, note: string, steps: {label: string, help: string}[]}} Program */
/** @typedef {{io_threads: Program, workers: Program}} Programs */
/** @typedef {{id: string, title: string, summary: string, turn: string, watch: string, config: Config}} Scenario */

/**
 * @typedef {{message: string, code?: string, field?: string|null, given?: unknown, allowed?: unknown,
 *   problems?: {message: string, field?: string|null, given?: unknown, allowed?: unknown}[]}} WireError
 */

/**
 * @typedef {{ok: true, run: string, scenario: string, config: Config, status: Status, history: HistoryPayload,
 *   edits: Edited[], programs: Programs, view: View|null}} Joined
 * @typedef {{ok: false, error: WireError}} Refused
 */

export {};
