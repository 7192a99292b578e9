"""The laws: exact moments against quadrature, draws against the moments and the distribution function."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.model.distributions import Law
from simulator.model.law_functions import below, limited_mean, part_below

LAWS = [
    Law("constant"),
    Law("exponential"),
    Law("lognormal", cv=0.5),
    Law("lognormal", cv=2),
    Law("lognormal", cv=0),
    Law("pareto"),
    Law("pareto", alpha=2, max_ratio=50),
    Law("pareto", alpha=1.01, max_ratio=10),
    Law("bimodal", slow_ratio=0.1, slow_factor=11),
    Law("bimodal", slow_ratio=0, slow_factor=11),
    Law("hyperexponential", cv=2),
    Law("hyperexponential", cv=1),
    Law("erlang", stages=1),
    Law("erlang", stages=4),
    Law("uniform"),
]
SMOOTH = [law for law in LAWS if law.distribution not in ("constant", "bimodal") and law.cv > 0]
DRAWS = 400_000


def moment_by_quadrature(law: Law, order: int) -> float:
    """E[X^k] as the integral of k x^(k-1) P(X > x)."""
    if law.distribution == "pareto":
        grid = np.geomspace(law.shortest, law.shortest * law.max_ratio, 400_001)
    elif law.distribution == "uniform":
        grid = np.linspace(0, 2, 400_001)
    else:
        grid = np.geomspace(1e-7, 1e4, 400_001)
    below_grid = float(grid[0]) ** order
    return below_grid + float(np.trapezoid(order * grid ** (order - 1) * (1 - below(law, grid)), grid))


@pytest.mark.parametrize("law", SMOOTH, ids=str)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_moments_agree_with_quadrature(law: Law, order: int) -> None:
    assert law.moment(order) == pytest.approx(moment_by_quadrature(law, order), rel=1e-4)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_the_mean_is_one_and_scv_is_the_second_moment(law: Law) -> None:
    assert law.moment(0) == pytest.approx(1, rel=1e-12)
    assert law.moment(1) == pytest.approx(law.mean, rel=1e-12)
    assert law.scv == pytest.approx(law.moment(2) - 1, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("law", "scv"),
    [
        (Law("constant"), 0),
        (Law("exponential"), 1),
        (Law("lognormal", cv=2), 4),
        (Law("hyperexponential", cv=3), 9),
        (Law("erlang", stages=4), 0.25),
        (Law("uniform"), 1 / 3),
        (Law("bimodal", slow_ratio=0.1, slow_factor=11), 2.25),
        (Law("pareto", alpha=2, max_ratio=math.e), 1 / (2 * math.tanh(0.5)) - 1),
    ],
)
def test_known_coefficients_of_variation(law: Law, scv: float) -> None:
    assert law.scv == pytest.approx(scv, rel=1e-12)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_draws_have_the_laws_moments(law: Law) -> None:
    values = law.draw(np.random.default_rng(20), DRAWS)
    assert values.shape == (DRAWS,)
    assert values.min() >= 0
    for order in (1, 2):
        spread = math.sqrt(max(0.0, law.moment(2 * order) - law.moment(order) ** 2))
        # five standard errors, and the rounding of the sums
        bound = 5 * spread / math.sqrt(DRAWS) + 1e-9
        assert abs((values**order).mean() - law.moment(order)) <= bound


@pytest.mark.parametrize("law", SMOOTH, ids=str)
def test_draws_follow_the_distribution_function(law: Law) -> None:
    values = np.sort(law.draw(np.random.default_rng(21), DRAWS))
    ranks = np.arange(1, DRAWS + 1) / DRAWS
    # Kolmogorov and Smirnov: exceeded once in ten thousand seeds
    assert np.abs(below(law, values) - ranks).max() < 2.23 / math.sqrt(DRAWS)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_partial_means_end_at_the_mean(law: Law) -> None:
    far = np.array([0.0, 1e9])
    assert part_below(law, far) == pytest.approx([0, 1], abs=1e-6)
    assert limited_mean(law, far) == pytest.approx([0, 1], abs=1e-6)


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_partial_means_agree_with_draws(law: Law) -> None:
    values = law.draw(np.random.default_rng(22), DRAWS)
    for bound in (0.5, 1.5, 3.0):
        parts = np.where(values <= bound, values, 0)
        error = 5 * parts.std() / math.sqrt(DRAWS) + 1e-9
        assert abs(parts.mean() - part_below(law, np.array([bound]))[0]) <= error


@given(st.floats(1.01, 20), st.floats(1.01, 1e9), st.floats(0, 1), st.floats(1, 1e6), st.integers(1, 1000))
@settings(max_examples=200, deadline=None)
def test_the_whole_range_of_parameters_is_sound(
    alpha: float, max_ratio: float, slow_ratio: float, slow_factor: float, stages: int
) -> None:
    parameters = {
        "alpha": alpha,
        "max_ratio": max_ratio,
        "slow_ratio": slow_ratio,
        "slow_factor": slow_factor,
    }
    for distribution in ("pareto", "bimodal", "erlang"):
        law = Law(distribution, stages=stages, **parameters)
        assert law.moment(1) == pytest.approx(1, rel=1e-9)
        assert law.scv >= 0
        values = law.draw(np.random.default_rng(0), 100)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
