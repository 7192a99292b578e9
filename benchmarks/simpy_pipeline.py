"""The same pipeline on SimPy, with the same metrics, written as SimPy's users would write it.

A ring with 256 slots that drops what finds it full, two I/O threads of 20 us a packet, a queue of 1000 that
refuses what finds it full, eight workers that call for an exponential millisecond. Kept, as on the other
side: the time of every thread in every state, areas and maxima of ring, queue and system, the parts of each
response, and a sample every 100 ms with log-linear histograms of response and queue wait. Durations come from
`random.expovariate`, as in SimPy's own examples; drawing them by NumPy in chunks is no faster.
"""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from benchmarks import figures as pipeline
from benchmarks.figures import Figures

PARKED, RUNNING, CALLING = "parked", "running", "calling"
STRETCHES = 32
Process = Generator[Any, Any, None]


class Histogram:
    """Log-linear, 128 buckets an octave, of whole nanoseconds; with sum and largest, per interval."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begins an interval."""
        self.counts: dict[int, int] = {}
        self.sum = self.largest = 0.0

    def add(self, seconds: float) -> None:
        """Counts one duration."""
        ns = int(seconds * 1e9)
        exponent = ns.bit_length() - 8
        bucket = ns if exponent < 0 else 128 * (exponent + 1) + (ns >> exponent) - 128
        self.counts[bucket] = self.counts.get(bucket, 0) + 1
        self.sum += seconds
        self.largest = max(self.largest, seconds)


class Level:
    """A number of packets or jobs over time: its area and its maximum."""

    def __init__(self, environment: simpy.Environment) -> None:
        self.environment = environment
        self.value = self.largest = 0
        self.since = self.area = 0.0

    def move(self, by: int) -> None:
        """Goes up or down now."""
        now = self.environment.now
        self.area += self.value * (now - self.since)
        self.since = now
        self.value += by
        self.largest = max(self.largest, self.value)


class Thread:
    """The state of one thread and its time in each."""

    def __init__(self, environment: simpy.Environment) -> None:
        self.environment = environment
        self.state = PARKED
        self.since = 0.0
        self.seconds = {PARKED: 0.0, RUNNING: 0.0, CALLING: 0.0}

    def enter(self, state: str) -> None:
        """Leaves the present state for another."""
        now = self.environment.now
        self.seconds[self.state] += now - self.since
        self.state = state
        self.since = now


class Server:
    """The whole pipeline and what is measured of it."""

    def __init__(self, seed: int) -> None:
        self.environment = simpy.Environment()
        self.ring = simpy.Store(self.environment, capacity=pipeline.RING_SLOTS)
        self.queue = simpy.Store(self.environment, capacity=pipeline.QUEUE_CAPACITY)
        self.in_ring, self.in_queue, self.inside = (Level(self.environment) for _ in range(3))
        self.offered = self.completed = self.dropped = 0
        self.nic_wait_sum = self.io_sum = self.service_sum = 0.0
        self.response_sum = self.queue_wait_sum = 0.0
        self.response, self.queue_wait = Histogram(), Histogram()
        self.io_threads = [Thread(self.environment) for _ in range(pipeline.IO_THREADS)]
        self.workers = [Thread(self.environment) for _ in range(pipeline.WORKERS)]
        self.samples: list[dict[str, Any]] = []
        self.gaps, self.demands = random.Random(2 * seed), random.Random(2 * seed + 1)
        self.environment.process(self.source())
        for thread in self.io_threads:
            self.environment.process(self.io_thread(thread))
        for thread in self.workers:
            self.environment.process(self.worker(thread))
        self.environment.process(self.sampler())

    def source(self) -> Process:
        """Packets arrive; one that finds the ring full is lost."""
        environment, ring = self.environment, self.ring
        while True:
            yield environment.timeout(self.gaps.expovariate(pipeline.ARRIVALS_PER_SECOND))
            self.offered += 1
            if len(ring.items) < pipeline.RING_SLOTS:
                self.in_ring.move(1)
                self.inside.move(1)
                yield ring.put(environment.now)
            else:
                self.dropped += 1

    def io_thread(self, thread: Thread) -> Process:
        """Takes a packet, reads it, hands it over; a full queue refuses it."""
        environment, ring, queue = self.environment, self.ring, self.queue
        while True:
            arrived = yield ring.get()
            taken = environment.now
            self.in_ring.move(-1)
            self.nic_wait_sum += taken - arrived
            thread.enter(RUNNING)
            yield environment.timeout(pipeline.IO_SECONDS)
            self.io_sum += environment.now - taken
            if len(queue.items) < pipeline.QUEUE_CAPACITY:
                self.in_queue.move(1)
                yield queue.put((arrived, environment.now))
            else:
                self.inside.move(-1)
                self.dropped += 1
            thread.enter(PARKED)

    def worker(self, thread: Thread) -> Process:
        """Takes a job, calls the backend, replies."""
        environment, queue = self.environment, self.queue
        while True:
            arrived, queued = yield queue.get()
            taken = environment.now
            self.in_queue.move(-1)
            self.queue_wait.add(taken - queued)
            thread.enter(CALLING)
            yield environment.timeout(self.demands.expovariate(1 / pipeline.CALL_SECONDS))
            self.service_sum += environment.now - taken
            self.response.add(environment.now - arrived)
            self.inside.move(-1)
            self.completed += 1
            thread.enter(PARKED)

    def sampler(self) -> Process:
        """A row every sample interval, with the interval's histograms."""
        while True:
            yield self.environment.timeout(pipeline.SAMPLE_INTERVAL_SECONDS)
            self.response_sum += self.response.sum
            self.queue_wait_sum += self.queue_wait.sum
            self.samples.append(
                {
                    "now": self.environment.now,
                    "totals": (self.offered, self.completed, self.dropped),
                    "wait_sum": self.queue_wait_sum,
                    "levels": [
                        (x.value, x.largest, x.area) for x in (self.in_ring, self.in_queue, self.inside)
                    ],
                    "parts": (self.nic_wait_sum, self.io_sum, self.service_sum),
                    "largest": (self.response.largest, self.queue_wait.largest),
                    "histograms": (self.response.counts, self.queue_wait.counts),
                    "states": [dict(thread.seconds) for thread in (*self.io_threads, *self.workers)],
                }
            )
            self.response.reset()
            self.queue_wait.reset()


def run_round(seed: int, wall_seconds: float) -> Figures:
    """Simulates for about so many seconds of wall time and says what came of it."""
    server = Server(seed)
    started, cpu_started = time.perf_counter(), time.process_time()
    while time.perf_counter() - started < wall_seconds:
        server.environment.run(until=server.environment.now + 0.5)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu_started
    for thread in server.workers:
        thread.enter(thread.state)
    completed = [0, *(row["totals"][1] for row in server.samples)]
    waited = [0.0, *(row["wait_sum"] for row in server.samples)]
    edges = np.linspace(0, len(server.samples), STRETCHES + 1).astype(int)
    return Figures(
        simulated_seconds=server.environment.now,
        wall_seconds=wall,
        cpu_seconds=cpu,
        offered=server.offered,
        completed=server.completed,
        dropped=server.dropped,
        samples=len(server.samples),
        queue_wait_sum_seconds=server.queue_wait_sum + server.queue_wait.sum,
        response_sum_seconds=server.response_sum + server.response.sum,
        worker_busy_seconds=sum(thread.seconds[CALLING] for thread in server.workers),
        worker_lifetime_seconds=server.environment.now * pipeline.WORKERS,
        wait_means_seconds=[
            (waited[last] - waited[first]) / max(1, completed[last] - completed[first])
            for first, last in itertools.pairwise(edges)
        ],
    )
