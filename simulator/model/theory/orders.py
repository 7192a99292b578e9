"""One worker that does not take the oldest job first: priorities, and the shortest job first (no preemption).

Sources: A. Cobham, Operations Research 2, 1954; T. E. Phipps, Operations Research 4, 1956. Times in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulator.model.distributions import Law
from simulator.model.law_functions import below, part_below

CELLS = 200_000


@dataclass(frozen=True)
class JobClass:
    """One class of jobs: arrivals per second, mean service time, its law."""

    rate_per_second: float
    service_seconds: float
    law: Law = Law("exponential")  # noqa: RUF009 (immutable)

    @property
    def load(self) -> float:
        """Share of the worker this class needs."""
        return self.rate_per_second * self.service_seconds

    @property
    def residual_work(self) -> float:
        """Mean remaining work of this class that an arrival finds in service: l E[S^2] / 2."""
        return self.rate_per_second * self.law.moment(2) * self.service_seconds**2 / 2


def cobham_waits(classes: Sequence[JobClass]) -> list[float]:
    """Mean wait of each class, the most important first: W0 / ((1 - s_before) (1 - s_with))."""
    residual = sum(each.residual_work for each in classes)
    waits, before = [], 0.0
    for each in classes:
        through = before + each.load
        waits.append(residual / ((1 - before) * (1 - through)))
        before = through
    return waits


def shortest_first_wait_of(jobs: JobClass, size_seconds: float) -> float:
    """Mean wait of a job of this size when the shortest goes first: W0 / ((1 - rho(x-)) (1 - rho(x)))."""
    size = size_seconds / jobs.service_seconds
    up_to = part_below(jobs.law, np.array([np.nextafter(size, 0), size]))
    return float(jobs.residual_work / np.prod(1 - jobs.load * up_to))


def shortest_first_wait(jobs: JobClass) -> float:
    """Mean wait over all jobs when the shortest goes first: Cobham's formula with one class for each size."""
    longest = 1.0
    while 1 - part_below(jobs.law, np.array([longest]))[0] > 1e-13:
        longest *= 2
    edges = np.concatenate(([0.0], np.geomspace(1e-9, longest, CELLS)))
    shares = np.diff(below(jobs.law, edges))
    free = 1 - jobs.load * part_below(jobs.law, edges)
    return float(jobs.residual_work * (shares / (free[1:] * free[:-1])).sum() / shares.sum())
