from __future__ import annotations

import re

import pytest

from simulator.errors import RunLimitReached, RunNotFound
from simulator.model.resolve import parse_configuration
from simulator.runs.live_run import LiveRun
from simulator.runs.registry import PAUSE_AFTER_SECONDS, REMOVE_AFTER_SECONDS, Registry, new_id
from tests.runs.clocks import HandClock


def add(registry: Registry) -> LiveRun:
    registry.reserve()
    run = registry.build("s", parse_configuration({}))
    registry.add(run)
    return run


def test_ids_cannot_be_guessed_and_need_no_escaping() -> None:
    ids = {new_id() for _ in range(2000)}
    assert len(ids) == 2000
    assert all(re.fullmatch("[a-z0-9]{14}", id) for id in ids)


def test_the_cap_counts_runs_and_those_being_built() -> None:
    registry = Registry(limit=2)
    add(registry)
    registry.reserve()
    with pytest.raises(RunLimitReached, match="2 live runs"):
        registry.reserve()
    registry.release()
    second = add(registry)
    with pytest.raises(RunLimitReached):
        registry.reserve()
    registry.remove(second.id)
    add(registry)


def test_a_run_that_is_gone_is_not_found() -> None:
    registry = Registry()
    run = add(registry)
    assert registry.get(run.id) is run
    registry.remove(run.id)
    for ask in (registry.get, registry.remove):
        with pytest.raises(RunNotFound, match=run.id):
            ask(run.id)


def test_a_run_without_viewers_pauses_and_is_removed_half_an_hour_later() -> None:
    clock = HandClock()
    registry = Registry(clock=clock)
    run = add(registry)
    clock.pass_seconds(PAUSE_AFTER_SECONDS - 1)
    assert registry.expired() == ([], [])
    clock.pass_seconds(1)
    assert registry.expired() == ([run], [])
    run.rest()
    assert registry.expired() == ([], [])
    clock.pass_seconds(REMOVE_AFTER_SECONDS - 1)
    assert registry.expired() == ([], [])
    clock.pass_seconds(1)
    assert registry.expired() == ([], [run])


def test_a_viewer_keeps_a_run_alive_and_its_leaving_starts_the_clock_anew() -> None:
    clock = HandClock()
    registry = Registry(clock=clock, pause_after_seconds=10, remove_after_seconds=20)
    run = add(registry)
    registry.watched(run.id, 2)
    assert run.viewers == 2
    clock.pass_seconds(1e6)
    assert registry.expired() == ([], [])
    registry.watched(run.id, 0)
    clock.pass_seconds(9)
    registry.watched(run.id, 0)  # nothing new: the clock goes on
    clock.pass_seconds(1)
    assert registry.expired() == ([run], [])
    registry.watched(run.id, 1)
    assert registry.expired() == ([], [])


def test_a_run_that_a_person_paused_is_removed_as_well() -> None:
    clock = HandClock()
    registry = Registry(clock=clock, pause_after_seconds=10, remove_after_seconds=20)
    run = add(registry)
    run.control("pause")
    clock.pass_seconds(15)
    assert registry.expired() == ([], [])
    clock.pass_seconds(15)
    assert registry.expired() == ([], [run])
