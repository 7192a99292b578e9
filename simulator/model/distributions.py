"""Laws of random times with mean 1: exact moments, and drawing.

A law's values are scaled by the current mean when they are used, so a change of the mean during a run needs
no new draws. Each law knows its raw moments in closed form (`moment`), hence its squared coefficient of
variation (`scv`), which the formulas of theory.py need; the tests hold the draws to them. Left out:
empirical laws (a trace carries its own demands).

Exact arithmetic of each:

    constant          always 1
    exponential       E[X^k] = k!
    lognormal         exp(N(-s2/2, s2)), s2 = ln(1 + cv^2), so E[X^k] = (1 + cv^2)^(k(k-1)/2)
    pareto            bounded: density ~ x^(-alpha-1) on [L, L max_ratio], L such that the mean is 1
    bimodal           a slow share p of the jobs takes f times as long as the fast rest
    hyperexponential  two exponentials of rates 2p and 2(1-p) with shares p and 1-p, E[X^2] = 1 + cv^2
    erlang            the sum of `stages` equal exponentials
    uniform           on (0, 2)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from simulator.model.sections.job import Demand, Distribution

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Law:
    """A law with mean 1; parameters that the distribution does not have are ignored.

    `cv`: standard deviation over mean (lognormal, hyperexponential). `alpha`, `max_ratio`: tail exponent, and
    longest over shortest (pareto). `slow_ratio`, `slow_factor`: share of slow jobs, and slow over fast
    (bimodal). `stages`: number of stages (erlang).
    """

    distribution: Distribution
    cv: float = 2.0
    alpha: float = 1.5
    max_ratio: float = 1000.0
    slow_ratio: float = 0.05
    slow_factor: float = 10.0
    stages: int = 4

    @classmethod
    def of(cls, demand: Demand) -> Law:
        """The law that a section of the configuration describes."""
        return cls(
            demand.distribution,
            demand.cv,
            demand.alpha,
            demand.max_ratio,
            demand.slow_ratio,
            demand.slow_factor,
            demand.stages,
        )

    @property
    def mean(self) -> float:
        """Always 1."""
        return 1.0

    @property
    def scv(self) -> float:
        """Squared coefficient of variation: variance over squared mean, exactly."""
        if self.distribution in ("lognormal", "hyperexponential"):
            return self.cv**2
        return {"constant": 0.0, "exponential": 1.0, "uniform": 1 / 3}.get(
            self.distribution, max(0.0, self.moment(2) - 1.0)
        )

    def moment(self, order: int) -> float:
        """The raw moment E[X^order], order at least 0, exactly."""
        match self.distribution:
            case "constant":
                return 1.0
            case "exponential":
                return float(math.factorial(order))
            case "lognormal":
                return float((1 + self.cv**2) ** (order * (order - 1) / 2))
            case "pareto":
                return self.shortest**order * self._power_integral(self.alpha - order) / self._tail_integral
            case "bimodal":
                return self.fast**order * (1 - self.slow_ratio + self.slow_ratio * self.slow_factor**order)
            case "hyperexponential":
                share = self.first_share
                tails = share * (2 * share) ** -order + (1 - share) * (2 * (1 - share)) ** -order
                return math.factorial(order) * tails
            case "erlang":
                return math.prod(1 + stage / self.stages for stage in range(order))
            case "uniform":
                return 2.0**order / (order + 1)

    def draw(self, generator: np.random.Generator, count: int) -> Floats:
        """`count` values, drawn one after the other from the generator."""
        out = np.empty(count)
        self.fill(generator, out)
        return out

    def fill(self, generator: np.random.Generator, out: Floats) -> None:
        """Draw into an existing array."""
        match self.distribution:
            case "constant":
                out.fill(1.0)
            case "exponential":
                generator.standard_exponential(out=out)
            case "lognormal":
                variance = math.log1p(self.cv**2)
                generator.standard_normal(out=out)
                out *= math.sqrt(variance)
                out -= variance / 2
                np.exp(out, out=out)
            case "pareto":
                generator.random(out=out)
                out *= -self.alpha * self._tail_integral
                np.log1p(out, out=out)
                out *= -1 / self.alpha
                np.exp(out, out=out)
                out *= self.shortest
            case "bimodal":
                generator.random(out=out)
                out[:] = np.where(out < self.slow_ratio, self.fast * self.slow_factor, self.fast)
            case "hyperexponential":
                share = self.first_share
                first = generator.random(len(out)) < share
                generator.standard_exponential(out=out)
                out /= np.where(first, 2 * share, 2 * (1 - share))
            case "erlang":
                generator.standard_gamma(self.stages, out=out)
                out /= self.stages
            case "uniform":
                generator.random(out=out)
                out *= 2.0

    @property
    def fast(self) -> float:
        """The fast jobs' time (bimodal)."""
        return 1 / (1 - self.slow_ratio + self.slow_ratio * self.slow_factor)

    @property
    def first_share(self) -> float:
        """Share of the shorter exponential (hyperexponential, balanced means)."""
        return (1 + math.sqrt((self.cv**2 - 1) / (self.cv**2 + 1))) / 2

    def _power_integral(self, exponent: float) -> float:
        """The integral of x^(-exponent-1) from 1 to max_ratio, also near exponent 0."""
        log_ratio = math.log(self.max_ratio)
        if abs(exponent * log_ratio) < 1e-12:
            return log_ratio
        return -math.expm1(-exponent * log_ratio) / exponent

    @property
    def _tail_integral(self) -> float:
        return self._power_integral(self.alpha)

    @property
    def shortest(self) -> float:
        """The shortest time, such that the mean is 1 (pareto)."""
        return self._tail_integral / self._power_integral(self.alpha - 1)


CONSTANT = Law("constant")
EXPONENTIAL = Law("exponential")
