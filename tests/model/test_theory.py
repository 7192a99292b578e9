"""The formulas against reference values computed by a separate program, with a second method for each."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simulator.model.distributions import Law
from simulator.model.theory import (
    GM1,
    MD1,
    MG1,
    ClosedLoop,
    JobClass,
    MMc,
    MMcK,
    Spike,
    Tandem,
    allen_cunneen_wait,
    busy_period_tail,
    cobham_waits,
    constant_gaps,
    erlang_b,
    erlang_gaps,
    kingman_wait,
    lifo_wait_percentile,
    mva,
    pipeline_capacity,
    ring_overflow,
    saturation_users,
    set_up_wait,
    shortest_first_wait,
    shortest_first_wait_of,
)

MS = 1e-3
MM1 = MMc(80, 0.01, 1)
MM8 = MMc(720, 0.01, 8)
MM4K = MMcK(500, 0.01, 4, 16)
LOGNORMAL = MG1(80, 0.01, Law("lognormal", cv=2))
BIMODAL_1 = MG1(0.7, 1, Law("bimodal", slow_ratio=0.1, slow_factor=11))
BIMODAL_2 = MG1(0.7, 1, Law("bimodal", slow_ratio=0.001, slow_factor=1001))
TWO_CLASSES = cobham_waits([JobClass(30, 0.01), JobClass(50, 0.01)])
SHORTEST = JobClass(80, 0.01)
USERS_50, USERS_20, USERS_200 = (
    ClosedLoop(50, 1, 0.025),
    ClosedLoop(20, 1, 0.025),
    ClosedLoop(200, 1, 0.025, 4),
)
TANDEM = Tandem(MMc(720, 0.0005, 1), MM8)
SPIKE = Spike(80, 200, 5, 100)

EXACT, NUMERIC = 3e-9, 3e-5

ORACLES = {
    "O01a": (MM1.mean_in_system, 4, EXACT),
    "O01b": (MM1.mean_response, 50 * MS, EXACT),
    "O01c": (MM1.mean_wait, 40 * MS, EXACT),
    "O01d": (MM1.response_percentile(0.5), 34.657359 * MS, 1e-8),
    "O01d.2": (MM1.response_percentile(0.95), 149.786614 * MS, EXACT),
    "O01d.3": (MM1.response_percentile(0.99), 230.258509 * MS, EXACT),
    "O01d.4": (MM1.response_percentile(0.999), 345.387764 * MS, EXACT),
    "O01e": (MM1.wait_percentile(0.99), 219.101332 * MS, EXACT),
    "O02a": (MM8.wait_probability, 0.70153299, EXACT),
    "O02b": (MM8.mean_wait, 8.76916238 * MS, EXACT),
    "O02c": (MM8.mean_response, 18.7691624 * MS, EXACT),
    "O02d": (MM8.mean_queue, 6.31379691, EXACT),
    "O02e": (MM8.wait_tail(0.02), 0.141637068, EXACT),
    "O02f": (MM8.wait_percentile(0.95), 33.0155615 * MS, EXACT),
    "O02f.2": (MM8.wait_percentile(0.99), 53.1335354 * MS, EXACT),
    "O02g": (MM8.response_percentile(0.5), 14.8935535 * MS, EXACT),
    "O02g.2": (MM8.response_percentile(0.95), 49.2514678 * MS, EXACT),
    "O02g.3": (MM8.response_percentile(0.99), 70.8734745 * MS, EXACT),
    "O03a": (MM4K.loss_probability, 0.202842884, EXACT),
    "O03b": (MM4K.throughput_per_second, 398.578558, EXACT),
    "O03c": (MM4K.mean_queue, 12.2847634, EXACT),
    "O03d": (MM4K.mean_wait, 30.8214358 * MS, EXACT),
    "O03e": (MM4K.utilization, 0.996446395, EXACT),
    "O04": (erlang_b(10, 8), 0.121661064, EXACT),
    "O04.2": (erlang_b(200, 180), 0.0103249952, EXACT),
    "O05a": (MD1(80, 0.01).mean_wait, 20 * MS, EXACT),
    "O05b": (MD1(80, 0.01).mean_response, 30 * MS, EXACT),
    "O05c": (MD1(80, 0.01).wait_percentile(0.95), 66.20325 * MS, 1e-8),
    "O05d": (MD1(80, 0.01).wait_percentile(0.99), 103.558868 * MS, EXACT),
    "O06a": (LOGNORMAL.mean_wait, 100 * MS, EXACT),
    "O06b": (LOGNORMAL.std_wait, 163.299316 * MS, EXACT),
    "O06c": (LOGNORMAL.wait_percentile(0.95), 397.296953 * MS, NUMERIC),
    "O06d": (LOGNORMAL.wait_percentile(0.99), 740.744539 * MS, NUMERIC),
    "O07a": (BIMODAL_1.mean_wait, 3.79166667, EXACT),
    "O07b": (BIMODAL_1.wait_percentile(0.99), 23.0469503, NUMERIC),
    "O07a.2": (BIMODAL_2.mean_wait, 292.541667, EXACT),
    "O07b.2": (BIMODAL_2.wait_percentile(0.99), 1872.46633, NUMERIC),
    "O09a": (MG1(80, 0.01, Law("exponential")).mean_wait, 40 * MS, EXACT),
    "O09b": (MG1(80, 0.01, Law("exponential")).std_wait_lifo, 135.6466 * MS, 1e-8),
    "O09c": (lifo_wait_percentile(80, 0.01, 0.99), 619.762187 * MS, EXACT),
    "O10a": (TWO_CLASSES[0], 11.4285714 * MS, EXACT),
    "O10b": (TWO_CLASSES[1], 57.1428571 * MS, EXACT),
    "O10c": (0.3 * TWO_CLASSES[0] + 0.5 * TWO_CLASSES[1], 32 * MS, EXACT),
    "O11a": (shortest_first_wait(SHORTEST), 18.8221862 * MS, 1e-8),
    "O11c": (shortest_first_wait_of(SHORTEST, 1 * MS), 8.06022709 * MS, EXACT),
    "O11d": (shortest_first_wait_of(SHORTEST, 50 * MS), 148.195152 * MS, EXACT),
    "O12a": (GM1(80, 0.01, constant_gaps).mean_wait, 16.9273084 * MS, EXACT),
    "O12b": (kingman_wait(0.8, 0.01, 0, 1), 20 * MS, EXACT),
    "O12c": (GM1(80, 0.01, erlang_gaps(2)).mean_wait, 28.4397977 * MS, EXACT),
    "O12d": (kingman_wait(0.8, 0.01, 4, 4), 160 * MS, EXACT),
    "O12e": (allen_cunneen_wait(720, 0.01, 8, 1, 4), 21.9229059 * MS, EXACT),
    "O13a": (USERS_50.throughput_per_second, 39.2523732, EXACT),
    "O13b": (USERS_50.mean_response, 273.808333 * MS, EXACT),
    "O13c": (USERS_50.utilization, 0.981309329, EXACT),
    "O13a.2": (USERS_20.throughput_per_second, 19.1477199, EXACT),
    "O13b.2": (USERS_20.mean_response, 44.5107866 * MS, EXACT),
    "O13c.2": (USERS_20.utilization, 0.478692998, EXACT),
    "O13d": (USERS_200.throughput_per_second, 159.933386, EXACT),
    "O13e": (USERS_200.mean_response, 250.520641 * MS, EXACT),
    "O13f": (saturation_users(1, [0.025]), 41, EXACT),
    "O14a": (TANDEM.mean_response, 19.5504124 * MS, EXACT),
    "O14b": (TANDEM.response_percentile(0.5), 15.6870105 * MS, EXACT),
    "O14b.2": (TANDEM.response_percentile(0.99), 71.6783463 * MS, EXACT),
    "O15d": (MMc(50, 0.01).mean_wait + set_up_wait(50, 0.05 * MS), 10.0499377 * MS, 1e-8),
    "O15d.2": (MMc(50, 0.01).mean_wait + set_up_wait(50, 5 * MS), 14.5 * MS, EXACT),
    "O19a": (pipeline_capacity(8, 1 * MS, 9 * MS, 2, 5), 555.555556, EXACT),
    "O19b": (pipeline_capacity(8, 1 * MS, 9 * MS, 2, 50), 800, EXACT),
    "O20a": (MMcK(0.95, 1, 1, 63).loss_probability, 0.00194556223, EXACT),
    "O20b": (MMcK(1.2, 1, 1, 255).loss_probability, 0.166666667, EXACT),
    "O20c": (ring_overflow(2e6, 1e6, 1e-3, 256), 744, EXACT),
    "O25a": (SPIKE.peak_backlog, 500, EXACT),
    "O25b": (SPIKE.drain_seconds, 25, EXACT),
    "O25c": (SPIKE.longest_wait, 5, EXACT),
    "O28a": (mva([1 * MS, 4 * MS, 2 * MS], 0, 20).throughput_per_second, 249.999821, EXACT),
    "O28b": (mva([1 * MS, 4 * MS, 2 * MS], 0, 3).throughput_per_second, 225.806452, EXACT),
    "HR4 N=10": (ClosedLoop(10, 9.68497, 1).mean_response, 2.815032, 1e-6),
    "HR4 N=100": (ClosedLoop(100, 120.64379, 1).mean_response, 4.356209, 1e-6),
    "HR4 N=1000": (ClosedLoop(1000, 1245.09357, 1).mean_response, 4.906432, 1e-6),
}


@pytest.mark.parametrize("name", ORACLES)
def test_a_reference_value_is_met(name: str) -> None:
    value, reference, tolerance = ORACLES[name]
    assert value == pytest.approx(reference, rel=tolerance)


def test_mean_value_analysis_agrees_with_the_birth_death_chain() -> None:
    stations = mva([0.025], 1, 50)
    assert stations.throughput_per_second == pytest.approx(USERS_50.throughput_per_second, rel=1e-12)
    assert stations.mean_response == pytest.approx(USERS_50.mean_response, rel=1e-12)


def test_the_numeric_wait_of_mg1_agrees_with_the_closed_forms() -> None:
    for law, exact in ((Law("exponential"), MM1), (Law("constant"), MD1(80, 0.01))):
        for probability in (0.5, 0.9, 0.99, 0.999):
            numeric = MG1(80, 0.01, law).wait_percentile(probability)
            assert numeric == pytest.approx(exact.wait_percentile(probability), rel=1e-5)


def test_hyperexponential_service_is_a_mixture() -> None:
    law = Law("hyperexponential", cv=2)
    wait = MG1(80, 0.01, law)
    assert wait.mean_wait == pytest.approx(0.8 * 0.01 * 5 / 2 / 0.2)
    step, cumulated = wait._wait_grid
    mean = step * float((1 - cumulated).sum())
    assert mean == pytest.approx(wait.mean_wait, rel=1e-4)


def test_sjf_with_one_size_is_first_come_first_served() -> None:
    jobs = JobClass(80, 0.01, Law("constant"))
    assert shortest_first_wait(jobs) == pytest.approx(jobs.residual_work / 0.2)


def test_sjf_with_two_sizes_is_two_priorities() -> None:
    law = Law("bimodal", slow_ratio=0.1, slow_factor=11)
    small, large = JobClass(72, 0.005, Law("constant")), JobClass(8, 0.055, Law("constant"))
    first, second = cobham_waits([small, large])
    assert shortest_first_wait(JobClass(80, 0.01, law)) == pytest.approx(0.9 * first + 0.1 * second)


def test_poisson_gaps_make_gm1_the_mm1() -> None:
    queue = GM1(80, 0.01, lambda s: 1 / (1 + s))
    assert queue.mean_wait == pytest.approx(MM1.mean_wait)
    assert queue.wait_percentile(0.99) == pytest.approx(MM1.wait_percentile(0.99))
    assert queue.response_percentile(0.99) == pytest.approx(MM1.response_percentile(0.99))


def test_the_waits_spread_is_the_tails() -> None:
    t = np.linspace(0, 1, 2_000_001)
    tail = MM8.wait_probability * np.exp(-MM8.spare_per_second * t)
    second = 2 * np.trapezoid(t * tail, t)
    assert MM8.std_wait == pytest.approx(math.sqrt(second - MM8.mean_wait**2), rel=1e-6)


def test_waits_of_accepted_jobs_agree_with_gamma_tails() -> None:
    states = MM4K.states
    accepted = 1 - states[-1]
    for t in (0.01, 0.03, 0.06):
        exact = sum(states[n] * stats.gamma.sf(t, n - 3, scale=0.01 / 4) for n in range(4, 20)) / accepted
        assert MM4K.wait_tail(t) == pytest.approx(exact, rel=1e-10)
    probability = 1 - MM4K.wait_tail(MM4K.wait_percentile(0.9))
    assert probability == pytest.approx(0.9)


def test_a_closed_loops_tail_has_its_mean() -> None:
    t = np.linspace(0, 4, 401)
    tail = [USERS_50.response_tail(x) for x in t]
    assert np.trapezoid(tail, t) == pytest.approx(USERS_50.mean_response, rel=1e-4)
    assert USERS_50.response_tail(USERS_50.response_percentile(0.95)) == pytest.approx(0.05, rel=1e-6)
    # simulated: 10.33 in units of the service time
    assert ClosedLoop(10, 9.68497, 1).response_percentile(0.99) == pytest.approx(10.33, rel=5e-3)


def test_a_busy_period_has_its_mean() -> None:
    t = np.concatenate(([0.0], np.geomspace(1e-6, 15, 2001)))
    tail = [busy_period_tail(80, 0.01, x) for x in t]
    assert np.trapezoid(tail, t) == pytest.approx(0.05, rel=1e-4)


@pytest.mark.parametrize("queue", [lambda: MMc(800, 0.01, 8), lambda: MG1(100, 0.01, Law("constant"))])
def test_there_is_no_steady_state_beyond_capacity(queue: object) -> None:
    with pytest.raises(ValueError, match="no steady state"):
        queue()  # type: ignore[operator]


def test_capacity_is_the_least_of_the_limits() -> None:
    assert pipeline_capacity(8, 0.001, 0.009) == pytest.approx(800)
    assert pipeline_capacity(64, 0.002, 0.008, cores=2) == pytest.approx(1000)
    assert pipeline_capacity(8, 0, 0) == math.inf
