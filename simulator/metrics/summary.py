"""The summary of a run, or of what came after its warm-up: design.md section 5's keys, then some more.

A ledger is opened at an instant (time 0, or the end of the warm-up), takes in every drained sample, and is
read at any later instant: the open interval counts, and the simulation is not changed. All sums are exact
integers of any size.

Two identities hold always, as integers: offered = completed + drops + in flight, where offered counts those
already inside when the ledger was opened; and Little's law, the integral of the number inside over time =
the time all inside spent there since the ledger was opened. `littles_law_residual` is the relative
difference of the two sides: 0.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from simulator.kernel import codes
from simulator.kernel import samples as kernel
from simulator.kernel.limits import HISTOGRAM_BUCKETS
from simulator.metrics.columns import IDLE_STATES, STATES_SHOWN, state_place
from simulator.metrics.histograms import dense_quantile_ns
from simulator.metrics.inside import ages_inside_ns, exact_sums
from simulator.metrics.rows import Ints, Rows, sample_matrix

PERCENTILES: Final = ((500, "p50"), (900, "p90"), (950, "p95"), (990, "p99"), (999, "p999"))
_SUMS: Final = slice(kernel.FIRST_INTERVAL_COLUMN, kernel.RESPONSE_MAX_NS)
_LARGEST: Final = slice(kernel.RESPONSE_MAX_NS, kernel.STATE_NS)
_STATES: Final = slice(kernel.STATE_NS, kernel.RESPONSE_FIRST)


class Ledger:
    """Adds up the samples of a simulation from the instant it is opened."""

    def __init__(self, simulation: Any) -> None:
        """Open at the simulation's present instant: its start, or where its warm-up has just ended.

        At a warm-up's end, the samples before it must have been drained.
        """
        self._simulation = simulation
        self._begin_ns: int = simulation.now_ns
        self._begin_events: int = simulation.events
        self._begin_inside = int(simulation.world["metrics"]["in_system"])
        self._begin_ages_ns = ages_inside_ns(simulation.world)
        self._sums = [0] * kernel.COLUMNS

    def add(self, samples: Any) -> None:
        """Take in drained samples: a SampleBlock, or the rows made of it."""
        matrix = samples.values if isinstance(samples, Rows) else sample_matrix(samples.samples)
        self._sums = _with(self._sums, matrix[:, : kernel.COLUMNS])

    def summary(self, wall_seconds: float = 0.0) -> dict[str, Any]:
        """The summary as of now. `wall_seconds`: how long the part in the ledger took to simulate."""
        simulation = self._simulation
        if int(simulation.outbox["samples_count"]) > 0:
            raise ValueError("samples wait in the outbox: drain them into the ledger first")
        open_block = simulation.open_interval()
        sums = _with(self._sums, sample_matrix(open_block.samples))
        metrics = simulation.world["metrics"]
        response = _histogram(metrics["response_total"], open_block, "response")
        wait = _histogram(metrics["wait_total"], open_block, "wait")
        duration_ns: int = simulation.now_ns - self._begin_ns
        in_flight = int(metrics["in_system"])
        dropped = {name: sums[kernel.DROPPED + k] for k, name in enumerate(codes.DROP_NAMES)}
        completed = sums[kernel.COMPLETED]
        return {
            "simulated_seconds": duration_ns / 1e9,
            "wall_seconds": wall_seconds,
            "events": simulation.events - self._begin_events,
            "offered": self._begin_inside + sums[kernel.ARRIVALS],
            "completed": completed,
            "dropped": dropped,
            "in_flight": in_flight,
            "throughput_per_second": _ratio(completed * 1e9, duration_ns),
            "response_seconds": _times(
                response, sums[kernel.RESPONSE_SUM_NS], completed, sums[kernel.RESPONSE_MAX_NS]
            ),
            "queue_wait_seconds": _times(
                wait, sums[kernel.QUEUE_WAIT_SUM_NS], sums[kernel.QUEUED], sums[kernel.QUEUE_WAIT_MAX_NS]
            ),
            "queue_depth": {
                "mean": _ratio(sums[kernel.QUEUE_AREA_NS], duration_ns),
                "max": sums[kernel.QUEUE_MAX],
            },
            "utilization": {
                "workers": _busy(sums, codes.THREAD_KIND_WORKER),
                "io_threads": _busy(sums, codes.THREAD_KIND_IO),
                "cores": _ratio(sums[kernel.CORES_BUSY_NS], sums[kernel.CORES_NS]),
            },
            "thread_states": {
                "workers": _shares(sums, codes.THREAD_KIND_WORKER),
                "io_threads": _shares(sums, codes.THREAD_KIND_IO),
            },
            "littles_law_residual": self._residual(sums),
            **self._additions(sums, completed, duration_ns),
        }

    def _additions(self, sums: list[int], completed: int, duration_ns: int) -> dict[str, Any]:
        """What the summary says beyond the contract."""
        return {
            "arrival_rate_per_second": _ratio(sums[kernel.ARRIVALS] * 1e9, duration_ns),
            "in_flight_mean": _ratio(sums[kernel.SYSTEM_AREA_NS], duration_ns),
            "in_flight_at_begin": self._begin_inside,
            "warmup_seconds": self._begin_ns / 1e9,
            "response_parts_seconds": {
                "nic_wait": _ratio(sums[kernel.NIC_WAIT_SUM_NS] / 1e9, completed),
                "io": _ratio(sums[kernel.IO_SUM_NS] / 1e9, completed),
                "queue_wait": _ratio(sums[kernel.QUEUE_WAIT_SUM_NS] / 1e9, completed),
                "service": _ratio(sums[kernel.SERVICE_SUM_NS] / 1e9, completed),
            },
            "ring_depth": {
                "mean": _ratio(sums[kernel.RING_AREA_NS], duration_ns),
                "max": sums[kernel.RING_MAX],
            },
            "cores_switching_ratio": _ratio(sums[kernel.CORES_SWITCHING_NS], sums[kernel.CORES_NS]),
            "lock_held_ratio": _ratio(sums[kernel.LOCK_HELD_NS], duration_ns),
            "context_switches": sums[kernel.CONTEXT_SWITCHES],
            "wakeups": sums[kernel.WAKEUPS],
            "spurious_wakeups": sums[kernel.SPURIOUS_WAKEUPS],
            "lock_waits": sums[kernel.LOCK_WAITS],
        }

    def _residual(self, sums: list[int]) -> float:
        area = sums[kernel.SYSTEM_AREA_NS]
        inside = ages_inside_ns(self._simulation.world) - self._begin_ages_ns
        difference = abs(area - sums[kernel.SOJOURN_SUM_NS] - inside)
        return difference / max(area, 1)


def _with(sums: list[int], matrix: Ints) -> list[int]:
    if len(matrix) == 0:
        return sums
    result = list(sums)
    for part in (_SUMS, _STATES):
        added = exact_sums(matrix[:, part])
        result[part] = [a + b for a, b in zip(result[part], added, strict=True)]
    largest = matrix[:, _LARGEST].max(axis=0).tolist()
    result[_LARGEST] = [max(a, b) for a, b in zip(result[_LARGEST], largest, strict=True)]
    return result


def _histogram(closed: Any, open_block: Any, name: str) -> Ints:
    """The kernel's totals up to the last closing, and the open interval."""
    counts = np.array(closed, dtype=np.int64)
    assert len(counts) == HISTOGRAM_BUCKETS
    sample = open_block.samples[0]
    first, entries = int(sample[f"{name}_first"]), int(sample[f"{name}_entries"])
    pairs = np.asarray(open_block.buckets, dtype=np.int64)[first : first + entries]
    counts[pairs[:, 0]] += pairs[:, 1]
    return counts


def _times(histogram: Ints, total_ns: int, count: int, largest_ns: int) -> dict[str, float | None]:
    times: dict[str, float | None] = {"mean": _ratio(total_ns / 1e9, count)}
    for thousandth, name in PERCENTILES:
        quantile_ns = dense_quantile_ns(histogram, thousandth)
        times[name] = None if quantile_ns is None else quantile_ns / 1e9
    times["max"] = largest_ns / 1e9 if count else None
    return times


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _lifetime_ns(sums: list[int], kind: int) -> int:
    return sum(sums[state_place(kind, state)] for state in STATES_SHOWN)


def _busy(sums: list[int], kind: int) -> float | None:
    lifetime = _lifetime_ns(sums, kind)
    idle = sum(sums[state_place(kind, state)] for state in IDLE_STATES)
    return _ratio(lifetime - idle, lifetime)


def _shares(sums: list[int], kind: int) -> dict[str, float | None]:
    lifetime = _lifetime_ns(sums, kind)
    return {codes.STATE_NAMES[s]: _ratio(sums[state_place(kind, s)], lifetime) for s in STATES_SHOWN}
