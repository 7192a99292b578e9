"""Sources exchanged during a run: pending gaps, users on their way, recorded demands."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.kernel.codes import NEVER, STREAM_CPU, STREAM_GAP, STREAM_PHASE
from tests.exact.machine import MS, US, Machine, S

ONES = [1.0] * 100
USERS = {"arrivals__think_ns": 1_000, "arrivals__think_distribution": "constant"}


def users(count: int, work_ns: int = 600) -> Machine:
    """Users who think 1000; jobs that take `work_ns`."""
    settings = {"job__cpu__mean_ns": work_ns, "job__cpu__distribution": "constant", **USERS}
    return Machine((), {STREAM_GAP: ONES}, arrivals__process="closed", arrivals__users=count, **settings)


def test_more_users_begin_to_think_at_once() -> None:
    # 500 three users instead of one: two new ones think until 1500.
    m = users(1, 100).to(500).edit(arrivals__users=3).to(2_000)
    assert m.column("arrived_ns") == [1_000, 1_500, 1_500]
    assert int(m.world["arrivals"]["users_live"]) == 3


def test_users_too_many_leave_when_they_next_act() -> None:
    # Three users at 1000; #0 is answered at 1600. One user from 1200 on: those of #0 and #1 leave with their
    # answers (1600, 2200), the third (2800) thinks on: 3800.
    m = users(3).to(1_200).edit(arrivals__users=1)
    assert int(m.world["arrivals"]["users_live"]) == 3
    m.to(5_000)
    assert m.column("arrived_ns") == [1_000, 1_000, 1_000, 3_800]
    assert int(m.world["arrivals"]["users_live"]) == 1


def test_users_who_think_leave_at_the_end_of_it() -> None:
    # All three think until 1000: two of them leave then, without a request.
    m = users(3).to(500).edit(arrivals__users=1).to(4_000)
    assert m.column("arrived_ns") == [1_000, 2_600]
    assert m.sample()["arrivals"] == 2


def test_users_who_were_to_leave_stay_when_they_are_wanted_again() -> None:
    m = users(3).to(500).edit(arrivals__users=1).to(900).edit(arrivals__users=3).to(1_000)
    assert m.sample()["arrivals"] == 3
    assert int(m.world["arrivals"]["users_live"]) == 3


def test_from_users_to_a_rate_and_back() -> None:
    # 1000 three requests, answered at 1600, 2200, 2800. 2000 a rate: the users leave with their answers or
    # at the end of their thinking (2600). A packet after 1 ms each.
    m = users(3).to(2_000).edit(arrivals__process="poisson", arrivals__rate_per_second=1_000)
    m.to(2_500_000)
    assert m.column("arrived_ns") == [1_000, 1_000, 1_000, 1_002_000, 2_002_000]
    assert int(m.world["arrivals"]["users_live"]) == 0
    # Back: three new users, who think first; the pending gap is gone.
    m.edit(arrivals__process="closed").to(2_501_000)
    assert m.sample()["arrivals"] == 8
    assert int(m.world["arrivals"]["next_ns"]) == NEVER


def test_users_still_inside_count_when_they_are_wanted_again() -> None:
    # 2000 a rate; 2100 users again: #0's user (thinking until 2600) and those of #1 and #2 (inside until 2200
    # and 2800) are still there: nobody is new.
    m = users(3).to(2_000).edit(arrivals__process="poisson", arrivals__rate_per_second=1)
    m.to(2_100).edit(arrivals__process="closed")
    assert int(m.world["arrivals"]["users_live"]) == 3
    m.to(3_900)
    assert m.sample()["arrivals"] == 6
    assert [job.number for job in m.jobs] == [0, 1, 2, 3]
    # #3 at 2600 (until 3400), #4 at 3200, #5 at 3800
    assert m.column("left_ns")[3] == 3_400


def test_requests_of_users_of_before_are_answered_under_any_source() -> None:
    # Its user is gone; the packet is not.
    m = users(1, 5_000).to(1_500).edit(arrivals__process="constant", arrivals__rate_per_second=0).to(MS)
    assert m.column("left_ns") == [6_000]
    assert int(m.world["arrivals"]["users_live"]) == 0


@pytest.mark.parametrize("count", [16_384, 16_385, 40_000, 65_536])
def test_each_of_many_users_thinks_a_time_of_its_own(count: int) -> None:
    settings = {"arrivals__process": "closed", "arrivals__think_ns": S}
    m = Machine((), arrivals__users=count, **settings)
    source = m.simulation.source
    tape = np.empty((5, 16_384))
    for chunk in range(5):
        source.fill(7, chunk, tape[chunk])
    expected = np.sort(np.floor(tape.ravel()[:count] * S + 0.5).astype(np.int64))
    pending = np.sort(m.world["calendar"]["events"]["time_ns"][:count])
    assert (pending == expected).all()
    # The same number reached in two steps: the same tape, read on.
    grown = Machine((), arrivals__users=5, **settings).edit(arrivals__users=count)
    assert (np.sort(grown.world["calendar"]["events"]["time_ns"][:count]) == expected).all()


def test_a_trace_that_has_ended_does_not_end_what_follows() -> None:
    # 1000 over; 2000 a user, who thinks and comes at 3000.
    m = Machine([(1_000, 10)]).to(2_000).edit(arrivals__process="closed", arrivals__users=1, **USERS)
    assert m.simulation.advance(2_500).reason == "time"
    m.to(3_500)
    assert m.column("arrived_ns") == [1_000, 3_000]


def test_a_trace_that_has_ended_is_followed_by_a_rate() -> None:
    m = Machine([(1_000, 10)], {STREAM_GAP: ONES}).to(2_000)
    m.edit(arrivals__process="poisson", arrivals__rate_per_second=1_000)
    assert m.simulation.advance(3_000).reason == "time"
    assert m.to(1_500_000).column("arrived_ns") == [1_000, 1_002_000]


def test_a_trace_goes_on_with_the_row_of_the_next_packet() -> None:
    # Two packets of a rate, 0.5 ms apart, then the trace: its rows 0 and 1 are past; row 2 is 300 after
    # row 1, and brings its own demand.
    m = Machine(
        [(100, 1_000), (200, 2_000), (500, 3_000), (900, 4_000)],
        arrivals__process="constant",
        arrivals__rate_per_second=2_000,
    ).to(10)
    first = int(m.world["arrivals"]["next_ns"])
    m.to(first + 600 * US).edit(arrivals__process="trace").to(5 * MS)
    at = first + 600 * US + 300
    assert m.column("arrived_ns") == [first, first + 500 * US, at, at + 400]
    assert m.column("left_ns")[2:] == [at + 3_000, at + 7_000]


def test_jobs_keep_their_recorded_demands_under_another_source() -> None:
    # Recorded 1000, 2000, 3000 at 0; 500 the source is a rate whose jobs take 7000: those inside keep theirs.
    m = Machine(
        [(0, 1_000, 100), (0, 2_000, 200), (0, 3_000, 300)],
        {STREAM_GAP: ONES},
        job__cpu__distribution="constant",
        job__cpu__mean_ns=7_000,
        job__call__distribution="constant",
        job__call__mean_ns=50,
    )
    m.to(500).edit(arrivals__process="poisson", arrivals__rate_per_second=100_000).to(20_000)
    assert m.column("left_ns")[:3] == [1_100, 3_300, 6_600]
    # #3 after 10000
    assert m.column("left_ns")[3:] == [17_550]


def test_jobs_of_a_rate_keep_theirs_when_a_trace_begins() -> None:
    # Units 1 and 3 of 1000, at 1 ms and 2 ms (the rate is 1000/s); 1.0005 ms a trace whose rows are in
    # seconds: the job inside has 500 to go, the waiting one its whole 3000.
    m = Machine(
        [(0, 10_000)] * 2 + [(500, 70)],
        {STREAM_GAP: [1.0, 1e-5, *ONES], STREAM_CPU: [1.0, 3.0]},
        arrivals__process="poisson",
        arrivals__rate_per_second=1_000,
        job__cpu__mean_ns=1_000,
    ).to(1_000_500)
    m.edit(arrivals__process="trace").to(2 * MS)
    assert m.column("arrived_ns") == [1_000_000, 1_000_010, 1_001_000]
    assert m.column("left_ns") == [1_001_000, 1_004_000, 1_004_070]


@pytest.mark.parametrize("process", ["constant", "sine", "spike", "bursty"])
def test_a_new_source_begins_with_a_fresh_gap(process: str) -> None:
    # 0.75 ms of a gap of 1 ms are spent; the new source's gap is a whole one from now: 1 per ms everywhere.
    m = Machine(
        (),
        {STREAM_GAP: ONES, STREAM_PHASE: [0.0, 1.0]},
        arrivals__process="poisson",
        arrivals__rate_per_second=1_000,
    ).to(750_000)
    m.edit(arrivals__process=process, arrivals__amplitude_ratio=0.0, arrivals__burst_ratio=1.0).to(2 * MS)
    assert m.column("arrived_ns") == [1_750_000]


def test_a_source_changed_at_a_tapes_chunk_border_reads_on() -> None:
    # The bursty source draws its phase and the length of it at once: two places that lie in two chunks.
    m = Machine((), arrivals__process="poisson", arrivals__rate_per_second=0).to(1_000)
    m.world["arrivals"]["phase_index"] = 16_383
    m.edit(arrivals__process="bursty")
    first, second = np.empty(16_384), np.empty(16_384)
    m.simulation.source.fill(STREAM_PHASE, 0, first)
    m.simulation.source.fill(STREAM_PHASE, 1, second)
    a = m.world["arrivals"]
    mean_ns = float(a["high_ns"] if a["phase"] else a["low_ns"])
    assert int(a["next_phase_ns"]) == 1_000 + int(second[0] * mean_ns + 0.5)
    assert int(a["phase"]) == (np.exp(-first[-1]) < 0.2)
