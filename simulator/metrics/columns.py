"""The columns of history.csv, of the wire's samples and of the history: one vocabulary, in SI units.

The contract's columns come first (design.md section 5), then those of docs/wire.md. Rows of kernel integers
become a table of float64, a column at a time; NaN stands for "no data" and becomes an empty cell or null,
never 0. Totals are since the start of the run, depths and counts of the row's last instant, everything else
of its interval.

What the columns mean where it is not obvious:

* A thread is *utilized* while it is neither parked, asleep between polls, nor still starting: a worker that
  waits for the backend is utilized while its core idles.
* Shares of time leave out stopped threads, so the shares of one kind of thread sum to 1.
* Cores are busy while they switch, too; `cores_switching_ratio` is that part.
* nic wait + io + queue wait + service = response, on average over the completed jobs that went through the
  queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.kernel import codes
from simulator.kernel import samples as kernel
from simulator.metrics import rows as row_layout
from simulator.metrics.histograms import coarse_pairs, row_quantiles_ns
from simulator.metrics.rows import Ints, Rows

Floats = NDArray[np.float64]

IDENTITY_COLUMNS: Final = ("timestamp", "simulated_seconds", "run", "scenario", "seed")
PERCENTILES: Final = ((500, "p50"), (950, "p95"), (990, "p99"))

# Decimals that survive in text and on the wire: times to the nanosecond.
COUNT: Final = 0
SECONDS: Final = 9
PER_SECOND: Final = 6
RATIO: Final = 6

# States in which a thread is not utilized, and the one in which it does not exist.
IDLE_STATES: Final = (codes.PARKED, codes.SLEEPING, codes.STARTING)
STATES_SHOWN: Final = tuple(state for state in range(codes.STATES) if state != codes.STOPPED)


@dataclass(frozen=True)
class Column:
    """A column after the identity: its name, the decimals kept, and how to compute it from rows."""

    name: str
    decimals: int
    of: Callable[[Rows], Any]


def ratio(part: Any, whole: Any) -> Floats:
    """part / whole; NaN where there is no whole."""
    denominator = np.asarray(whole, dtype=np.float64)
    empty = np.full(denominator.shape, np.nan)
    result: Floats = np.divide(part, denominator, out=empty, where=denominator > 0)
    return result


def state_place(kind: int, state: int) -> int:
    """The column of the time that threads of a kind spent in a state."""
    return kernel.STATE_NS + kind * codes.STATES + state


def state_times_ns(rows: Rows, kind: int) -> Ints:
    """Time per state, int64[rows, STATES], of the threads of a kind."""
    times: Ints = rows.values[:, state_place(kind, 0) : state_place(kind, codes.STATES)]
    return times


def lifetime_ns(rows: Rows, kind: int) -> Ints:
    """Time that threads of a kind existed."""
    times = state_times_ns(rows, kind)
    lifetime: Ints = times.sum(axis=1) - times[:, codes.STOPPED]
    return lifetime


def utilization(rows: Rows, kind: int) -> Floats:
    """Share of the threads' lifetime in which they were utilized."""
    idle = state_times_ns(rows, kind)[:, list(IDLE_STATES)].sum(axis=1)
    lifetime = lifetime_ns(rows, kind)
    return ratio(lifetime - idle, lifetime)


def _level(name: str, place: int) -> Column:
    return Column(name, COUNT, lambda rows: rows.column(place))


def _per_second(name: str, place: int) -> Column:
    return Column(
        name, PER_SECOND, lambda rows: ratio(rows.column(place) * 1e9, rows.column(kernel.INTERVAL_NS))
    )


def _mean(name: str, total_ns: int, count: int) -> Column:
    return Column(name, SECONDS, lambda rows: ratio(rows.column(total_ns) * 1e-9, rows.column(count)))


def _largest(name: str, place: int, count: int) -> Column:
    return Column(
        name, SECONDS, lambda rows: np.where(rows.column(count) > 0, rows.column(place) * 1e-9, np.nan)
    )


def _share(name: str, part: int, whole: int) -> Column:
    return Column(name, RATIO, lambda rows: ratio(rows.column(part), rows.column(whole)))


def _state_share(kind: int, state: int) -> Column:
    return Column(
        f"{codes.THREAD_KIND_NAMES[kind]}_{codes.STATE_NAMES[state]}_ratio",
        RATIO,
        lambda rows: ratio(rows.column(state_place(kind, state)), lifetime_ns(rows, kind)),
    )


def _percentile(measure: str, name: str) -> Column:
    # Filled by `table` for all percentiles of a histogram at once.
    return Column(f"{measure}_{name}_seconds", SECONDS, lambda rows: np.nan)


def _contract() -> list[Column]:
    return [
        _level("io_threads", kernel.IO_THREADS_WANTED),
        _level("workers", kernel.WORKERS_WANTED),
        _level("workers_busy", kernel.WORKERS_BUSY),
        _level("queue_depth", kernel.QUEUE_DEPTH),
        _level("queue_capacity", kernel.QUEUE_CAPACITY),
        _level("arrivals_total", kernel.ARRIVALS_TOTAL),
        _level("completed_total", kernel.COMPLETED_TOTAL),
        _level("dropped_nic_total", kernel.DROPPED_TOTAL + codes.DROP_NIC),
        _level("dropped_queue_total", kernel.DROPPED_TOTAL + codes.DROP_QUEUE),
        _per_second("arrival_rate_per_second", kernel.ARRIVALS),
        _per_second("throughput_per_second", kernel.COMPLETED),
        Column("utilization_workers_ratio", RATIO, lambda rows: utilization(rows, codes.THREAD_KIND_WORKER)),
        *(_percentile("queue_wait", name) for _, name in PERCENTILES),
        *(_percentile("response", name) for _, name in PERCENTILES),
    ]


def _additions() -> list[Column]:
    return [
        Column("interval_seconds", SECONDS, lambda rows: rows.column(kernel.INTERVAL_NS) * 1e-9),
        _level("dropped_oldest_total", kernel.DROPPED_TOTAL + codes.DROP_OLDEST),
        _level("in_flight", kernel.IN_FLIGHT),
        _level("ring_depth", kernel.RING_DEPTH),
        _level("ring_slots", kernel.RING_SLOTS),
        _level("io_threads_live", kernel.IO_THREADS_LIVE),
        _level("workers_live", kernel.WORKERS_LIVE),
        _level("workers_draining", kernel.WORKERS_DRAINING),
        _level("cores", kernel.CORES),
        Column("utilization_io_threads_ratio", RATIO, lambda rows: utilization(rows, codes.THREAD_KIND_IO)),
        _share("utilization_cores_ratio", kernel.CORES_BUSY_NS, kernel.CORES_NS),
        _share("cores_switching_ratio", kernel.CORES_SWITCHING_NS, kernel.CORES_NS),
        _per_second("dropped_nic_per_second", kernel.DROPPED + codes.DROP_NIC),
        _per_second("dropped_queue_per_second", kernel.DROPPED + codes.DROP_QUEUE),
        _per_second("dropped_oldest_per_second", kernel.DROPPED + codes.DROP_OLDEST),
        Column(
            "queue_depth_mean",
            RATIO,
            lambda rows: ratio(rows.column(kernel.QUEUE_AREA_NS), rows.column(kernel.INTERVAL_NS)),
        ),
        _level("queue_depth_max", kernel.QUEUE_MAX),
        _mean("response_mean_seconds", kernel.RESPONSE_SUM_NS, kernel.COMPLETED),
        _largest("response_max_seconds", kernel.RESPONSE_MAX_NS, kernel.COMPLETED),
        _mean("queue_wait_mean_seconds", kernel.QUEUE_WAIT_SUM_NS, kernel.QUEUED),
        _mean("nic_wait_mean_seconds", kernel.NIC_WAIT_SUM_NS, kernel.COMPLETED),
        _mean("io_mean_seconds", kernel.IO_SUM_NS, kernel.COMPLETED),
        _mean("service_mean_seconds", kernel.SERVICE_SUM_NS, kernel.COMPLETED),
        *(_state_share(codes.THREAD_KIND_WORKER, state) for state in STATES_SHOWN),
        *(_state_share(codes.THREAD_KIND_IO, state) for state in STATES_SHOWN),
        _level("context_switches_total", row_layout.CONTEXT_SWITCHES_TOTAL),
        _level("wakeups_total", row_layout.WAKEUPS_TOTAL),
        _level("spurious_wakeups_total", row_layout.SPURIOUS_WAKEUPS_TOTAL),
        _level("lock_waits_total", row_layout.LOCK_WAITS_TOTAL),
        _level("connections_in_use", kernel.CONNECTIONS_IN_USE),
        _level("connections_waiting", kernel.CONNECTIONS_WAITING),
        _level("run_queue_depth", kernel.RUN_QUEUE_DEPTH),
    ]


# Every column after the identity; a table has these, after `simulated_seconds`.
COLUMNS: Final = (
    Column("simulated_seconds", SECONDS, lambda rows: rows.column(kernel.END_NS) * 1e-9),
    *_contract(),
    *_additions(),
)
WIRE_COLUMNS: Final = tuple(column.name for column in COLUMNS)
DECIMALS: Final = tuple(column.decimals for column in COLUMNS)
CSV_COLUMNS: Final = (*IDENTITY_COLUMNS, *WIRE_COLUMNS[1:])
_RESPONSE_PLACE: Final = WIRE_COLUMNS.index(f"response_{PERCENTILES[0][1]}_seconds")
_WAIT_PLACE: Final = WIRE_COLUMNS.index(f"queue_wait_{PERCENTILES[0][1]}_seconds")


def table(rows: Rows) -> Floats:
    """Rows as float64[rows, columns] in the order of `WIRE_COLUMNS`; NaN for no data."""
    result = np.empty((len(rows), len(COLUMNS)), dtype=np.float64)
    for place, column in enumerate(COLUMNS):
        result[:, place] = column.of(rows)
    thousandths = tuple(thousandth for thousandth, _ in PERCENTILES)
    for place, first in ((_RESPONSE_PLACE, kernel.RESPONSE_FIRST), (_WAIT_PLACE, kernel.WAIT_FIRST)):
        quantiles = row_quantiles_ns(rows.column(first), rows.column(first + 1), rows.buckets, thousandths)
        result[:, place : place + len(thousandths)] = np.where(quantiles >= 0, quantiles * 1e-9, np.nan)
    return result


def plain_columns(rows: Rows) -> list[list[Any]]:
    """One list a column, in the order of `WIRE_COLUMNS`, of what JSON carries: int, float or None."""
    values = table(rows)
    columns: list[list[Any]] = []
    for place, decimals in enumerate(DECIMALS):
        column = values[:, place]
        missing = np.flatnonzero(np.isnan(column))
        if decimals == COUNT:
            plain = np.where(np.isnan(column), 0, column).astype(np.int64).tolist()
        else:
            plain = np.round(column, decimals).tolist()
        for row in missing:
            plain[row] = None
        columns.append(plain)
    return columns


def wire_rows(rows: Rows) -> list[list[Any]]:
    """Rows as the join ack carries them: one list a row, in the order of `WIRE_COLUMNS`."""
    return [list(row) for row in zip(*plain_columns(rows), strict=True)]


def wire_samples(rows: Rows) -> list[dict[str, Any]]:
    """Rows as `sample` messages, without `run` and `seq`."""
    samples = []
    for place, row in enumerate(zip(*plain_columns(rows), strict=True)):
        sample: dict[str, Any] = dict(zip(WIRE_COLUMNS, row, strict=True))
        sample["response_buckets"] = coarse_pairs(rows.response_pairs(place))
        samples.append(sample)
    return samples
