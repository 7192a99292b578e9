from __future__ import annotations

import math

from simulator.runs.agenda import (
    GRID_SECONDS,
    LONGEST_SLICE_SECONDS,
    MOST_BATCH_RUNS,
    SHORTEST_SLICE_SECONDS,
    Agenda,
)


def with_runs(count: int, lanes: int = 1, cost: float = 1e-4) -> Agenda:
    agenda = Agenda(lanes)
    for number in range(count):
        agenda.add(f"r{number}", 0.0)
    while batch := agenda.take(0.0):
        for run in batch:
            for _ in range(40):  # long enough for the estimate to settle
                agenda.back(run, math.inf, 0.0, cost, is_heavy=False)
    return agenda


def test_a_new_run_is_due_at_once_and_only_once() -> None:
    agenda = Agenda()
    agenda.add("a", 5.0)
    assert agenda.take(5.0) == ["a"]
    assert agenda.take(9.0) == []


def test_the_earliest_comes_first_and_what_is_not_due_waits() -> None:
    agenda = with_runs(3)
    agenda.back("r0", 1.3, 1.0, 1e-4, False)
    agenda.back("r1", 1.1, 1.0, 1e-4, False)
    agenda.back("r2", 1.2, 1.0, 1e-4, False)
    assert agenda.next_due == 1.1
    assert agenda.take(1.205) == ["r1", "r2"]
    assert agenda.take(1.205) == []


def test_due_times_share_a_grid_so_that_light_runs_go_together() -> None:
    agenda = with_runs(10)
    for number in range(10):
        agenda.back(f"r{number}", 2.0 + number * GRID_SECONDS / 11 + 1e-4, 1.0, 1e-4, False)
    assert agenda.take(2.0) == []
    assert len(agenda.take(agenda.next_due)) == 10


def test_a_batch_is_bounded_in_runs_and_in_time() -> None:
    light = with_runs(100, cost=1e-6)
    for number in range(100):
        light.back(f"r{number}", 0.0, 0.0, 1e-6, False)
    assert len(light.take(0.0)) == MOST_BATCH_RUNS
    heavy = with_runs(4, cost=0.02)
    for number in range(4):
        heavy.back(f"r{number}", 0.0, 0.0, 0.02, True)
    assert len(heavy.take(0.0)) == 1


def test_every_due_run_gets_its_turn_before_one_that_is_due_again() -> None:
    agenda = with_runs(5, cost=0.02)
    for number in range(5):
        agenda.back(f"r{number}", 1.0, 1.0, 0.02, True)
    seen = []
    now = 1.0
    for _ in range(10):
        (run,) = agenda.take(now)
        seen.append(run)
        now += 0.02
        agenda.back(run, now, now, 0.02, True)
    assert sorted(seen[:5]) == sorted(seen[5:]) == [f"r{number}" for number in range(5)]


def test_a_run_is_not_given_two_turns_at_once_but_one_right_after() -> None:
    agenda = Agenda()
    agenda.add("a", 0.0)
    agenda.take(0.0)
    agenda.hurry("a", 0.0)
    assert agenda.take(1.0) == []
    agenda.back("a", 50.0, 1.0, 1e-3, False)
    assert agenda.take(1.0) == ["a"]
    agenda.back("a", 50.0, 1.0, 1e-3, False)
    assert agenda.take(2.0) == []
    assert agenda.next_due == 50.0


def test_to_hurry_moves_a_turn_forward_never_back() -> None:
    agenda = with_runs(1)
    agenda.back("r0", 9.0, 1.0, 1e-4, False)
    agenda.hurry("r0", 2.0)
    agenda.hurry("r0", 5.0)
    assert agenda.take(2.0) == ["r0"]


def test_a_removed_run_is_forgotten_wherever_it_is() -> None:
    agenda = with_runs(2)
    agenda.hurry("r0", 0.0)
    agenda.remove("r0")
    assert agenda.take(1.0) == []
    agenda.hurry("r1", 0.0)
    assert agenda.take(1.0) == ["r1"]
    agenda.remove("r1")
    agenda.back("r1", 2.0, 2.0, 0.01, True)
    assert agenda.next_due == math.inf


def test_the_more_runs_cannot_keep_up_the_shorter_are_their_slices() -> None:
    agenda = with_runs(100, lanes=2)
    assert agenda.slice_seconds == LONGEST_SLICE_SECONDS
    for number in range(20):
        agenda.back(f"r{number}", 1.0, 1.0, 0.02, True)
    assert agenda.slice_seconds == 0.008
    for number in range(100):
        agenda.back(f"r{number}", 1.0, 1.0, 0.02, True)
    assert agenda.slice_seconds == SHORTEST_SLICE_SECONDS
    for number in range(100):
        agenda.remove(f"r{number}")
    assert agenda.slice_seconds == LONGEST_SLICE_SECONDS
