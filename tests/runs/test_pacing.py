from __future__ import annotations

import pytest

from simulator.runs.pacing import END_OF_TIME_NS, MOST_DEBT_SECONDS, Pace, Rhythm

SECOND_NS = 1_000_000_000


def started(speed: float, at_ns: int = 0) -> Pace:
    pace = Pace(speed)
    pace.start(100.0, at_ns)
    return pace


@pytest.mark.parametrize("speed", [0.001, 0.5, 1.0, 3.0, 100_000.0])
def test_a_run_is_wanted_where_its_speed_brings_it(speed: float) -> None:
    pace = started(speed, at_ns=5 * SECOND_NS)
    wanted = pace.wanted_ns(100.25, 5 * SECOND_NS)
    assert wanted == 5 * SECOND_NS + round(0.25 * speed * SECOND_NS)


def test_at_full_speed_there_is_no_bound_but_the_end_of_time() -> None:
    pace = Pace("max")
    pace.start(100.0, 0)
    assert pace.wanted_ns(100.0, 0) == END_OF_TIME_NS
    assert pace.wall_per(SECOND_NS) == 0


def test_a_host_that_slept_an_hour_is_not_caught_up_with() -> None:
    pace = started(1.0)
    wanted = pace.wanted_ns(100.0 + 3600, 0)
    assert wanted == MOST_DEBT_SECONDS * SECOND_NS
    # And the hour is forgotten, not owed.
    assert pace.wanted_ns(100.0 + 3600.1, wanted) == wanted + SECOND_NS // 10


def test_a_machine_that_is_too_slow_owes_no_more_than_the_bound() -> None:
    pace = started(10.0)
    here_ns, wall = 0, 100.0
    for _ in range(1000):  # manages half of what is wanted
        wall += 0.02
        wanted = pace.wanted_ns(wall, here_ns)
        assert wanted - here_ns <= MOST_DEBT_SECONDS * 10 * SECOND_NS
        here_ns = min(wanted, here_ns + SECOND_NS // 10)
    assert here_ns == pytest.approx(100 * SECOND_NS, rel=0.01)


def test_time_is_never_wanted_back() -> None:
    pace = started(1.0)
    assert pace.wanted_ns(100.1, 7 * SECOND_NS) == 7 * SECOND_NS


def test_a_new_speed_goes_on_from_here() -> None:
    pace = started(1.0)
    pace.start(102.0, 2 * SECOND_NS, 0.5)
    assert pace.wanted_ns(102.4, 2 * SECOND_NS) == 2 * SECOND_NS + SECOND_NS // 5


def test_the_wall_time_of_a_simulated_time_is_the_inverse() -> None:
    pace = started(4.0, at_ns=SECOND_NS)
    wall = pace.wall_when(3 * SECOND_NS)
    assert wall == 100.5
    assert pace.wanted_ns(wall, 2_900_000_000) == 3 * SECOND_NS


def test_the_achieved_speed_is_measured_and_settles() -> None:
    pace = started(100.0)
    wall, here_ns = 100.0, 0
    for _ in range(100):
        wall += 0.1
        here_ns += 3 * SECOND_NS
        pace.moved(wall, here_ns)
    assert pace.achieved == pytest.approx(30.0)
    for _ in range(50):
        wall += 0.1
        here_ns += SECOND_NS
        pace.moved(wall, here_ns)
    assert pace.achieved == pytest.approx(10.0, rel=0.02)


def test_another_speed_forgets_what_was_achieved_before() -> None:
    pace = started(1.0)
    pace.moved(101.0, SECOND_NS)
    assert pace.achieved == 1.0
    pace.start(101.0, SECOND_NS, 1.0)
    assert pace.achieved == 1.0
    pace.start(101.0, SECOND_NS, 2.0)
    assert pace.achieved is None


def test_a_rhythm_keeps_its_average_though_it_may_be_a_little_early() -> None:
    rhythm = Rhythm(0.2)
    happened = 0
    for step in range(1000):
        wall = step * 0.07
        if rhythm.is_due(wall):
            rhythm.done(wall)
            happened += 1
    assert happened <= 70 / 0.2 + 1
    assert happened >= 0.8 * 70 / 0.2


def test_what_happens_out_of_turn_does_not_push_the_next_time_away() -> None:
    rhythm = Rhythm(1.0)
    for step in range(20):
        rhythm.done(10.0 + step / 100)
    assert rhythm.next == pytest.approx(11.19)
