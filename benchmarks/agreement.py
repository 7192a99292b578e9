"""Whether an engine simulates the pipeline at all: its figures against M/M/8 before any speed is compared.

The I/O stage is 7 % busy, so the queue's arrivals are all but Poisson and the workers an M/M/8 at load 7.2.
The mean wait at 90 % load is known only as exactly as the run is long: it may differ from theory by four
standard errors of its own stretches plus two per cent for what the I/O stage does to the arrivals.
"""

from __future__ import annotations

import math
import statistics

from benchmarks import figures as pipeline
from benchmarks.figures import Figures
from simulator.model.theory.many_servers import MMc


def theory() -> MMc:
    """Eight servers of one exponential millisecond."""
    return MMc(pipeline.ARRIVALS_PER_SECOND, pipeline.CALL_SECONDS, pipeline.WORKERS)


def disagreements(figures: Figures) -> list[str]:
    """What does not agree; empty when all does."""
    exact = theory()
    jobs = figures.completed
    means = figures.wait_means_seconds
    error = statistics.stdev(means) / math.sqrt(len(means))
    checks = [
        ("throughput, /s", figures.throughput_per_second, pipeline.ARRIVALS_PER_SECOND, 5 / math.sqrt(jobs)),
        ("utilisation of workers", figures.worker_utilization, exact.utilization, 8 / math.sqrt(jobs)),
        (
            "mean queue wait, s",
            figures.mean_queue_wait_seconds,
            exact.mean_wait,
            0.02 + 4 * error / exact.mean_wait,
        ),
    ]
    wrong = [
        f"{name}: {found:.6g}, theory {expected:.6g}, allowed to differ by {100 * tolerance:.1f} %"
        for name, found, expected, tolerance in checks
        if abs(found - expected) > tolerance * expected
    ]
    left = figures.offered - figures.completed - figures.dropped
    if not 0 <= left <= 20_000:
        wrong.append(f"{left} of {figures.offered} jobs are neither completed nor dropped")
    return wrong
