"""Distribution functions of the unit-mean laws, for the formulas that need more than moments.

`below(law, x)` is P(X <= x), `part_below(law, x)` is E[X; X <= x], both exact and for whole arrays. NumPy
alone: the normal distribution goes through `math.erf`.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from simulator.model.distributions import Law

Floats = npt.NDArray[np.float64]


def below(law: Law, x: Floats) -> Floats:
    """P(X <= x) for x >= 0."""
    match law.distribution:
        case "constant":
            return np.where(x >= 1, 1.0, 0.0)
        case "exponential":
            return -np.expm1(-x)
        case "lognormal":
            spread, shift = _lognormal(law)
            return _normal((_log(x) + shift) / spread) if spread else np.where(x >= 1, 1.0, 0.0)
        case "pareto":
            low, high = law.shortest, law.shortest * law.max_ratio
            inside = np.clip(x, low, high)
            return np.asarray((1 - (inside / low) ** -law.alpha) / (1 - law.max_ratio**-law.alpha))
        case "bimodal":
            slow = law.fast * law.slow_factor
            return (1 - law.slow_ratio) * (x >= law.fast) + law.slow_ratio * (x >= slow)
        case "hyperexponential":
            share = law.first_share
            tails = share * np.exp(-2 * share * x) + (1 - share) * np.exp(-2 * (1 - share) * x)
            return np.asarray(1 - tails)
        case "erlang":
            return _erlang(law.stages, law.stages * x)
        case "uniform":
            return np.asarray(np.clip(x / 2, 0, 1))


def part_below(law: Law, x: Floats) -> Floats:
    """E[X; X <= x], the part of the mean that comes from values up to x."""
    match law.distribution:
        case "constant":
            return np.where(x >= 1, 1.0, 0.0)
        case "exponential":
            return -np.expm1(-x) - x * np.exp(-x)
        case "lognormal":
            spread, shift = _lognormal(law)
            if not spread:
                return np.where(x >= 1, 1.0, 0.0)
            return _normal((_log(x) + shift) / spread - spread)
        case "pareto":
            low, high = law.shortest, law.shortest * law.max_ratio
            log_ratio = np.log(np.clip(x, low, high) / low)
            tail = law.alpha - 1
            return np.asarray(np.expm1(-tail * log_ratio) / math.expm1(-tail * math.log(law.max_ratio)))
        case "bimodal":
            slow = law.fast * law.slow_factor
            fast_part = (1 - law.slow_ratio) * law.fast * (x >= law.fast)
            return fast_part + law.slow_ratio * slow * (x >= slow)
        case "hyperexponential":
            share = law.first_share
            return sum(
                (0.5 * part_below(Law("exponential"), 2 * part * x) for part in (share, 1 - share)),
                np.zeros_like(x),
            )
        case "erlang":
            return _erlang(law.stages + 1, law.stages * x)
        case "uniform":
            return np.clip(x, 0, 2) ** 2 / 4


def limited_mean(law: Law, x: Floats) -> Floats:
    """E[min(X, x)]: as the mean is 1, also P(remaining time of a job in service <= x)."""
    return part_below(law, x) + x * (1 - below(law, x))


def _lognormal(law: Law) -> tuple[float, float]:
    """Standard deviation and negated mean of the logarithm."""
    variance = math.log1p(law.cv**2)
    return math.sqrt(variance), variance / 2


def _log(x: Floats) -> Floats:
    return np.log(np.maximum(x, 1e-300))


def _normal(z: Floats) -> Floats:
    """The standard normal distribution function."""
    return np.array([(1 + math.erf(value)) / 2 for value in z / math.sqrt(2)])


def _erlang(stages: int, x: Floats) -> Floats:
    """P(sum of `stages` Exp(1) <= x) = P(Poisson(x) >= stages)."""
    log_x = _log(x)
    tail = np.zeros_like(x)
    for count in range(stages):
        tail += np.exp(count * log_x - x - math.lgamma(count + 1))
    return np.clip(1 - tail, 0, 1)
