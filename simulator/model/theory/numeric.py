"""Small numeric tools of the formulas: quantiles of a tail function, sums of two times, Poisson weights."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)


def quantile(tail: Callable[[float], float], probability: float, scale: float) -> float:
    """The smallest t >= 0 with P(T > t) <= 1 - probability, for a falling tail; `scale` is a typical t."""
    target = 1 - probability
    if tail(0.0) <= target:
        return 0.0
    low, high = 0.0, scale
    while tail(high) > target:
        low, high = high, 2 * high
        if not math.isfinite(high):
            raise ValueError("the tail does not fall below the target")
    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if tail(middle) > target else (low, middle)
    return high


def integral(function: Callable[[Floats], Floats], start: float, end: float, pieces: int = 16) -> float:
    """Gauss-Legendre with 64 points in each of `pieces` equal parts."""
    edges = np.linspace(start, end, pieces + 1)
    half = (edges[1] - edges[0]) / 2
    points = (edges[:-1, None] + half) + half * _NODES
    return float((function(points.ravel()).reshape(points.shape) * _WEIGHTS * half).sum())


def poisson_weights(mean: float, count: int) -> Floats:
    """P(Poisson(mean) = k) for k < count."""
    if mean == 0:
        return np.asarray(np.eye(1, count)[0])
    k = np.arange(count)
    log_factorial = np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, count)))))
    return np.asarray(np.exp(k * math.log(mean) - mean - log_factorial))


def erlang_mixture_tail(weights: Floats, rate: float, t: float) -> float:
    """P(T > t) where T is the sum of k exponentials of one rate with probability weights[k], k = 0, 1, ..."""
    # the sum of k exponentials exceeds t exactly if a Poisson process has fewer than k events in t
    fewer = np.concatenate(([0.0], np.cumsum(poisson_weights(rate * t, len(weights)))))[: len(weights)]
    return float(weights @ fewer)
