"""Stations one behind the other, and flows that fill and empty a buffer.

Sources: P. J. Burke, Operations Research 4, 1956, and E. Reich, Annals of Mathematical Statistics 28, 1957
(the output of M/M/c is Poisson, and response times in tandem are independent behind a single server); the
rest is arithmetic on rates. Times in seconds, rates per second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from simulator.model.theory.many_servers import MMc
from simulator.model.theory.numeric import integral, quantile


@dataclass(frozen=True)
class Tandem:
    """A single-worker station (the I/O thread) before a station of several workers; both M/M."""

    first: MMc
    second: MMc

    def __post_init__(self) -> None:
        if self.first.servers != 1:
            raise ValueError("the response times are independent only behind a single server")

    @property
    def mean_response(self) -> float:
        """Mean time through both."""
        return self.first.mean_response + self.second.mean_response

    def response_tail(self, t: float) -> float:
        """P(time through both > t): the first one's time is exponential with rate mu - lambda."""
        rate = self.first.spare_per_second
        tail = np.vectorize(self.second.response_tail, otypes=[np.float64])
        # beyond 40 of its means the first time no longer matters
        end = min(t, 40 / rate)
        rest = integral(lambda u: rate * np.exp(-rate * u) * tail(t - u), 0.0, end, pieces=4)
        return math.exp(-rate * t) + rest

    def response_percentile(self, probability: float) -> float:
        """Quantile of the time through both."""
        return quantile(self.response_tail, probability, self.mean_response)


@dataclass(frozen=True)
class Spike:
    """A base load, then for a while more than can be done: fluid approximation of backlog and recovery."""

    base_per_second: float
    spike_per_second: float
    spike_seconds: float
    capacity_per_second: float

    @property
    def peak_backlog(self) -> float:
        """Jobs waiting when the spike ends."""
        return max(0.0, (self.spike_per_second - self.capacity_per_second) * self.spike_seconds)

    @property
    def drain_seconds(self) -> float:
        """Time from the end of the spike until nothing waits."""
        return self.peak_backlog / (self.capacity_per_second - self.base_per_second)

    @property
    def longest_wait(self) -> float:
        """Wait of the job that arrives last in the spike."""
        return self.peak_backlog / self.capacity_per_second


def ring_overflow(in_per_second: float, out_per_second: float, seconds: float, slots: int) -> float:
    """Packets lost when a burst fills an empty ring faster than it is emptied (fluid)."""
    return max(0.0, (in_per_second - out_per_second) * seconds - slots)


def pipeline_capacity(
    workers: int, cpu_seconds: float, call_seconds: float, cores: int = 0, connections: int = 0
) -> float:
    """Highest throughput of blocking workers: the least of workers, cores, connections (0: no limit)."""
    limits = [workers / (cpu_seconds + call_seconds)] if cpu_seconds + call_seconds > 0 else []
    if cores and cpu_seconds > 0:
        limits.append(cores / cpu_seconds)
    if connections and call_seconds > 0:
        limits.append(connections / call_seconds)
    return min(limits, default=math.inf)
