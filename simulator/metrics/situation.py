"""The figures of the last few simulated seconds from which a verdict is drawn: counts of threads, shares,
flows.

All averages are of the window. "Threads in a state" is the average number of threads that were in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from simulator.kernel import codes
from simulator.kernel import samples as kernel
from simulator.metrics.columns import IDLE_STATES, state_place
from simulator.metrics.rows import Ints

_LEAST_GROWTH_JOBS: Final = 5  # a smaller change of the queue is chance


@dataclass(frozen=True)
class Threads:
    """The threads of one kind: how many exist, the share of their time they are utilized, how many in each
    state.
    """

    live: int
    busy: float
    in_state: tuple[float, ...]

    def shares(self, state: int) -> float:
        """Share of the threads' time in a state."""
        total = sum(self.in_state)
        return self.in_state[state] / total if total > 0 else 0.0


@dataclass(frozen=True)
class Situation:
    """What the judge looks at. Rates per simulated second, shares 0..1, depths in jobs."""

    seconds: float
    arrival_rate: float
    throughput: float
    nic_drops: float
    queue_drops: float
    oldest_drops: float
    in_flight: int
    queue_depth: int
    queue_capacity: int
    queue_mean: float
    queue_growth: float  # 0 when it cannot be told from chance
    ring_depth: int
    ring_slots: int
    io_threads: Threads
    workers: Threads
    cores: int  # 0: one per thread
    cores_busy: float
    cores_switching: float
    lock_held: float
    lock_is_fair: bool
    connections: int  # 0: no limit
    overflow: str
    process: str
    mean_rate: float
    users: int

    @property
    def ready(self) -> float:
        """Threads that want a core."""
        return self.workers.in_state[codes.READY] + self.io_threads.in_state[codes.READY]

    @property
    def waiting_lock(self) -> float:
        """Threads that wait for the queue's lock."""
        return self.workers.in_state[codes.WAITING_LOCK] + self.io_threads.in_state[codes.WAITING_LOCK]

    @property
    def drops(self) -> float:
        """Requests lost a second, wherever."""
        return self.nic_drops + self.queue_drops + self.oldest_drops

    @property
    def queue_fill(self) -> float:
        """The queue's depth as a share of its capacity."""
        return self.queue_depth / self.queue_capacity if self.queue_capacity > 0 else 0.0

    @property
    def seconds_to_full(self) -> float | None:
        """When the queue will be full if it goes on growing as it does."""
        if self.queue_growth <= 0:
            return None
        return max(0, self.queue_capacity - self.queue_depth) / self.queue_growth

    @property
    def connections_busy(self) -> float:
        """Share of the backend's connections in use; 0 without a limit."""
        return self.workers.in_state[codes.CALLING] / self.connections if self.connections > 0 else 0.0


def _threads(row: Ints, kind: int, live: int) -> Threads:
    times = row[state_place(kind, 0) : state_place(kind, codes.STATES)].astype(float)
    lifetime = float(times.sum() - times[codes.STOPPED])
    idle = float(times[list(IDLE_STATES)].sum())
    interval = max(float(row[kernel.INTERVAL_NS]), 1.0)
    busy = (lifetime - idle) / lifetime if lifetime > 0 else 0.0
    in_state = [time / interval for time in times.tolist()]
    in_state[codes.STOPPED] = 0.0
    return Threads(live, busy, tuple(in_state))


def growth(row: Ints, depth_before: int) -> float:
    """How fast the queue grew, per second, in a window that began with `depth_before` jobs in the queue.

    0 unless the change is more than three times what chance brings to Poisson arrivals and departures.
    """
    change = int(row[kernel.QUEUE_DEPTH]) - depth_before
    chance = 3.0 * math.sqrt(float(row[kernel.ARRIVALS] + row[kernel.COMPLETED]))
    if abs(change) <= max(_LEAST_GROWTH_JOBS, chance):
        return 0.0
    return change * 1e9 / max(float(row[kernel.INTERVAL_NS]), 1.0)


def situation(row: Ints, queue_growth: float, configuration: Any) -> Situation:
    """The situation in a window, given its samples merged into one row."""
    seconds = max(float(row[kernel.INTERVAL_NS]), 1.0) / 1e9
    interval_ns = max(float(row[kernel.INTERVAL_NS]), 1.0)
    cores_ns = max(float(row[kernel.CORES_NS]), 1.0)
    return Situation(
        seconds=seconds,
        arrival_rate=float(row[kernel.ARRIVALS]) / seconds,
        throughput=float(row[kernel.COMPLETED]) / seconds,
        nic_drops=float(row[kernel.DROPPED + codes.DROP_NIC]) / seconds,
        queue_drops=float(row[kernel.DROPPED + codes.DROP_QUEUE]) / seconds,
        oldest_drops=float(row[kernel.DROPPED + codes.DROP_OLDEST]) / seconds,
        in_flight=int(row[kernel.IN_FLIGHT]),
        queue_depth=int(row[kernel.QUEUE_DEPTH]),
        queue_capacity=int(row[kernel.QUEUE_CAPACITY]),
        queue_mean=float(row[kernel.QUEUE_AREA_NS]) / interval_ns,
        queue_growth=queue_growth,
        ring_depth=int(row[kernel.RING_DEPTH]),
        ring_slots=int(row[kernel.RING_SLOTS]),
        io_threads=_threads(row, codes.THREAD_KIND_IO, int(row[kernel.IO_THREADS_LIVE])),
        workers=_threads(row, codes.THREAD_KIND_WORKER, int(row[kernel.WORKERS_LIVE])),
        cores=int(row[kernel.CORES]),
        cores_busy=float(row[kernel.CORES_BUSY_NS]) / cores_ns,
        cores_switching=float(row[kernel.CORES_SWITCHING_NS]) / cores_ns,
        lock_held=float(row[kernel.LOCK_HELD_NS]) / interval_ns,
        lock_is_fair=configuration.queue.fairness == "fair",
        connections=configuration.job.call.connections,
        overflow=configuration.queue.overflow,
        process=configuration.arrivals.process,
        mean_rate=configuration.arrivals.rate_per_second,
        users=configuration.arrivals.users,
    )
