"""One worker: Poisson arrivals and any service (M/G/1), or any gaps and exponential service (G/M/1).

Sources: F. Pollaczek 1930, A. Khinchine 1932 (waits); G. J. Franx, Operations Research Letters 29, 2001
(M/D/1); H. Takagi, Queueing Analysis 1, 1991 (last come, first served); P. D. Welch, Operations Research 12,
1964 (set-up); L. Kleinrock, Queueing Systems 1, 1975, chapter 6 (G/M/1); J. F. C. Kingman 1961, and
A. O. Allen, Probability, Statistics, and Queueing Theory, 1990 (approximations). Times in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simulator.model.distributions import Law
from simulator.model.law_functions import limited_mean
from simulator.model.theory.many_servers import erlang_c
from simulator.model.theory.numeric import Floats, poisson_weights, quantile

GRID = 1 << 17


@dataclass(frozen=True)
class MG1:
    """Poisson arrivals, service times of any law, one worker, first come, first served."""

    rate_per_second: float
    service_seconds: float
    law: Law

    def __post_init__(self) -> None:
        if self.utilization >= 1:
            raise ValueError(f"no steady state at a utilization of {self.utilization:g}")

    @property
    def utilization(self) -> float:
        """Share of time the worker is busy."""
        return self.rate_per_second * self.service_seconds

    def _moment(self, order: int) -> float:
        return self.law.moment(order) * self.service_seconds**order

    @property
    def mean_wait(self) -> float:
        """Pollaczek and Khinchine: l E[S^2] / (2 (1 - rho))."""
        return self.rate_per_second * self._moment(2) / (2 * (1 - self.utilization))

    @property
    def mean_response(self) -> float:
        """Mean time in queue and service."""
        return self.mean_wait + self.service_seconds

    @property
    def std_wait(self) -> float:
        """Standard deviation of the wait: E[W^2] = 2 E[W]^2 + l E[S^3] / (3 (1 - rho))."""
        third = self.rate_per_second * self._moment(3) / (3 * (1 - self.utilization))
        return math.sqrt(self.mean_wait**2 + third)

    @property
    def std_wait_lifo(self) -> float:
        """Standard deviation of the wait, last come, first served without preemption; the mean is FIFO's."""
        rate, idle = self.rate_per_second, 1 - self.utilization
        second = rate * self._moment(3) / (3 * idle**2) + (rate * self._moment(2)) ** 2 / (2 * idle**3)
        return math.sqrt(second - self.mean_wait**2)

    @cached_property
    def _wait_grid(self) -> tuple[float, Floats]:
        """Step, and P(wait <= (k + 1/2) steps).

        The wait is a geometric sum of remaining service times. These are put on a grid (each to the nearest
        point), the sum is taken by FFT, and an exponential tilt keeps what lies beyond the grid from
        folding back.
        """
        span = 40 * (self.mean_wait + self.std_wait) + 4 * self.service_seconds
        step = span / GRID
        edges = np.linspace(0.5, GRID - 0.5, GRID) * (step / self.service_seconds)
        remaining = np.diff(limited_mean(self.law, edges), prepend=0.0)
        tilt = np.exp(-np.arange(GRID) * (20.0 / GRID))
        spectrum = np.fft.rfft(remaining * tilt)
        mass = np.fft.irfft((1 - self.utilization) / (1 - self.utilization * spectrum), GRID) / tilt
        return step, np.cumsum(mass)

    def wait_percentile(self, probability: float) -> float:
        """Quantile of the wait, numerically (about five digits)."""
        step, cumulated = self._wait_grid
        place = int(np.searchsorted(cumulated, probability))
        if place == 0:
            return 0.0
        below, above = cumulated[place - 1], cumulated[place]
        return float(step * (place - 0.5 + (probability - below) / (above - below)))


@dataclass(frozen=True)
class MD1:
    """Poisson arrivals, service times all equal, one worker."""

    rate_per_second: float
    service_seconds: float

    @property
    def utilization(self) -> float:
        """Share of time the worker is busy."""
        return self.rate_per_second * self.service_seconds

    @property
    def mean_wait(self) -> float:
        """Half of what it is with exponential service."""
        return self.utilization * self.service_seconds / (2 * (1 - self.utilization))

    @property
    def mean_response(self) -> float:
        """Mean time in queue and service."""
        return self.mean_wait + self.service_seconds

    def wait_tail(self, t: float) -> float:
        """P(wait > t), after Franx; all terms are positive, so that nothing cancels."""
        whole = int(t // self.service_seconds) + 1
        at_most = np.cumsum(self._present(whole + 1))[1:]
        missing = self.rate_per_second * (whole * self.service_seconds - t)
        return 1 - float(poisson_weights(missing, whole) @ at_most[::-1])

    def wait_percentile(self, probability: float) -> float:
        """Quantile of the wait."""
        return quantile(self.wait_tail, probability, self.mean_response)

    def _present(self, count: int) -> Floats:
        """P(n jobs present), n < count: the M/G/1 recursion in the form that only adds."""
        # later[j]: P(more than j arrivals during one service)
        later = 1 - np.cumsum(poisson_weights(self.utilization, count))
        present = np.empty(count)
        present[0] = 1 - self.utilization
        for n in range(1, count):
            inner = present[1:n] @ later[n - 1 : 0 : -1]
            present[n] = (present[0] * later[n - 1] + inner) / (1 - later[0])
        return present


def lifo_wait_percentile(rate_per_second: float, service_seconds: float, probability: float) -> float:
    """Quantile of the wait in M/M/1, last come, first served: its tail is rho times a busy period's."""
    load = rate_per_second * service_seconds
    mean_busy = service_seconds / (1 - load)
    return quantile(
        lambda t: load * busy_period_tail(rate_per_second, service_seconds, t), probability, mean_busy
    )


def busy_period_tail(rate_per_second: float, service_seconds: float, t: float) -> float:
    """P(busy period of M/M/1 > t): events come at rate lambda + mu, it ends after 2n + 1 of them."""
    events_per_second = rate_per_second + 1 / service_seconds
    up = rate_per_second / events_per_second
    mean = events_per_second * t
    count = int(mean + 12 * math.sqrt(mean) + 30)
    ends = np.zeros(count + 1)
    chance = 1 - up
    for n in range((count - 1) // 2 + 1):
        ends[2 * n + 1] = chance
        chance *= up * (1 - up) * 2 * (2 * n + 1) / (n + 2)
    return float(poisson_weights(mean, count + 1) @ (1 - np.cumsum(ends)))


def set_up_wait(rate_per_second: float, delay_seconds: float) -> float:
    """What a wake-up latency adds to the mean wait of M/G/1: (2d + l d^2) / (2 (1 + l d))."""
    rate, delay = rate_per_second, delay_seconds
    return (2 * delay + rate * delay**2) / (2 * (1 + rate * delay))


@dataclass(frozen=True)
class GM1:
    """Independent gaps between arrivals of any law, exponential service, one worker.

    `transform` is E[exp(-s X)] of a gap of mean 1.
    """

    rate_per_second: float
    service_seconds: float
    transform: Callable[[float], float]

    @cached_property
    def sigma(self) -> float:
        """P(an arrival waits): the root in (0, 1) of sigma = A*(mu (1 - sigma))."""
        speed = 1 / (self.rate_per_second * self.service_seconds)
        if speed <= 1:
            raise ValueError("no steady state: more work arrives than can be done")
        low, high = 0.0, 1.0 - 1e-12
        for _ in range(200):
            middle = (low + high) / 2
            rises = self.transform(speed * (1 - middle)) > middle
            low, high = (middle, high) if rises else (low, middle)
        return low

    @property
    def mean_wait(self) -> float:
        """Mean time in the queue."""
        return self.sigma * self.service_seconds / (1 - self.sigma)

    @property
    def mean_response(self) -> float:
        """Mean time in queue and service."""
        return self.service_seconds / (1 - self.sigma)

    def wait_percentile(self, probability: float) -> float:
        """Quantile of the wait."""
        return max(0.0, self.mean_response * math.log(self.sigma / (1 - probability)))

    def response_percentile(self, probability: float) -> float:
        """Quantile of the response, which is exponential."""
        return -self.mean_response * math.log1p(-probability)


def constant_gaps(s: float) -> float:
    """Transform of gaps that are all equal."""
    return math.exp(-s)


def erlang_gaps(stages: int) -> Callable[[float], float]:
    """Transform of Erlang gaps."""
    return lambda s: (stages / (stages + s)) ** stages


def kingman_wait(load: float, service_seconds: float, arrival_scv: float, service_scv: float) -> float:
    """Mean wait of G/G/1, approximately (an upper bound near saturation)."""
    return load / (1 - load) * service_seconds * (arrival_scv + service_scv) / 2


def allen_cunneen_wait(
    rate_per_second: float, service_seconds: float, servers: int, arrival_scv: float, service_scv: float
) -> float:
    """Mean wait of G/G/c, approximately: 11 % high for lognormal service of scv 4, 8 workers, 90 % load."""
    chance = erlang_c(servers, rate_per_second * service_seconds)
    spare = servers / service_seconds - rate_per_second
    return chance / spare * (arrival_scv + service_scv) / 2
