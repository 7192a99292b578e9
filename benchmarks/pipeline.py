"""The pipeline on Millrace's kernel, with every metric kept and all samples drained.

Also a program of its own, so that another commit's `simulator` can be measured with the same code:

    PYTHONPATH=<tree> python <this file> <rounds> <wall seconds a round>

prints one JSON line a round. Left out: what the layers above the kernel do with the samples.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

if __name__ == "__main__":  # run by its path: `simulator` comes from PYTHONPATH, `benchmarks` from here
    sys.path.append(str(Path(__file__).resolve().parent.parent))

from benchmarks import figures as pipeline
from benchmarks.figures import Figures
from simulator.kernel.codes import DROP_NAMES, STATE_NAMES
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation, warm_up

NS = 1_000_000_000
IDLE_STATES = ("parked", "sleeping", "starting", "stopped")
STRETCHES = 32
# Wall time is read this often; a slice costs nothing that could be measured.
SLICE_SECONDS = 5.0


def configuration(seed: int) -> Any:
    """The pipeline as Millrace is told of it: workers call for an exponential millisecond and use no core."""
    return parse_configuration(
        {
            "seed": seed,
            "costs.profile": "pure",
            "arrivals.process": "poisson",
            "arrivals.rate_per_second": pipeline.ARRIVALS_PER_SECOND,
            "nic.ring_slots": pipeline.RING_SLOTS,
            "cpu.cores": 0,
            "io.threads": pipeline.IO_THREADS,
            "io.cpu_per_request_seconds": pipeline.IO_SECONDS,
            "queue.capacity": pipeline.QUEUE_CAPACITY,
            "workers.count": pipeline.WORKERS,
            "job.cpu.mean_seconds": 0.0,
            "job.call.distribution": "exponential",
            "job.call.mean_seconds": pipeline.CALL_SECONDS,
            "sample_interval_seconds": pipeline.SAMPLE_INTERVAL_SECONDS,
        }
    )


def advance_and_drain(simulation: Simulation, until_ns: int, rows: list[Any]) -> None:
    """Goes on to an instant; the rows of every sample on the way are kept."""
    while True:
        progress = simulation.advance(until_ns)
        rows.append(simulation.drain().samples)
        if progress.reason != "drain":
            return


def run_round(seed: int, wall_seconds: float) -> Figures:
    """Simulates for about so many seconds of wall time and says what came of it."""
    simulation = Simulation(configuration(seed))
    rows: list[Any] = []
    until_ns = 0
    started, cpu_started = time.perf_counter(), time.process_time()
    while time.perf_counter() - started < wall_seconds:
        until_ns += int(SLICE_SECONDS * NS)
        advance_and_drain(simulation, until_ns, rows)
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu_started
    return _figures(rows, until_ns / NS, wall, cpu)


def _figures(rows: list[Any], simulated: float, wall: float, cpu: float) -> Figures:
    """Adds up the samples of a round."""
    table = np.concatenate(rows)

    def total(column: str) -> int:
        return int(table[column].sum())

    state_ns = {state: total(f"workers_{state}_ns") for state in STATE_NAMES}
    return Figures(
        simulated_seconds=simulated,
        wall_seconds=wall,
        cpu_seconds=cpu,
        offered=total("arrivals"),
        completed=total("completed"),
        dropped=sum(total(f"dropped_{reason}") for reason in DROP_NAMES),
        samples=len(table),
        queue_wait_sum_seconds=total("queue_wait_sum_ns") / NS,
        response_sum_seconds=total("response_sum_ns") / NS,
        worker_busy_seconds=sum(ns for state, ns in state_ns.items() if state not in IDLE_STATES) / NS,
        worker_lifetime_seconds=sum(ns for state, ns in state_ns.items() if state != "stopped") / NS,
        wait_means_seconds=[
            float(part["queue_wait_sum_ns"].sum()) / NS / max(1, int(part["queued"].sum()))
            for part in np.array_split(table, STRETCHES)
        ],
    )


if __name__ == "__main__":
    warm_up()
    for number in range(int(sys.argv[1])):
        found = run_round(number + 1, float(sys.argv[2]))
        print(json.dumps([found.jobs_per_wall_second, found.jobs_per_cpu_second, found.completed]))
