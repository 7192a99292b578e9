"""Calls to the backend: off the core, and through a pool of connections that may be too small."""

from __future__ import annotations

import pytest

from tests.exact.machine import Machine


def test_a_call_leaves_the_core_to_others() -> None:
    # One core. Worker 2: 1000 on it, then 5000 away; the I/O thread and worker 1 have it meanwhile.
    m = Machine([(0, 1_000, 5_000), (100, 3_000, 0)], workers__count=2, cpu__cores=1).to(20_000)
    # 1000 the I/O thread puts #1; worker 1 has it from 1000 to 4000; worker 2 replies at 6000
    assert m.column("left_ns") == [6_000, 4_000]
    assert m.sample()["cores_busy_ns"] == 4_000


def test_without_a_limit_calls_do_not_wait() -> None:
    m = Machine([(0, 0, 5_000)] * 4, workers__count=4).to(20_000)
    assert m.column("left_ns") == [5_000] * 4
    assert m.sample()["connection_wait_sum_ns"] == 0
    assert m.sample()["calls"] == 4


@pytest.mark.parametrize(
    ("connections", "left"),
    [
        (1, [5_000, 10_000, 15_000, 20_000]),
        (2, [5_000, 5_000, 10_000, 10_000]),
        (3, [5_000, 5_000, 5_000, 10_000]),
        (4, [5_000, 5_000, 5_000, 5_000]),
    ],
)
def test_those_who_wait_for_a_connection_get_it_in_order(connections: int, left: list[int]) -> None:
    m = Machine([(0, 0, 5_000)] * 4, workers__count=4, job__call__connections=connections).to(50_000)
    assert m.column("left_ns") == left
    waits = [done - 5_000 for done in left]
    assert m.sample()["connection_wait_sum_ns"] == sum(waits)
    # job i is worker 4 - i's
    assert [m.spent(4 - i).get("waiting_connection", 0) for i in range(4)] == waits
    assert {m.spent(thread)["calling"] for thread in range(1, 5)} == {5_000}


def test_each_keeps_the_length_of_its_own_call() -> None:
    # one connection: 0-300, 300-1000 (arrived 10), 1000-1050 (arrived 20)
    m = Machine([(0, 0, 300), (10, 0, 700), (20, 0, 50)], workers__count=3, job__call__connections=1)
    assert m.to(5_000).column("left_ns") == [300, 1_000, 1_050]


@pytest.mark.parametrize(
    ("connections", "left"),
    [
        # at 3000 one more: #1 from 3000; #2 when #0 is done at 5000; #3 when #1 is at 8000
        (2, [5_000, 8_000, 10_000, 13_000]),
        (3, [5_000, 8_000, 8_000, 10_000]),
        (4096, [5_000, 8_000, 8_000, 8_000]),
        (0, [5_000, 8_000, 8_000, 8_000]),
    ],
)
def test_more_connections_are_used_at_once(connections: int, left: list[int]) -> None:
    m = Machine([(0, 0, 5_000)] * 4, workers__count=4, job__call__connections=1)
    m.to(3_000).edit(job__call__connections=connections).to(50_000)
    assert m.column("left_ns") == left


def test_connections_too_many_are_closed_when_they_come_back() -> None:
    # Three in use (until 5000, 5100, 5200), #3 and #4 wait from 300 and 400. At 2000 there is one.
    # 5200 the last comes back: #3 until 10200, #4 until 15200
    m = Machine([(100 * i, 0, 5_000) for i in range(5)], workers__count=5, job__call__connections=3)
    m.to(2_000).edit(job__call__connections=1)
    assert m.sample()["connections_in_use"] == 3
    m.to(5_150)
    assert (m.sample()["connections_in_use"], m.sample()["connections_waiting"]) == (1, 2)
    m.to(50_000)
    assert m.column("left_ns") == [5_000, 5_100, 5_200, 10_200, 15_200]


def test_from_no_limit_to_one_connection() -> None:
    m = Machine([(100 * i, 0, 5_000) for i in range(4)], workers__count=4).to(250)
    m.edit(job__call__connections=1).to(50_000)
    # 0, 100, 200 had begun; the fourth waits until the last of them is back
    assert m.column("left_ns") == [5_000, 5_100, 5_200, 10_200]


def test_the_mean_changes_for_calls_that_begin_later() -> None:
    # #0 began under 1000; #1 waits for the connection with its length drawn at the beginning of the step
    m = Machine(
        [(0,), (10,), (20,)],
        workers__count=2,
        job__call__connections=1,
        job__call__distribution="constant",
        job__call__mean_ns=1_000,
    )
    m.to(500).edit(job__call__mean_ns=100).to(10_000)
    # #1 until 2000; #2 is taken at 1000 and calls from 2000 to 2100
    assert m.column("left_ns") == [1_000, 2_000, 2_100]


def test_a_reply_waits_for_a_core_not_for_the_connection() -> None:
    # One core, one connection: #0 calls from 100 to 600; worker 1 computes from 100 (the I/O thread
    # puts #1 at 100) to 2100; #0's reply has to wait for it, its connection is free at 600.
    m = Machine(
        [(0, 100, 500), (50, 2_000, 500)], workers__count=2, cpu__cores=1, job__call__connections=1
    ).to(10_000)
    assert m.column("left_ns") == [2_100, 2_600]
    assert m.spent(2)["ready"] == 1_500
    assert m.sample()["connection_wait_sum_ns"] == 0
