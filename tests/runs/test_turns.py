from __future__ import annotations

from collections import deque
from typing import Any

import pytest

from simulator.runs.live_run import Message
from simulator.runs.turns import Plan, Request, take_turns
from tests.runs.clocks import HandClock
from tests.runs.making import make_run, messages, of_kind, turn


def test_the_samples_of_a_batch_go_to_their_own_runs() -> None:
    clock = HandClock()
    runs = [
        make_run(clock, {"arrivals.rate_per_second": 100 * (k + 1), "seed": k}, f"r{k}") for k in range(5)
    ]
    clock.pass_seconds(0.35)
    turns = take_turns([Plan(run, deque(), watched=True) for run in runs], 1.0)
    for run, one in zip(runs, turns, strict=True):
        samples = of_kind(messages(one), "sample")
        assert [sample["run"] for sample in samples] == [run.id] * 3
        assert [sample["seq"] for sample in samples] == [1, 2, 3]
        kept = run.join()["history"]
        column = kept["columns"].index("arrivals_total")
        assert [row[column] for row in kept["rows"]] == [sample["arrivals_total"] for sample in samples]
        assert kept["response_buckets"] == [sample["response_buckets"] for sample in samples]


def test_a_run_that_fails_does_not_take_the_others_of_its_batch_down(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = HandClock()
    runs = [make_run(clock, id=f"r{k}") for k in range(3)]

    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(runs[1].simulation, "advance", broken)
    for _ in range(5):
        clock.pass_seconds(0.1)
        take_turns([Plan(run, deque(), watched=True) for run in runs], 1.0)
    assert [run.state for run in runs] == ["running", "failed", "running"]
    assert [run.simulated_seconds for run in runs] == pytest.approx([0.5, 0.0, 0.5])


@pytest.mark.parametrize("part", ["picture", "rows_to_publish", "next_turn"])
def test_an_error_in_any_part_of_a_turn_stays_within_its_run(
    monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    clock = HandClock()
    runs = [make_run(clock, id=f"r{k}") for k in range(3)]

    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(runs[1], part, broken)
    clock.pass_seconds(0.1)
    turns = take_turns([Plan(run, deque(), watched=True) for run in runs], 1.0)
    assert runs[1].state == "failed"
    assert [len(of_kind(messages(turns[k]), "sample")) for k in (0, 2)] == [1, 1]
    assert [status["state"] for status in of_kind(messages(turns[1]), "status")][-1] == "failed"


def test_who_joins_gets_every_sample_exactly_once() -> None:
    clock = HandClock()
    run = make_run(clock)
    for cut in (0.03, 0.1, 0.25, 0.38, 0.4):
        clock.pass_seconds(cut)
        one = turn(run, lambda run: run.join())
        place = next(k for k, item in enumerate(one.outgoing) if isinstance(item, Request))
        joined = one.outgoing[place]
        assert isinstance(joined, Request)
        clock.pass_seconds(0.2)
        later = [*one.outgoing[place:], *turn(run).outgoing]
        live = [m.payload["seq"] for m in later if isinstance(m, Message) and m.event == "sample"]
        assert live[0] == joined.answer["history"]["seq"] + 1
        assert live == list(range(live[0], live[0] + len(live)))


def test_an_edit_is_told_before_it_is_answered_and_only_to_those_who_joined_before() -> None:
    clock = HandClock()
    run = make_run(clock)
    one = turn(
        run,
        lambda run: run.join(),
        lambda run: run.edit({"workers.count": 4}, "me"),
        lambda run: run.join(),
    )
    kinds = [item.event if isinstance(item, Message) else "answer" for item in one.outgoing]
    assert kinds == ["answer", "edited", "answer", "answer", "view", "status"]
    first, _, last = [item for item in one.outgoing if isinstance(item, Request)]
    assert first.answer["edits"] == []
    assert [edit["changes"][0]["new_value"] for edit in last.answer["edits"]] == [4]


def test_who_follows_a_thread_gets_a_picture_with_it() -> None:
    clock = HandClock()
    run = make_run(clock)
    clock.pass_seconds(0.5)
    (one,) = take_turns([Plan(run, deque(), watched=True, followed=frozenset({3, 999}))], 1.0)
    views = [message for message in messages(one) if message.event == "view"]
    assert [view.followed for view in views] == [None, 3, 999]
    assert "followed" not in views[0].payload
    assert views[1].payload["followed"]["thread"] == 3
    assert views[2].payload["followed"] is None


def test_a_heavy_run_is_cut_and_due_again_at_once() -> None:
    clock = HandClock(tick=0.001)
    run = make_run(clock, {"arrivals.rate_per_second": 100_000})
    turn(run, lambda run: run.control("speed", "max"))
    one = turn(run, slice_seconds=0.02)
    assert run.was_cut
    assert one.next_turn <= clock.now
    assert 0.02 <= one.seconds < 0.06
