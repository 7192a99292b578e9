from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.errors import ConfigurationError, KernelFull, RunError, RunFailed
from simulator.model.resolve import parse_configuration
from simulator.runs.live_run import LiveRun
from simulator.runs.pacing import Clock
from tests.runs.clocks import HandClock
from tests.runs.making import LIGHT, THREE_JOBS, answers, make_run, messages, of_kind, play, turn


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def run(clock: HandClock) -> LiveRun:
    return make_run(clock)


def test_at_everyday_speed_every_sample_is_sent_once_in_order(run: LiveRun, clock: HandClock) -> None:
    samples = of_kind(play(run, clock, 3.0), "sample")
    assert [sample["seq"] for sample in samples] == list(range(1, 31))
    assert [sample["simulated_seconds"] for sample in samples] == pytest.approx(
        [k / 10 for k in range(1, 31)]
    )
    assert samples[-1]["completed_total"] > 1000


def test_samples_that_come_late_are_still_sent_one_by_one(run: LiveRun, clock: HandClock) -> None:
    clock.pass_seconds(0.45)
    samples = of_kind(messages(turn(run)), "sample")
    assert [sample["interval_seconds"] for sample in samples] == [0.1] * 4


@pytest.mark.parametrize("speed", [5.0, 100.0])
def test_a_fast_run_sends_about_ten_merged_samples_a_second(
    run: LiveRun, clock: HandClock, speed: float
) -> None:
    turn(run, lambda run: run.control("speed", speed))
    said = play(run, clock, 3.0, every=0.01)
    samples = of_kind(said, "sample")
    assert 28 <= len(samples) <= 31
    assert [sample["seq"] for sample in samples] == list(range(1, len(samples) + 1))
    # Merged, nothing left out: the intervals add up to the time passed.
    assert sum(sample["interval_seconds"] for sample in samples) == pytest.approx(
        samples[-1]["simulated_seconds"]
    )
    assert len(of_kind(said, "view")) <= 3 * 5 + 2


def test_at_full_speed_too(clock: HandClock) -> None:
    run = LiveRun("run", "", parse_configuration(LIGHT), Clock())
    turn(run, lambda run: run.control("speed", "max"))
    said = []
    end = run.clock.seconds() + 1.0
    while run.clock.seconds() < end:
        said += messages(turn(run, slice_seconds=0.02))
        assert run.was_cut
    samples = of_kind(said, "sample")
    assert 7 <= len(samples) <= 11
    assert sum(sample["interval_seconds"] for sample in samples) == pytest.approx(
        samples[-1]["simulated_seconds"]
    )
    assert run.pace.achieved is not None
    assert run.pace.achieved > 100


def test_slow_motion_shows_the_moment_more_often(run: LiveRun, clock: HandClock) -> None:
    turn(run, lambda run: run.control("speed", 0.001))
    said = play(run, clock, 2.0, every=0.01)
    assert 35 <= len(of_kind(said, "view")) <= 41
    assert run.simulated_seconds == pytest.approx(0.002, abs=2e-4)
    assert of_kind(said, "sample") == []


def test_the_status_comes_once_a_second_and_with_every_change(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 1.0)
    assert 4 <= len(of_kind(play(run, clock, 5.0), "status")) <= 6
    changed = turn(run, lambda run: run.control("pause"))
    assert [status["state"] for status in of_kind(messages(changed), "status")] == ["paused"]
    assert 4 <= len(of_kind(play(run, clock, 5.0), "status")) <= 6


def test_nobody_watches_nothing_is_drawn_but_the_history_grows(run: LiveRun, clock: HandClock) -> None:
    for _ in range(10):
        clock.pass_seconds(0.25)
        assert messages(turn(run, watched=False)) == []
    joined = run.join()
    assert len(joined["history"]["rows"]) == 25
    assert joined["history"]["seq"] == joined["status"]["seq"] == 25


def test_pause_stops_simulated_time_and_play_goes_on_where_it_was(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 1.0)
    turn(run, lambda run: run.control("pause"))
    stood = run.simulated_seconds
    assert of_kind(play(run, clock, 100.0, every=1.0), "sample") == []
    assert run.simulated_seconds == stood
    turn(run, lambda run: run.control("play"))
    play(run, clock, 0.5)
    assert run.simulated_seconds == pytest.approx(stood + 0.5)


def test_a_step_goes_to_the_next_sample_and_stops_there(run: LiveRun, clock: HandClock) -> None:
    clock.pass_seconds(0.25)
    turn(run, lambda run: run.control("pause"))
    (stepped,) = answers(turn(run, lambda run: run.control("step")))
    assert stepped.answer["state"] == "paused"
    assert run.simulated_seconds == pytest.approx(0.3)
    # The sample it ended at is not kept for later.
    assert run.next_turn(watched=True) <= clock.now
    assert [sample["seq"] for sample in of_kind(messages(turn(run)), "sample")] == [3]


def test_a_step_that_takes_long_goes_on_in_later_turns(clock: HandClock) -> None:
    clock.tick = 0.002
    run = make_run(clock, {**LIGHT, "sample_interval_seconds": 100.0, "arrivals.rate_per_second": 4000})
    turn(run, lambda run: run.control("pause"))
    (stepped,) = answers(turn(run, lambda run: run.control("step")))
    assert stepped.answer["state"] == "running"
    for _ in range(1000):
        if run.state == "paused":
            break
        assert run.next_turn(watched=True) <= clock.now
        turn(run, slice_seconds=0.02)
    assert run.simulated_seconds == 100.0


def test_a_reset_begins_again_with_the_configuration_as_it_stands(run: LiveRun, clock: HandClock) -> None:
    first = of_kind(play(run, clock, 1.0), "sample")
    turn(run, lambda run: run.edit({"workers.count": 3}, "me"))
    (reset,) = answers(turn(run, lambda run: run.control("reset")))
    assert reset.answer["generation"] == 2
    assert reset.answer["simulated_seconds"] == 0
    assert reset.answer["seq"] == 0
    joined = run.join()
    assert joined["config"]["workers"]["count"] == 3
    assert joined["edits"] == []
    assert joined["history"]["rows"] == []
    again = of_kind(play(run, clock, 1.0), "sample")
    assert [sample["seq"] for sample in again] == [sample["seq"] for sample in first]
    assert [sample["arrivals_total"] for sample in again] == [sample["arrivals_total"] for sample in first]
    assert again[-1]["workers"] == 3


def test_a_reset_keeps_a_paused_run_paused(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 0.5)
    turn(run, lambda run: run.control("pause"))
    (reset,) = answers(turn(run, lambda run: run.control("reset")))
    assert reset.answer["state"] == "paused"


def test_an_edit_takes_effect_at_the_present_instant_and_is_recorded(run: LiveRun, clock: HandClock) -> None:
    clock.pass_seconds(0.137)
    one = turn(run, lambda run: run.edit({"workers.count": 4, "queue.capacity": 50}, "viewer-x"))
    (answer,) = answers(one)
    assert answer.answer == pytest.approx(0.137)
    (edited,) = of_kind(messages(one), "edited")
    assert edited["simulated_seconds"] == answer.answer
    assert edited["config"]["workers"]["count"] == 4
    assert {
        change["parameter"]: (change["old_value"], change["new_value"]) for change in edited["changes"]
    } == {
        "workers.count": (8, 4),
        "queue.capacity": (1000, 50),
    }
    lines = "".join(run.journal.csv()).splitlines()
    assert lines[0] == "timestamp,simulated_seconds,actor,parameter,old_value,new_value"
    assert sorted(line.split(",", 1)[1] for line in lines[1:]) == [
        "0.137,viewer-x,queue.capacity,1000,50",
        "0.137,viewer-x,workers.count,8,4",
    ]


def test_an_edit_that_changes_nothing_leaves_no_mark(run: LiveRun) -> None:
    one = turn(run, lambda run: run.edit({"workers.count": 8}, "me"))
    assert answers(one)[0].answer == 0
    assert of_kind(messages(one), "edited") == []
    assert len(run.journal) == 0


def test_an_invalid_edit_changes_nothing_and_says_why(run: LiveRun) -> None:
    before = run.config()
    (answer,) = answers(turn(run, lambda run: run.edit({"workers.count": 0, "queue.capacity": 5}, "me")))
    assert isinstance(answer.error, ConfigurationError)
    assert answer.error.problems[0].field == "workers.count"
    assert run.config() == before
    assert run.state == "running"


def test_two_runs_with_the_same_edits_at_the_same_instants_are_the_same(clock: HandClock) -> None:
    histories = []
    for every in (0.1, 0.037):
        run = make_run(clock)
        turn(run, lambda run: run.control("pause"))
        turn(run, lambda run: run.control("step"))
        turn(run, lambda run: run.edit({"workers.count": 2}, "me"))
        turn(run, lambda run: run.control("play"))
        play(run, clock, 2.0, every)
        histories.append("".join(run.figures.history.csv()).splitlines()[1:18])
    assert [line.split(",", 1)[1] for line in histories[0]] == [
        line.split(",", 1)[1] for line in histories[1]
    ]


def test_a_trace_that_has_ended_and_is_served_finishes_the_run(clock: HandClock) -> None:
    run = make_run(clock, THREE_JOBS)
    turn(run, lambda run: run.control("speed", "max"))
    one = turn(run)
    assert run.state == "finished"
    # It stops at the sample after the last reply, not far beyond.
    assert 0.35 < run.simulated_seconds <= 0.6
    assert of_kind(messages(one), "sample")[-1]["completed_total"] == 3
    (refused,) = answers(turn(run, lambda run: run.control("play")))
    assert isinstance(refused.error, RunError)
    assert "reset" in str(refused.error)
    (status,) = [answer.answer for answer in answers(turn(run, lambda run: run.control("reset")))]
    assert status["state"] == "running"


def test_a_finished_run_goes_on_when_an_edit_gives_it_a_source(clock: HandClock) -> None:
    run = make_run(clock, THREE_JOBS)
    play(run, clock, 3.0)
    assert run.status()["state"] == "finished"
    turn(run, lambda run: run.edit({"arrivals.process": "poisson"}, "me"))
    assert run.status()["state"] == "running"
    before = run.simulated_seconds
    play(run, clock, 1.0)
    assert run.simulated_seconds == pytest.approx(before + 1.0, abs=0.11)


def test_a_run_whose_engine_fails_says_so_in_words_and_keeps_its_figures(
    run: LiveRun, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(run, clock, 1.0)

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(run.simulation, "advance", broken)
    clock.pass_seconds(0.1)
    one = turn(run)
    assert run.state == "failed"
    (status,) = of_kind(messages(one), "status")
    assert status["state"] == "failed"
    assert "secret" not in status["reason"]
    assert "internal error" in status["reason"]
    joined, edited, played, reset = answers(
        turn(
            run,
            lambda run: run.join(),
            lambda run: run.edit({"workers.count": 4}, "me"),
            lambda run: run.control("play"),
            lambda run: run.control("reset"),
        )
    )
    assert len(joined.answer["history"]["rows"]) == 10
    assert isinstance(edited.error, RunFailed)
    assert isinstance(played.error, RunFailed)
    assert reset.answer["state"] == "running"
    assert play(run, clock, 1.0)
    assert run.simulated_seconds == pytest.approx(1.0)


def test_what_the_kernel_itself_reports_is_shown(run: LiveRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise KernelFull("the calendar is full")

    monkeypatch.setattr(run.simulation, "edit", broken)
    turn(run, lambda run: run.edit({"workers.count": 4}, "me"))
    assert run.state == "failed"
    assert run.reason == "the calendar is full"


def test_a_run_that_rests_for_want_of_viewers_goes_on_when_one_joins(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 0.5)
    turn(run, lambda run: run.rest(), watched=False)
    assert run.status()["state"] == "paused"
    assert run.next_turn(watched=False) == math.inf
    clock.pass_seconds(600)
    (joined,) = answers(turn(run, lambda run: run.join(), watched=False))
    assert joined.answer["status"]["state"] == "running"
    play(run, clock, 0.5)
    assert run.simulated_seconds == pytest.approx(1.0)


def test_a_run_that_a_person_paused_stays_paused_when_one_joins(run: LiveRun) -> None:
    turn(run, lambda run: run.control("pause"))
    turn(run, lambda run: run.rest(), watched=False)
    (joined,) = answers(turn(run, lambda run: run.join()))
    assert joined.answer["status"]["state"] == "paused"


def test_wall_times_of_the_history_do_not_reach_into_a_pause(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 0.2)
    turn(run, lambda run: run.control("pause"))
    clock.pass_seconds(3600)
    turn(run, lambda run: run.control("play"))
    clock.pass_seconds(0.2)
    turn(run)
    stamps = [line.split(",")[0] for line in "".join(run.figures.history.csv()).splitlines()[1:]]
    assert [stamp[11:16] for stamp in stamps] == [stamps[0][11:16]] * 2 + [stamps[-1][11:16]] * 2


def test_the_summary_counts_every_arrival(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 2.03)
    clock.pass_seconds(0.03)
    turn(run)
    summary = run.describe()["summary"]
    assert summary["simulated_seconds"] == pytest.approx(run.simulated_seconds)
    assert (
        summary["offered"] == summary["completed"] + sum(summary["dropped"].values()) + summary["in_flight"]
    )


def test_a_page_that_knows_another_generation_gets_everything(run: LiveRun, clock: HandClock) -> None:
    play(run, clock, 2.0)
    assert len(run.join(since=15, generation=1)["history"]["rows"]) == 5
    turn(run, lambda run: run.control("reset"))
    play(run, clock, 3.0)
    history = run.join(since=15, generation=1)["history"]
    assert len(history["rows"]) == 30
    assert history["gap"] is False


def test_the_exported_configuration_runs_unchanged(run: LiveRun) -> None:
    turn(run, lambda run: run.edit({"workers.count": 4}, "me"))
    again = parse_configuration(run.config())
    assert LiveRun("b", "", again, run.clock).config() == run.config()
