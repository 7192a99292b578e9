"""Every arrival process at points that can be computed by hand.

A unit of the tape is a mean gap: 1 ms at 1000 packets per second. The rate may change while it is spent.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

from simulator.kernel.codes import NEVER, STREAM_GAP, STREAM_PHASE, STREAM_THINK
from tests.exact.machine import MS, US, Machine

ONES = [1.0] * 1_000


def source(process: str, gaps: Sequence[float] = (), **settings: Any) -> Machine:
    """1000 packets per second of a process, a unit apart unless the gaps are given; jobs take no time."""
    phases = settings.pop("phases", ())
    given = {f"arrivals__{name}": value for name, value in {"rate_per_second": 1_000, **settings}.items()}
    return Machine((), {STREAM_GAP: gaps or ONES, STREAM_PHASE: phases}, arrivals__process=process, **given)


def arrivals(m: Machine) -> list[int]:
    return m.column("arrived_ns")


def test_constant() -> None:
    # The first after a part of a gap, then a gap each.
    m = source("constant", [0.25, *ONES]).to(4 * MS)
    assert arrivals(m) == [250_000, 1_250_000, 2_250_000, 3_250_000]


def test_constant_begins_at_a_random_place_of_its_gap() -> None:
    first = {
        int(Machine(arrivals__process="constant", seed=seed).world["arrivals"]["next_ns"])
        for seed in range(9)
    }
    assert len(first) == 9
    assert max(first) < 1e9 / 600


def test_poisson_scales_the_tape() -> None:
    assert arrivals(source("poisson", [0.5, 2, 0, 0.25]).to(3 * MS)) == [
        500_000,
        2_500_000,
        2_500_000,
        2_750_000,
    ]


def test_a_gap_is_rounded_once() -> None:
    # A third of a millisecond each: 333333 and a third, from packet to packet.
    m = source("poisson", [1 / 3] * 4).to(MS + 400 * US)
    assert arrivals(m) == [333_333, 666_666, 999_999, 1_333_332]


def test_a_change_of_rate_rescales_what_is_left() -> None:
    # 0.5 ms: half a gap is left; at 2000/s it takes 0.25 ms; then 0.5 ms each.
    # 1.5 ms: half of the gap begun at 1.25 is left; at 250/s it takes 2 ms; then 4 ms each.
    m = source("poisson").to(500_000).edit(arrivals__rate_per_second=2_000)
    m.to(1_500_000).edit(arrivals__rate_per_second=250).to(12 * MS)
    assert arrivals(m) == [750_000, 1_250_000, 3_500_000, 7_500_000, 11_500_000]


def test_a_change_at_the_instant_of_an_arrival_is_for_the_next_gap() -> None:
    m = source("poisson").to(MS).edit(arrivals__rate_per_second=4_000).to(1_600_000)
    assert arrivals(m) == [1_000_000, 1_250_000, 1_500_000]


def test_silence_holds_the_gap() -> None:
    # 0.25 ms of the gap are spent at 250 us; silence until 5 ms; the rest, 0.75 ms, then.
    m = source("poisson").to(250_000).edit(arrivals__rate_per_second=0)
    m.to(3 * MS).edit(arrivals__rate_per_second=0.0).edit(arrivals__think_ns=1_000)
    m.to(5 * MS).edit(arrivals__rate_per_second=1_000).to(7 * MS)
    assert arrivals(m) == [5_750_000, 6_750_000]


def test_silence_from_the_start() -> None:
    m = source("poisson", rate_per_second=0).to(10 * MS)
    assert arrivals(m) == []
    assert m.edit(arrivals__rate_per_second=1_000).to(12 * MS).column("arrived_ns") == [11 * MS, 12 * MS]


def test_many_changes_of_rate_lose_nothing() -> None:
    # A gap of 1 ms, spent at 1000 and 3000 per second in turn, 100 us each: 0.1, 0.4, 0.5, 0.8, 0.9, and
    # a third of 100 us for the last tenth: 533333 and a third
    m = source("poisson")
    for step in range(1, 6):
        m.to(step * 100_000).edit(arrivals__rate_per_second=3_000 if step % 2 else 1_000)
    assert arrivals(m.to(600_000)) == [533_333]


def test_spike_edges() -> None:
    # 1 per ms, 4 per ms in [2.5 ms, 3.5 ms). Packets at 1 and 2; half a gap spent at 2.5; 0.125 ms for the
    # rest; every 0.25 ms; at 3.5 half a gap is spent again, its rest takes 0.5 ms.
    m = source("spike", spike_ratio=4, spike_start_ns=2_500 * US, spike_ns=MS).to(6 * MS)
    assert arrivals(m) == [at * US for at in (1_000, 2_000, 2_625, 2_875, 3_125, 3_375, 4_000, 5_000, 6_000)]


def test_spike_that_begins_at_an_arrival_and_ends_at_one() -> None:
    m = source("spike", spike_ratio=2, spike_start_ns=2 * MS, spike_ns=MS).to(5 * MS)
    assert arrivals(m) == [at * US for at in (1_000, 2_000, 2_500, 3_000, 4_000, 5_000)]


def test_spikes_repeat() -> None:
    # 2 per ms from 0, 4 and 8 ms for 1 ms each
    m = source("spike", spike_ratio=2, spike_start_ns=0, spike_ns=MS, spike_every_ns=4 * MS).to(9 * MS)
    assert arrivals(m) == [
        at * US for at in (500, 1_000, 2_000, 3_000, 4_000, 4_500, 5_000, 6_000, 7_000, 8_000, 8_500, 9_000)
    ]


def test_spikes_without_a_pause_are_a_rate() -> None:
    m = source("spike", spike_ratio=4, spike_start_ns=0, spike_ns=MS, spike_every_ns=MS).to(2 * MS)
    assert arrivals(m) == [250_000 * (i + 1) for i in range(8)]


def test_an_outage_is_a_spike_of_nothing() -> None:
    # half a gap is spent at 1.5 ms, and nothing until 4.5 ms
    m = source("spike", spike_ratio=0, spike_start_ns=1_500 * US, spike_ns=3 * MS).to(6 * MS)
    assert arrivals(m) == [at * US for at in (1_000, 5_000, 6_000)]


def test_a_spike_moved_under_way() -> None:
    # In the spike from 2 ms on (4 per ms); at 2.125 ms, half a gap spent, it is put off to 4 ms.
    m = source("spike", spike_ratio=4, spike_start_ns=2 * MS, spike_ns=MS).to(2_125 * US)
    m.edit(arrivals__spike_start_ns=4 * MS)
    # 2625, 3625; at 4 ms 0.375 are spent: 156.25 us, then every 250
    after = [2_625_000, 3_625_000, 4_156_250, 4_406_250]
    assert arrivals(m.to(4_500 * US)) == [MS, 2 * MS, *after]


def test_sine_by_its_integral() -> None:
    # rate 1 + sin(2 pi t / 8 ms) per ms: the integral is t + 4/pi (1 - cos(2 pi t / 8)), in ms
    quarter, half = 2 + 4 / math.pi, 4 + 8 / math.pi
    gaps = [quarter, half - quarter, 8 - half, 8 + quarter, 8 - quarter, 4.0]
    m = source("sine", gaps, amplitude_ratio=1, period_ns=8 * MS).to(40 * MS)
    # 2 (peak), 4, 8 (a whole period), 8 + 8 + 2, 24; then 4 = half - 8/pi: less than half a period
    assert arrivals(m)[:5] == [2 * MS, 4 * MS, 8 * MS, 18 * MS, 24 * MS]
    sixth = arrivals(m)[5] / MS - 24
    assert sixth + 4 / math.pi * (1 - math.cos(2 * math.pi * sixth / 8)) == pytest.approx(4, abs=1e-6)


def test_sine_without_a_swing_is_a_rate() -> None:
    m = source("sine", amplitude_ratio=0, period_ns=3 * MS).to(5 * MS)
    assert arrivals(m) == [MS, 2 * MS, 3 * MS, 4 * MS, 5 * MS]


def test_sine_changed_under_way() -> None:
    # At 4 ms half a period is spent; the gap is the half and 2 (8 - half) more: twice the rate takes it in
    # the second half of the period.
    half = 4 + 8 / math.pi
    m = source("sine", [half + 2 * (8 - half), 8.0], amplitude_ratio=1, period_ns=8 * MS).to(4 * MS)
    m.edit(arrivals__rate_per_second=2_000).to(8 * MS)
    assert arrivals(m) == [8 * MS]
    # Then without a swing: 8 units at 2 per ms.
    m.edit(arrivals__amplitude_ratio=0).to(12 * MS)
    assert arrivals(m) == [8 * MS, 12 * MS]


@pytest.mark.parametrize("rate", [1e-5, 1e-7, 1e-9, 1e-12])
def test_sine_ends_its_search_at_any_rate(rate: float) -> None:
    m = source("sine", rate_per_second=rate, period_ns=10 * MS).to(1_000 * MS)
    due = int(m.world["arrivals"]["next_ns"])
    if 1e9 / rate < 4e18:
        # A mean gap is a whole number of periods.
        assert due == pytest.approx(1e9 / rate, rel=1e-12)
    else:
        assert due == NEVER


def test_bursty_with_phases_written_by_hand() -> None:
    # bursts 2 ms, calm 8 ms on average; 4 times the mean rate in a burst leaves a quarter for the calm.
    # Tape: calm first (exp(-0) is over the share of 0.2) for 1/8 of 8 ms, burst 1 x 2 ms, calm 8 ms.
    # Calm until 1 ms: a quarter of the gap. Burst: 187.5 us for the rest, then every 250 us, the last at
    # 2937.5; at 3 ms a quarter of the next is spent; the rest takes 3 ms: 6 ms, 10 ms
    m = source(
        "bursty",
        burst_ratio=4,
        burst_ns=2 * MS,
        calm_ns=8 * MS,
        phases=[0.0, 0.125, 1.0, 1.0],
    ).to(10 * MS)
    assert arrivals(m) == [1_187_500 + 250_000 * i for i in range(8)] + [6 * MS, 10 * MS]


def test_bursty_begins_in_either_phase() -> None:
    # exp(-3) is under the share: a burst first, of 0.5 x 2 ms: every 250 us until 1 ms, then every 4 ms
    settings: dict[str, Any] = {"burst_ratio": 4, "burst_ns": 2 * MS, "calm_ns": 8 * MS}
    m = source("bursty", phases=[3.0, 0.5, 5.0], **settings).to(6 * MS)
    assert arrivals(m) == [250_000, 500_000, 750_000, 1_000_000, 5_000_000]


def test_bursty_may_be_silent_in_the_calm() -> None:
    # five times the mean rate in a fifth of the time
    m = source(
        "bursty",
        burst_ratio=5,
        burst_ns=2 * MS,
        calm_ns=8 * MS,
        phases=[3.0, 0.25, 1.0, 1.0, 1.0],
    ).to(9_500 * US)
    # 0.5 ms: 200, 400 us, half of the next; silent until 8.5 ms; 8600 (half a gap), 8800, ...
    assert arrivals(m) == [at * US for at in (200, 400, 8_600, 8_800, 9_000, 9_200, 9_400)]


def test_closed_users_think_again_after_the_reply() -> None:
    # Two users think 1000 each; one worker needs 600.
    # 1000 #0 until 1600, #1 until 2200. 2600 #2 until 3200; 3200 #3 (its user waited until 2200) until 3800
    # 4200 #4 ...
    m = closed(2).to(4_500)
    assert arrivals(m) == [1_000, 1_000, 2_600, 3_200]
    assert m.column("left_ns") == [1_600, 2_200, 3_200, 3_800]
    assert m.sample()["in_flight"] == 1


def closed(users: int, **settings: Any) -> Machine:
    """Users who think 1000, jobs of 600."""
    given = {
        "arrivals__process": "closed",
        "arrivals__users": users,
        "arrivals__think_ns": 1_000,
        "arrivals__think_distribution": "constant",
        "job__cpu__mean_ns": 600,
        "job__cpu__distribution": "constant",
    }
    return Machine((), **(given | settings))


def test_think_times_come_from_their_tape_in_the_order_they_begin() -> None:
    m = Machine(
        (),
        {STREAM_THINK: [0.5, 2.0, 1.0, 3.0]},
        arrivals__process="closed",
        arrivals__users=2,
        arrivals__think_ns=1_000,
    ).to(4_000)
    # at 0: 500 and 2000. #0 is answered at once: 1000 more: 1500; then 3000: 4500. 2000 #2.
    assert arrivals(m)[:3] == [500, 1_500, 2_000]


@pytest.mark.parametrize("policy", ["reject", "drop_oldest"])
def test_a_user_thinks_again_after_a_rejection(policy: str) -> None:
    # Three users: #0 is served until 1600, #1 waits, #2 is lost (reject) or drops #1: whoever loses comes
    # again at 2000.
    m = closed(3, queue__capacity=1, queue__overflow=policy).to(2_000)
    assert m.numbers("queue" if policy == "reject" else "oldest") == [2 if policy == "reject" else 1]
    assert m.sample()["arrivals"] == 4
    assert m.sample()["in_flight"] == 2  # the other of #1 and #2 until 2200; #3


def test_a_user_thinks_again_after_a_drop_at_the_card() -> None:
    # Ring of one, a sleepy I/O thread: of three packets at 1000 one is kept; two come again at 2000, ...
    m = closed(3, nic__ring_slots=1, costs__wake_latency_ns=5_000).to(2_000)
    assert m.sample()["arrivals"] == 5
    assert m.sample()["dropped_nic"] == 4
    m.to(3_000)
    assert m.sample()["arrivals"] == 7
    # nobody is lost on the way
    m.to(100_000)
    assert int(m.world["arrivals"]["users_live"]) == 3


def test_trace_is_exact() -> None:
    times = [0, 0, 1, 999, 1_000, 123_456_789, 123_456_789_012, 9_000_000_000_000_000]
    m = Machine([(time,) for time in times]).to(8_999_999_000_000_000)
    assert arrivals(m) == times[:-1]
    assert arrivals(m.to(9_000_000_000_000_001)) == times


def test_the_end_of_a_trace_is_the_end() -> None:
    m = Machine([(100, 50)])
    assert m.simulation.advance(149).reason == "time"
    assert m.simulation.advance(150).reason == "finished"
    assert m.simulation.advance(10**6).reason == "finished"
    assert m.now_ns == 10**6
