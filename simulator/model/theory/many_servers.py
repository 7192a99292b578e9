"""Several workers, one queue, exponential times: Erlang's formulas, with and without a limit on the queue.

Sources: A. K. Erlang 1917; L. Kleinrock, Queueing Systems 1, 1975, sections 3.5 to 3.8; M. Harchol-Balter,
Performance Modeling and Design of Computer Systems, 2013, chapter 14. Times in seconds, rates per second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.model.theory.numeric import Floats, erlang_mixture_tail, quantile


def erlang_b(servers: int, offered: float) -> float:
    """P(all servers busy) of M/G/c/c at an offered load in erlangs: the share of jobs lost."""
    blocked = 1.0
    for busy in range(1, servers + 1):
        blocked = offered * blocked / (busy + offered * blocked)
    return blocked


def erlang_c(servers: int, offered: float) -> float:
    """P(wait > 0) of M/M/c, offered < servers."""
    blocked = erlang_b(servers, offered)
    return blocked / (1 - offered / servers * (1 - blocked))


@dataclass(frozen=True)
class MMc:
    """Poisson arrivals, exponential service, `servers` workers, unlimited queue, first come, first served."""

    rate_per_second: float
    service_seconds: float
    servers: int = 1

    def __post_init__(self) -> None:
        if self.utilization >= 1:
            raise ValueError(f"no steady state at a utilization of {self.utilization:g}")

    @property
    def utilization(self) -> float:
        """Share of time a worker is busy."""
        return self.rate_per_second * self.service_seconds / self.servers

    @cached_property
    def wait_probability(self) -> float:
        """P(wait > 0)."""
        return erlang_c(self.servers, self.rate_per_second * self.service_seconds)

    @property
    def spare_per_second(self) -> float:
        """Rate at which a backlog shrinks: c mu - lambda."""
        return self.servers / self.service_seconds - self.rate_per_second

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue, over all jobs."""
        return self.wait_probability / self.spare_per_second

    @property
    def mean_response(self) -> float:
        """Mean time in queue and service."""
        return self.mean_wait + self.service_seconds

    @property
    def std_wait(self) -> float:
        """Standard deviation of the time in the queue."""
        chance = self.wait_probability
        return math.sqrt(chance * (2 - chance)) / self.spare_per_second

    @property
    def mean_queue(self) -> float:
        """Mean number of waiting jobs."""
        return self.rate_per_second * self.mean_wait

    @property
    def mean_in_system(self) -> float:
        """Mean number of waiting and served jobs."""
        return self.rate_per_second * self.mean_response

    def wait_tail(self, t: float) -> float:
        """P(wait > t)."""
        return self.wait_probability * math.exp(-self.spare_per_second * t)

    def wait_percentile(self, probability: float) -> float:
        """Quantile of the wait; 0 while fewer jobs wait at all."""
        return max(0.0, math.log(self.wait_probability / (1 - probability)) / self.spare_per_second)

    def response_tail(self, t: float) -> float:
        """P(response > t)."""
        chance, mu, theta = self.wait_probability, 1 / self.service_seconds, self.spare_per_second
        served = math.exp(-mu * t)
        if abs(theta - mu) < 1e-9 * mu:
            both = (1 + mu * t) * served
        else:
            both = (theta * served - mu * math.exp(-theta * t)) / (theta - mu)
        return (1 - chance) * served + chance * both

    def response_percentile(self, probability: float) -> float:
        """Quantile of the response."""
        return quantile(self.response_tail, probability, self.mean_response)


@dataclass(frozen=True)
class MMcK:
    """M/M/c with room for `waiting` jobs in the queue; a job that finds it full is lost."""

    rate_per_second: float
    service_seconds: float
    servers: int
    waiting: int

    @cached_property
    def states(self) -> Floats:
        """P(n jobs present), n = 0 .. servers + waiting."""
        offered = self.rate_per_second * self.service_seconds
        n = np.arange(1, self.servers + self.waiting + 1)
        logs = np.concatenate(([0.0], np.cumsum(np.log(offered) - np.log(np.minimum(n, self.servers)))))
        weights = np.exp(logs - logs.max())
        return np.asarray(weights / weights.sum())

    @property
    def loss_probability(self) -> float:
        """Share of the jobs that find the queue full."""
        return float(self.states[-1])

    @property
    def throughput_per_second(self) -> float:
        """Rate of accepted, hence of completed jobs."""
        return self.rate_per_second * (1 - self.loss_probability)

    @property
    def utilization(self) -> float:
        """Share of time a worker is busy."""
        return self.throughput_per_second * self.service_seconds / self.servers

    @property
    def mean_queue(self) -> float:
        """Mean number of waiting jobs."""
        return float(np.arange(self.waiting + 1) @ self.states[self.servers :])

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue, over accepted jobs."""
        return self.mean_queue / self.throughput_per_second

    @property
    def mean_response(self) -> float:
        """Mean time in queue and service, over accepted jobs."""
        return self.mean_wait + self.service_seconds

    def wait_tail(self, t: float) -> float:
        """P(wait > t) of an accepted job: with n >= c jobs present it waits for n - c + 1 departures."""
        weights = np.zeros(self.waiting + 1)
        weights[0] = self.states[: self.servers].sum()
        weights[1:] = self.states[self.servers : -1]
        return erlang_mixture_tail(weights / weights.sum(), self.servers / self.service_seconds, t)

    def wait_percentile(self, probability: float) -> float:
        """Quantile of the wait of accepted jobs."""
        return quantile(self.wait_tail, probability, self.service_seconds)
