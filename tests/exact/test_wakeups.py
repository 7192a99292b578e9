"""Parked threads: which one is woken, what it costs whom, and wake-ups for nothing."""

from __future__ import annotations

import pytest

from tests.exact.machine import Machine


@pytest.mark.parametrize(
    ("order", "threads"),
    [
        # 1, 2, 3 are parked in this order at the start. 3 has #0 until 200, 2 has #1 until 250, and is then
        # the last to fall idle
        ("lifo", [3, 2, 2, 2]),
        # each in turn: 1 falls idle at 200, 2 at 250; #2 is for 3, #3 for 1
        ("fifo", [1, 2, 3, 1]),
    ],
)
def test_who_is_woken(order: str, threads: list[int]) -> None:
    m = Machine(
        [(100, 100), (150, 100), (1_000, 100), (2_000, 100)], workers__count=3, workers__wake_order=order
    ).to(5_000)
    assert m.column("thread") == threads


def test_the_wake_order_changes_live() -> None:
    m = Machine([(100, 10), (200, 10), (300, 10)], workers__count=3).to(150)
    m.edit(workers__wake_order="fifo").to(1_000)
    # 3 from the end of [1 2 3], then the heads: 1, 2
    assert m.column("thread") == [3, 1, 2]


def test_a_wake_up_is_not_a_reservation() -> None:
    # 0     #0 is taken by worker 2, until 1000 (latency 0 at first)
    # 900   #1 is put; worker 1 will be awake at 1400
    # 1000  worker 2 is done and takes #1
    # 1400  worker 1 finds nothing and parks again
    m = Machine([(0, 1_000), (850, 1_000)], workers__count=2).to(10)
    m.edit(costs__wake_latency_ns=50).to(880).edit(costs__wake_latency_ns=500).to(5_000)
    assert m.column("put_ns") == [0, 900]
    assert m.column("thread") == [2, 2]
    assert m.column("left_ns") == [1_000, 2_000]
    assert m.sample()["spurious_wakeups"] == 1
    assert m.spent(1) == {"parked": 5_000}


def test_a_job_is_not_lost_on_a_worker_that_is_about_to_park() -> None:
    # The worker is done at 1000, at the instant at which #1 comes: it parks, is woken, and takes it.
    m = Machine([(0, 1_000), (1_000, 500)]).to(5_000)
    assert m.column("left_ns") == [1_000, 1_500]
    assert m.sample()["wakeups"] == 4


def test_every_put_wakes_one_worker_while_there_are_any() -> None:
    # 5 puts at once, 3 parked workers: 3 wake-ups, each paid with 30 by the I/O thread. Latency 100.
    # 100  I/O thread is told of all five; puts at 100, 130, 160, 190, 190
    m = Machine([(0, 10_000)] * 5, workers__count=3, costs__wake_call_ns=30, costs__wake_latency_ns=100).to(
        50_000
    )
    assert m.column("put_ns") == [100, 130, 160, 190, 190]
    assert m.column("taken_ns")[:3] == [200, 230, 260]
    assert m.column("left_ns") == [10_200, 10_230, 10_260, 20_200, 20_230]
    assert m.spent(0)["running"] == 90
    assert m.sample()["wakeups"] == 1 + 3


def test_the_latency_under_way_stays_as_it_was() -> None:
    # Woken at 0 with latency 1000; at 500 the latency becomes 10: still 1000 for this one, 10 for the next.
    m = Machine([(0, 100)], costs__wake_latency_ns=1_000).to(500).edit(costs__wake_latency_ns=10).to(5_000)
    assert m.column("put_ns") == [1_000]
    assert m.column("taken_ns") == [1_010]
    assert m.spent(1)["parked"] == 4_900


def test_a_woken_thread_still_needs_a_core() -> None:
    # One core, latency 100, wake-up call 30. Workers 1 and 2; #0 occupies worker 2.
    # 0 I/O thread is woken; 100 it has the core: puts #0, pays until 130, parks.
    # 200 worker 2 awake, runs #0 until 10200.
    # 300 #1: the I/O thread is ready at 400, has the core at 10200.
    m = Machine(
        [(0, 10_000), (300, 10)],
        workers__count=2,
        cpu__cores=1,
        costs__wake_latency_ns=100,
        costs__wake_call_ns=30,
    ).to(50_000)
    # 10200 the I/O thread puts #1 and calls worker 2 (parked at 10200, after worker 1) until 10230
    # 10300 worker 2 is awake: 10310
    assert m.column("put_ns") == [100, 10_200]
    assert m.column("taken_ns") == [200, 10_300]
    assert m.column("left_ns") == [10_200, 10_310]
    assert m.spent(0) == {"running": 60, "ready": 9_800, "parked": 50_000 - 9_860}
