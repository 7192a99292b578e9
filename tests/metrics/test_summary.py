"""The summary: the contract's keys, exact identities, figures that agree with the job log and with theory."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernel.samples import SAMPLE
from simulator.metrics.inside import ages_inside_ns, exact_sum, exact_sums, jobs_inside
from simulator.metrics.summary import Ledger
from simulator.model import parse_configuration
from simulator.model.scenarios import load_scenarios, scenario_configuration
from simulator.model.simulation import SampleBlock, Simulation
from tests.metrics.hand_made import unhurried
from tests.support.recording import Recording

# design.md section 5.
CONTRACT = [
    "simulated_seconds",
    "wall_seconds",
    "events",
    "offered",
    "completed",
    "dropped",
    "in_flight",
    "throughput_per_second",
    "response_seconds",
    "queue_wait_seconds",
    "queue_depth",
    "utilization",
    "thread_states",
    "littles_law_residual",
]
TIMES = ["mean", "p50", "p90", "p95", "p99", "p999", "max"]

OVERLOADS: dict[str, dict[str, Any]] = {
    "reject": {"queue.overflow": "reject"},
    "drop_oldest": {"queue.overflow": "drop_oldest"},
    "block": {"queue.overflow": "block", "nic.ring_slots": 64},
    "caller_runs": {"queue.overflow": "caller_runs"},
    "priority": {"queue.discipline": "priority"},
    "sjf": {"queue.discipline": "sjf"},
    "rings": {"nic.queues": 4, "io.threads": 3, "queue.overflow": "block", "nic.ring_slots": 64},
}


class Kept:
    """A simulation with its ledger; every sample goes in."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self.ledger = Ledger(simulation)

    def reach(self, seconds: float) -> dict[str, Any]:
        while self.simulation.advance(round(seconds * 1e9)).reason == "drain":
            self.ledger.add(self.simulation.drain())
        self.ledger.add(self.simulation.drain())
        return self.ledger.summary(1.5)


def kept(**changes: Any) -> Kept:
    return Kept(Simulation(parse_configuration({key.replace("__", "."): v for key, v in changes.items()})))


def assert_balanced(summary: dict[str, Any]) -> None:
    lost = sum(summary["dropped"].values())
    assert summary["offered"] == summary["completed"] + lost + summary["in_flight"]
    assert summary["littles_law_residual"] == 0
    parts = [part for part in summary["response_parts_seconds"].values() if part is not None]
    if parts:
        assert sum(parts) == pytest.approx(summary["response_seconds"]["mean"], rel=1e-12)
    for states in summary["thread_states"].values():
        shares = [share for share in states.values() if share is not None]
        assert not shares or sum(shares) == pytest.approx(1)


def test_it_has_the_contracts_keys_in_order_and_is_json() -> None:
    summary = kept().reach(5)
    assert list(summary)[: len(CONTRACT)] == CONTRACT
    assert list(summary["response_seconds"]) == list(summary["queue_wait_seconds"]) == TIMES
    assert list(summary["queue_depth"]) == ["mean", "max"]
    assert list(summary["utilization"]) == ["workers", "io_threads", "cores"]
    assert list(summary["dropped"]) == ["nic", "queue", "oldest"]
    assert list(summary["thread_states"]) == ["workers", "io_threads"]
    assert json.loads(json.dumps(summary, allow_nan=False)) == summary
    assert (summary["simulated_seconds"], summary["wall_seconds"]) == (5, 1.5)


@pytest.mark.parametrize("name", OVERLOADS)
def test_the_books_balance_under_overload_at_any_instant(name: str) -> None:
    run = kept(
        workers__count=4,
        queue__capacity=50,
        **{key.replace(".", "__"): value for key, value in OVERLOADS[name].items()},
    )
    for seconds in (0.001, 0.0501, 3.3333, 3.3333):
        assert_balanced(run.reach(seconds))
    summary = run.reach(20)
    assert_balanced(summary)
    assert summary["throughput_per_second"] == summary["completed"] / 20
    if name != "caller_runs":
        assert sum(summary["dropped"].values()) > 0
    assert summary["queue_depth"]["max"] == 50


@pytest.mark.parametrize("scenario", list(load_scenarios()))
def test_the_books_of_every_scenario_balance_also_after_a_warm_up(scenario: str) -> None:
    configuration = scenario_configuration(scenario)
    simulation = Simulation(configuration, warmup_seconds=11.03)
    while simulation.advance(11_030_000_000).reason == "drain":
        simulation.drain()
    simulation.drain()
    run = Kept(simulation)
    assert_balanced(run.ledger.summary())
    summary = run.reach(18)
    assert_balanced(summary)
    assert summary["simulated_seconds"] == pytest.approx(6.97)
    assert summary["warmup_seconds"] == 11.03
    assert summary["completed"] > 0


def test_edits_do_not_unbalance_the_books() -> None:
    run = kept(queue__capacity=200)
    changes: list[dict[str, Any]] = [
        {"workers.count": 2},
        {"queue.discipline": "sjf", "queue.capacity": 10},
        {"cpu.cores": 0, "nic.queues": 3},
        {"queue.discipline": "lifo", "workers.count": 64, "io.threads": 5},
        {"arrivals.process": "closed", "arrivals.users": 50},
    ]
    for step, change in enumerate(changes, 1):
        run.reach(step * 1.03)
        run.simulation.edit(change)
        assert_balanced(run.ledger.summary())
    assert_balanced(run.reach(10))


def test_it_agrees_with_the_job_log() -> None:
    simulation = Simulation(parse_configuration({"arrivals.rate_per_second": 750}))
    run, jobs = Kept(simulation), Recording(simulation, jobs=True)
    for tenth in range(1, 201):
        run.reach(tenth / 10)
        jobs._jobs.append(simulation.drain_jobs())
    summary = run.ledger.summary()
    log = jobs.jobs()
    completed = log[log["end"] < 0]
    responses = np.sort(completed["left_ns"] - completed["arrived_ns"])
    waits = np.sort(completed["taken_ns"] - completed["put_ns"])
    assert summary["completed"] == len(completed)
    for times, shown in ((responses, summary["response_seconds"]), (waits, summary["queue_wait_seconds"])):
        assert shown["mean"] == pytest.approx(times.mean() / 1e9, rel=1e-12)
        assert shown["max"] == times[-1] / 1e9
        for name, thousandth in (("p50", 500), ("p90", 900), ("p95", 950), ("p99", 990), ("p999", 999)):
            exact = times[-(-len(times) * thousandth // 1000) - 1] / 1e9
            assert shown[name] == pytest.approx(exact, rel=2**-8)


def test_after_a_warm_up_it_knows_nothing_from_before() -> None:
    configuration = parse_configuration(
        {"arrivals.process": "spike", "arrivals.spike_start_seconds": 0, "arrivals.spike_seconds": 2}
    )
    simulation = Simulation(configuration, warmup_seconds=30)
    while simulation.advance(30_000_000_000).reason == "drain":
        simulation.drain()
    simulation.drain()
    summary = Kept(simulation).reach(60)
    without = kept(
        arrivals__process="spike", arrivals__spike_start_seconds=0, arrivals__spike_seconds=2
    ).reach(60)
    assert summary["response_seconds"]["max"] < 0.5 < without["response_seconds"]["max"]
    assert summary["simulated_seconds"] == 30
    assert summary["throughput_per_second"] == pytest.approx(600, rel=0.03)
    assert summary["utilization"]["workers"] == pytest.approx(0.75, rel=0.05)


def test_the_textbook_queue_matches_the_textbook() -> None:
    """O02: M/M/8 at 0.9; a minute of it, so wide bounds: the theory tests have the narrow ones."""
    summary = Kept(Simulation(scenario_configuration("textbook"))).reach(1000)
    assert summary["response_seconds"]["mean"] == pytest.approx(0.018769, rel=0.05)
    assert summary["response_seconds"]["p99"] == pytest.approx(0.0709, rel=0.05)
    assert summary["utilization"]["workers"] == pytest.approx(0.9, rel=0.01)
    # Little's law in its statistical form.
    inside = summary["in_flight_mean"]
    assert inside == pytest.approx(
        summary["throughput_per_second"] * summary["response_seconds"]["mean"], rel=1e-3
    )


def test_nothing_happened_is_no_data() -> None:
    summary = kept(arrivals__rate_per_second=0).reach(1)
    assert set(summary["response_seconds"].values()) == {None}
    assert summary["throughput_per_second"] == 0
    assert summary["utilization"]["workers"] == pytest.approx(0, abs=1e-4)
    assert_balanced(summary)
    at_the_start = kept().ledger.summary()
    assert at_the_start["throughput_per_second"] is None
    assert_balanced(at_the_start)


def test_reading_changes_nothing_and_undrained_samples_are_refused() -> None:
    run = kept()
    run.reach(1)
    before = run.simulation.world.tobytes()
    assert run.ledger.summary() == run.ledger.summary()
    assert run.simulation.world.tobytes() == before
    run.simulation.advance(1_500_000_000)
    with pytest.raises(ValueError, match="drain"):
        run.ledger.summary()


def test_sums_beyond_int64_are_exact() -> None:
    run = kept(arrivals__rate_per_second=0)
    samples = np.zeros(1000, dtype=SAMPLE)
    samples["system_area_ns"] = 2**62
    samples["sojourn_sum_ns"] = 2**62
    samples["completed"] = 1
    run.ledger.add(SampleBlock(samples, np.empty((0, 2), dtype=np.uint32)))
    summary = run.reach(1)
    assert summary["littles_law_residual"] == 0
    assert summary["in_flight_mean"] == 1000 * 2**62 / 10**9


@unhurried
@given(st.lists(st.integers(0, 2**63 - 1), max_size=50))
def test_exact_sums(values: list[int]) -> None:
    array = np.array(values, dtype=np.int64)
    assert exact_sum(array) == sum(values)
    assert exact_sums(np.stack([array, array], axis=1)) == [sum(values)] * 2


def test_everybody_inside_is_found() -> None:
    for changes in OVERLOADS.values():
        run = kept(
            workers__count=4, queue__capacity=50, **{k.replace(".", "__"): v for k, v in changes.items()}
        )
        run.reach(4.321)
        world = run.simulation.world
        inside = jobs_inside(world)
        assert len(set(inside.tolist())) == len(inside) == int(world["metrics"]["in_system"])
        ages = run.simulation.now_ns - world["jobs"]["rows"]["arrived_ns"][inside]
        assert ages_inside_ns(world) == int(ages.sum())
        assert (ages >= 0).all()
