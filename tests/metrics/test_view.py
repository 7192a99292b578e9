"""The picture of the moment: it agrees with the World, and is quick to take."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from simulator.kernel import codes
from simulator.metrics.verdict_words import Verdict
from simulator.metrics.view import followed_thread, view
from simulator.model import parse_configuration
from simulator.model.scenarios import load_scenarios, scenario_configuration
from simulator.model.simulation import Simulation
from tests.support.recording import Recording

STEPS_OF_STATES = {
    "workers": {"P": "await a job", "C": "call the backend", "K": "call the backend"},
    "io_threads": {"P": "wait for packets", "W": "await room"},
}


def simulation(seconds: float, **changes: Any) -> Simulation:
    made = Simulation(parse_configuration({key.replace("__", "."): value for key, value in changes.items()}))
    Recording(made).advance(round(seconds * 1e9))
    return made


def test_it_is_the_wires_view() -> None:
    shown = view(simulation(2.0))
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert list(shown) == [
        "simulated_seconds",
        "ring",
        "io_threads",
        "workers",
        "queue",
        "cores",
        "backend",
        "totals",
        "verdict",
    ]
    assert list(shown["workers"]) == ["ids", "states", "steps", "jobs", "draining", "wanted"]
    assert list(shown["queue"]) == ["depth", "capacity", "jobs", "lock", "putters_waiting"]
    assert list(shown["cores"]) == ["count", "busy", "threads", "run_queue"]
    assert list(shown["verdict"]) == ["code", "severity", "component", "sentence", "figures"]
    assert shown["simulated_seconds"] == 2.0


@pytest.mark.parametrize("scenario", list(load_scenarios()))
def test_it_agrees_with_itself_and_with_the_totals(scenario: str) -> None:
    made = Simulation(scenario_configuration(scenario))
    recording = Recording(made)
    for seconds in (0.0, 0.333, 12.5, 13.37):
        recording.advance(round(seconds * 1e9))
        shown = view(made)
        totals, metrics = shown["totals"], made.world["metrics"]
        ended = totals["completed"] + sum(totals[f"dropped_{name}"] for name in codes.DROP_NAMES)
        held = [job for kind in ("io_threads", "workers") for job in shown[kind]["jobs"] if job is not None]
        inside = shown["ring"]["depth"] + shown["queue"]["depth"] + len(held)
        assert totals["arrivals"] == ended + inside == int(metrics["arrivals_total"])
        assert sum(shown["ring"]["queues"]) == shown["ring"]["depth"]
        assert len(shown["ring"]["packets"]) == min(64, shown["ring"]["depth"])
        assert len(shown["queue"]["jobs"]) == min(64, shown["queue"]["depth"])
        numbers = shown["ring"]["packets"] + shown["queue"]["jobs"] + held
        assert len(set(numbers)) == len(numbers)
        assert shown["backend"]["in_use"] == sum(
            shown[kind]["states"].count("C") for kind in ("io_threads", "workers")
        )
        for kind in ("io_threads", "workers"):
            threads = shown[kind]
            assert (
                len(threads["ids"]) == len(threads["states"]) == len(threads["steps"]) == len(threads["jobs"])
            )
            assert threads["ids"] == sorted(threads["ids"])
            labels = [step.label for step in made.programs[kind].steps]
            assert all(0 <= step < len(labels) for step in threads["steps"])


def test_threads_stand_on_the_step_that_holds_them() -> None:
    seen = set()
    for changes in (
        {},
        {"job__call__connections": 3},
        {"workers__count": 4, "queue__overflow": "block", "queue__capacity": 5},
    ):
        made = simulation(3.0, **changes)
        shown = view(made)
        for kind, expected in STEPS_OF_STATES.items():
            labels = [step.label for step in made.programs[kind].steps]
            for state, step in zip(shown[kind]["states"], shown[kind]["steps"], strict=True):
                if state in expected:
                    assert expected[state] in labels[step].lower()
                    seen.add((kind, state))
    assert seen == {(kind, state) for kind, states in STEPS_OF_STATES.items() for state in states}


@pytest.mark.parametrize("discipline", ["fifo", "lifo", "priority", "sjf"])
def test_the_queue_shows_jobs_in_the_order_in_which_they_are_then_taken(discipline: str) -> None:
    made = simulation(
        1.0,
        queue__discipline=discipline,
        workers__count=1,
        costs__profile="pure",
        job__cpu__distribution="lognormal",
    )
    shown = view(made)["queue"]["jobs"]
    assert len(shown) == 64
    made.edit({"arrivals.rate_per_second": 0})
    recording = Recording(made, jobs=True)
    recording.advance(60_000_000_000)
    log = recording.jobs()
    log = log[log["taken_ns"] > 1_000_000_000]
    log.sort(order="taken_ns")
    assert log["number"][:64].tolist() == shown


def test_ties_of_a_long_queue_are_broken_by_arrival() -> None:
    made = simulation(
        1.0,
        queue__discipline="sjf",
        workers__count=1,
        costs__profile="pure",
        job__cpu__distribution="constant",
        job__call__distribution="constant",
    )
    shown = view(made)["queue"]["jobs"]
    assert shown == list(range(shown[0], shown[0] + 64))


def test_a_pool_that_shrinks_shows_who_leaves() -> None:
    made = simulation(3.0, arrivals__rate_per_second=2000)
    made.edit({"workers.count": 3})
    shown = view(made)["workers"]
    assert shown["wanted"] == 3
    assert len(shown["ids"]) == 8
    assert len(shown["draining"]) == 5
    assert set(shown["draining"]) < set(shown["ids"])
    made.advance(made.now_ns + 1_000_000_000)
    shown = view(made)["workers"]
    assert (len(shown["ids"]), shown["draining"]) == (3, [])


def test_cores_are_shown_with_who_stands_on_them() -> None:
    made = simulation(3.0, cpu__cores=2, workers__count=32, arrivals__rate_per_second=3000)
    shown = view(made)
    cores = shown["cores"]
    assert cores["count"] == 2
    assert cores["busy"] == sum(thread is not None for thread in cores["threads"])
    assert cores["run_queue"] + 2 >= shown["workers"]["states"].count("r") > 0
    without = view(simulation(3.0, cpu__cores=0))
    running = sum(without[kind]["states"].count("R") for kind in ("io_threads", "workers"))
    assert without["cores"] == {"count": 0, "busy": running, "threads": [], "run_queue": 0}


def test_a_followed_thread_tells_its_life() -> None:
    made = simulation(5.03)
    worker = view(made)["workers"]["ids"][0]
    shown = view(made, worker)["followed"]
    assert shown == followed_thread(made, worker)
    assert list(shown) == ["thread", "kind", "state", "step", "job", "since_seconds", "times", "jobs_done"]
    assert (shown["thread"], shown["kind"]) == (worker, "workers")
    assert sum(shown["times"].values()) == pytest.approx(5.03)
    assert shown["jobs_done"] > 100
    assert shown["since_seconds"] <= 5.03


@pytest.mark.parametrize("thread", [-1, 10, 4096, 10**9])
def test_a_thread_that_is_not_there_is_nobody(thread: int) -> None:
    assert view(simulation(1.0), thread)["followed"] is None


def test_the_verdict_is_passed_on() -> None:
    given = Verdict("healthy", "ok", "", "Healthy.", {"workers": 8})
    assert view(simulation(1.0), verdict=given)["verdict"] == given.as_dict()
    assert view(simulation(1.0))["verdict"]["code"] == "starting"


def test_looking_changes_nothing() -> None:
    made = simulation(1.234)
    before = made.world.tobytes()
    view(made, 3)
    assert made.world.tobytes() == before


@pytest.mark.parametrize(
    ("changes", "most_ms"),
    [
        ({"workers__count": 60}, 0.5),
        ({"workers__count": 4000, "arrivals__rate_per_second": 500_000, "cpu__cores": 256}, 3.0),
        (
            {"queue__capacity": 65_536, "queue__discipline": "sjf", "arrivals__rate_per_second": 50_000},
            3.0,
        ),
    ],
)
def test_it_is_quick(changes: dict[str, Any], most_ms: float) -> None:
    made = simulation(1.5, **changes)
    took = []
    for _ in range(20):
        began = time.perf_counter()
        view(made)
        took.append((time.perf_counter() - began) * 1000)
    assert min(took) < most_ms * 2, "twice as long is allowed on a machine that does other things"
