"""Users who wait for the answer before they ask again: closed systems, exponential times.

Sources: M. Reiser and S. S. Lavenberg, Journal of the ACM 27, 1980 (mean value analysis); S. S. Lavenberg and
M. Reiser, Journal of Applied Probability 17, 1980 (what a request finds is the state with one user fewer);
L. Kleinrock, Queueing Systems 1, 1975, section 3.8 (finite population). Times in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.model.theory.numeric import Floats, erlang_mixture_tail, integral, quantile


@dataclass(frozen=True)
class Stations:
    """The result of mean value analysis: throughput, and mean time and number of jobs at each station."""

    throughput_per_second: float
    response_seconds: tuple[float, ...]
    jobs: tuple[float, ...]

    @property
    def mean_response(self) -> float:
        """Mean time over all stations, without thinking."""
        return sum(self.response_seconds)


def mva(demands_seconds: Sequence[float], think_seconds: float, users: int) -> Stations:
    """Exact mean value analysis of single-worker stations (first come, first served, exponential)."""
    demands = np.asarray(demands_seconds, dtype=np.float64)
    jobs = np.zeros_like(demands)
    times, throughput = jobs, 0.0
    for population in range(1, users + 1):
        times = demands * (1 + jobs)
        throughput = population / (think_seconds + float(times.sum()))
        jobs = throughput * times
    return Stations(throughput, tuple(map(float, times)), tuple(map(float, jobs)))


def saturation_users(think_seconds: float, demands_seconds: Sequence[float]) -> float:
    """Number of users beyond which the busiest station sets the pace: (Z + sum D) / D_max."""
    return (think_seconds + sum(demands_seconds)) / max(demands_seconds)


@dataclass(frozen=True)
class ClosedLoop:
    """Users who think for an exponential time, and workers with exponential service behind one queue."""

    users: int
    think_seconds: float
    service_seconds: float
    servers: int = 1

    @cached_property
    def states(self) -> Floats:
        """P(n requests present), n = 0 .. users."""
        return self._states(self.users)

    def _states(self, users: int) -> Floats:
        n = np.arange(1, users + 1)
        up = np.log(users - n + 1) - np.log(self.think_seconds)
        down = np.log(np.minimum(n, self.servers)) - np.log(self.service_seconds)
        logs = np.concatenate(([0.0], np.cumsum(up - down)))
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    @property
    def utilization(self) -> float:
        """Share of time a worker is busy."""
        busy = np.minimum(np.arange(self.users + 1), self.servers)
        return float(busy @ self.states) / self.servers

    @property
    def throughput_per_second(self) -> float:
        """Requests per second."""
        return self.utilization * self.servers / self.service_seconds

    @property
    def mean_response(self) -> float:
        """Response-time law: N / X - Z."""
        return self.users / self.throughput_per_second - self.think_seconds

    def wait_tail(self, t: float) -> float:
        """P(wait > t)."""
        return erlang_mixture_tail(self._stages_ahead, self.servers / self.service_seconds, t)

    def wait_percentile(self, probability: float) -> float:
        """Quantile of the wait."""
        return quantile(self.wait_tail, probability, self.service_seconds)

    def response_tail(self, t: float) -> float:
        """P(response > t): the wait and an independent service time."""
        mu = 1 / self.service_seconds
        waits = np.vectorize(self.wait_tail, otypes=[np.float64])
        wait_longer = integral(lambda u: mu * np.exp(-mu * u) * waits(t - u), 0.0, t, pieces=4)
        return float(np.exp(-mu * t)) + wait_longer

    def response_percentile(self, probability: float) -> float:
        """Quantile of the response."""
        return quantile(self.response_tail, probability, self.mean_response)

    @cached_property
    def _stages_ahead(self) -> Floats:
        """P(a request waits for k departures before it is served), k = 0, 1, ..."""
        found = self._states(self.users - 1)
        waiting = found[self.servers :]
        return np.concatenate(([found[: self.servers].sum()], waiting))
