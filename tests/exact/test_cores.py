"""Cores: turns, the price of a switch, which core a thread gets, and cores that come and go."""

from __future__ import annotations

import pytest

from tests.exact.machine import Machine, S


def test_turns_alternate_and_end_only_if_somebody_waits() -> None:
    # One core, quantum 1000, no cost of switching. Threads: I/O 0, workers 1 and 2.
    # 1000  #0: the I/O thread puts it and parks; worker 2 begins. #1: the I/O thread waits for the core.
    # 2000  turn over (1500 left of #0): I/O thread puts #1, wakes worker 1, parks; worker 2 goes on
    # 3000  turn over (500 left): worker 1 begins #1
    # 4000  turn over (1500 left): worker 2, done with #0 at 4500, parks; worker 1
    # 5500  a quantum is over, but nobody waits: worker 1 goes on, done at 6000
    m = Machine([(1_000, 2_500), (1_000, 2_500)], cpu__cores=1, cpu__quantum_ns=1_000, workers__count=2).to(
        10_000
    )
    assert m.column("left_ns") == [4_500, 6_000]
    assert m.column("put_ns") == [1_000, 2_000]
    assert m.column("taken_ns") == [1_000, 3_000]
    # from 2000 to 3000, and from 4000 to 4500 and 5500
    assert m.spent(1) == {"running": 2_500, "ready": 1_000 + 500, "parked": 2_000 + 4_000}
    assert m.spent(2) == {"running": 2_500, "ready": 1_000, "parked": 1_000 + 5_500}
    assert m.spent(0) == {"ready": 1_000, "parked": 9_000}
    # at the start each of the three once; then I/O, 2, I/O, 2, 1, 2, 1; none at 5500
    assert m.sample()["context_switches"] == 3 + 7
    assert m.sample()["cores_busy_ns"] == 5_000


def test_work_that_ends_with_the_quantum_is_not_interrupted() -> None:
    # The worker is done at 2000, at the end of its turn: the reply comes before the I/O thread's turn.
    m = Machine([(1_000, 1_000), (1_500, 1_000)], cpu__cores=1, cpu__quantum_ns=1_000).to(10_000)
    assert m.column("left_ns") == [2_000, 3_000]
    assert m.column("read_ns") == [1_000, 2_000]


def test_a_turn_goes_on_over_jobs_without_a_pause() -> None:
    # 1000 worker 2 runs #0 (600). The I/O thread has #1 to #3 on the card and waits for the core.
    # 1600 worker 2 finds the queue empty and parks; the I/O thread puts three jobs and wakes 2, then 1
    # 1600 worker 2 takes #1 in a new turn, and at 2200 #2; at 2600 its turn is over, 200 left
    # 2600 worker 1 takes #3, done at 3200, parks; worker 2 is done with #2 at 3400
    m = Machine([(1_000, 600)] * 4, cpu__cores=1, cpu__quantum_ns=1_000, workers__count=2).to(10_000)
    assert m.column("left_ns") == [1_600, 2_200, 3_400, 3_200]
    assert m.column("thread") == [2, 2, 2, 1]


def test_what_is_left_of_a_quantum_is_forfeited_by_blocking() -> None:
    # As above with a call of 1 ns after each: whoever comes back gets a whole turn.
    # 1600 worker 2 calls; the I/O thread puts #1, #2, #3 and wakes worker 1, which takes #1
    # 1601 worker 2's call is over; it is ready, and replies at 2200, when worker 1 calls: takes #2
    # 2800 worker 2 calls (600 of a whole turn); worker 1 replies and takes #3; 3400 it calls
    # 3400 worker 2 replies; 3401 worker 1 does
    m = Machine([(1_000, 600, 1)] * 4, cpu__cores=1, cpu__quantum_ns=1_000, workers__count=2).to(10_000)
    assert m.column("left_ns") == [2_200, 2_800, 3_400, 3_401]
    assert m.column("thread") == [2, 1, 2, 1]
    assert m.spent(2)["ready"] == 599 + 599
    assert m.spent(2)["calling"] == 2


def test_a_switch_costs_unless_the_thread_was_the_last_on_the_core() -> None:
    # One core; 100 for the switch and 20 for the caches.
    # 0     I/O thread, parked at 120; worker, parked at 240
    # 1000  I/O thread again: 1120; wakes the worker, which has the core from 1120 and runs from 1240
    # 2240  calls; 2740 back on the core nobody else had: at once, reply
    # 3000  the I/O thread at 3120, the worker at 3240
    m = Machine(
        [(1_000, 1_000, 500), (3_000, 10, 0)],
        cpu__cores=1,
        cpu__context_switch_ns=100,
        cpu__cache_refill_ns=20,
    ).to(10_000)
    assert m.column("read_ns") == [1_120, 3_120]
    assert m.column("taken_ns") == [1_240, 3_240]
    assert m.column("left_ns") == [2_740, 3_250]
    assert m.spent(0) == {"ready": 3 * 120, "parked": 10_000 - 360}
    assert m.spent(1) == {
        "ready": 240 + 120 + 120,
        "running": 1_010,
        "calling": 500,
        "parked": 10_000 - 480 - 1_010 - 500,
    }
    sample = m.sample()
    assert sample["context_switches"] == 6
    assert sample["cores_switching_ns"] == 6 * 120
    assert sample["cores_busy_ns"] == 6 * 120 + 1_010
    assert sample["cores_ns"] == 10_000


def test_a_thread_goes_back_to_the_core_it_knows() -> None:
    # Two cores: the I/O thread has core 0, the worker core 1; after the first time nobody pays again.
    m = Machine([(1_000, 300, 200), (2_000, 300, 200)], cpu__cores=2, cpu__context_switch_ns=100).to(10_000)
    assert m.column("taken_ns") == [1_000, 2_000]
    assert m.column("left_ns") == [1_500, 2_500]
    assert m.sample()["context_switches"] == 2
    assert m.spent(0)["ready"] == m.spent(1)["ready"] == 100


def test_a_quantum_begins_after_the_switch() -> None:
    # 100 for a switch, quantum 1000. I/O thread 0, workers 1, 2 at 100, 200, 300.
    # 1000 I/O thread from 1100: puts #0, wakes worker 2, from 1200. #1 came: the I/O thread is ready.
    # 2200 turn over; I/O thread from 2300: puts #1, wakes worker 1; worker 2 from 2400, ends its turn and
    #      its job at 3400
    # 3400 worker 2 takes #1 as well, but its turn is over: worker 1 from 3500 finds nothing and parks;
    #      worker 2 from 3600, done at 4100
    m = Machine(
        [(1_000, 2_000), (1_100, 500)],
        cpu__cores=1,
        cpu__quantum_ns=1_000,
        cpu__context_switch_ns=100,
        workers__count=2,
    ).to(10_000)
    assert m.column("left_ns") == [3_400, 4_100]
    assert m.column("read_ns") == [1_100, 2_300]
    assert m.sample()["spurious_wakeups"] == 1


def test_first_come_first_served() -> None:
    # Two cores, four jobs of 1000; each worker that finds no core waits behind the one before.
    m = Machine([(i, 1_000) for i in range(4)], cpu__cores=2, workers__count=4).to(10_000)
    # 0 #0 worker 4 beside the I/O thread; 1 #1 worker 3; then the I/O thread itself waits for a core.
    # 1000 it gets worker 4's (which finds nothing and parks) and puts #2 and #3, waking 4 and 2;
    # worker 4 takes #2 from 1000 to 2000; 1001 worker 3 takes #3 as it is done with #1.
    assert m.column("left_ns") == [1_000, 1_001, 2_000, 2_001]
    assert m.column("thread") == [4, 3, 4, 3]
    assert m.spent(0)["ready"] == 998
    assert m.sample()["spurious_wakeups"] == 1  # worker 2, from 1001 to 2000 behind worker 4 and 3
    assert m.spent(2)["ready"] == 1_000


def three_busy() -> Machine:
    """Three cores, three workers busy from 1000 for 100000; worker 2 on core 2, 1 on core 0, 3 on core 1."""
    m = Machine([(1_000, 100_000)] * 3, workers__count=3, cpu__cores=3).to(2_000)
    assert [int(m.thread(t)["core"]) for t in (1, 2, 3)] == [0, 2, 1]
    return m


@pytest.mark.parametrize("back_at", [31_000, 51_000, 90_000])
@pytest.mark.parametrize("cores", [0, 3, 256])
def test_a_core_taken_away_in_mid_burst_and_given_back(back_at: int, cores: int) -> None:
    # 31000 worker 2 loses core 2 with 70000 to go, and has them to go when a core comes.
    m = three_busy().to(31_000).edit(cpu__cores=2)
    assert m.states()[1:] == ["running", "ready", "running"]
    assert [int(m.thread(t)["core"]) for t in (1, 3)] == [0, 1]
    m.to(back_at).edit(cpu__cores=cores).to(S)
    assert m.column("left_ns") == [101_000, back_at + 70_000, 101_000]
    assert m.spent(2)["running"] == 100_000
    assert m.spent(2).get("ready", 0) == back_at - 31_000


def test_a_core_taken_away_for_good() -> None:
    m = three_busy().to(31_000).edit(cpu__cores=2).to(S)
    # worker 2 goes on when the first of the others is done
    assert m.column("left_ns") == [101_000, 171_000, 101_000]
    assert m.spent(2)["ready"] == 70_000
    assert m.sample()["cores_ns"] == 3 * 31_000 + 2 * (S - 31_000)
    assert m.sample()["cores_busy_ns"] == 300_000


def test_a_core_for_everybody_becomes_one_core() -> None:
    # 31000: in the order of the threads, each with 70000 to go (a quantum is a second)
    m = Machine([(1_000, 100_000)] * 3, workers__count=3)
    m.to(31_000).edit(cpu__cores=1)
    assert m.states()[1:] == ["running", "ready", "ready"]
    m.to(S)
    # jobs 0, 1, 2 are workers 3, 2, 1
    assert m.column("left_ns") == [241_000, 171_000, 101_000]
    assert m.sample()["cores_busy_ns"] == 300_000


def test_those_taken_off_come_first_in_the_run_queue() -> None:
    # 2000: one core instead of two, and two new workers that want one. Worker 2 (98000 to go) is before them.
    m = Machine([(0, 100_000)] * 2, cpu__cores=2, workers__count=2).to(2_000)
    assert [int(m.thread(t)["core"]) for t in (1, 2)] == [0, 1]
    m.edit(cpu__cores=1, workers__count=4)  # two new workers, behind
    assert [m.state(t) for t in range(1, 5)] == ["running", "ready", "ready", "ready"]
    m.to(S)
    # worker 1 until 100000, then worker 2 until 198000, before the new ones look
    assert m.column("left_ns") == [198_000, 100_000]
    assert m.spent(3)["ready"] == m.spent(4)["ready"] == 196_000


def test_threads_on_a_core_that_stays_notice_nothing() -> None:
    # A context switch costs; those who stay pay none, and keep what is left of their turn.
    # 0..100 I/O thread on core 0, worker 1 on core 1, worker 2 on core 2: switching.
    m = Machine(
        [(1_000, 10_000), (1_000, 10_000)],
        cpu__cores=3,
        workers__count=2,
        cpu__context_switch_ns=100,
    ).to(5_000)
    # worker 2 on core 2 had #0 at once; worker 1 #1
    assert [int(m.thread(t)["core"]) for t in (1, 2)] == [1, 2]
    before = m.sample()["context_switches"]
    m.edit(cpu__cores=8).edit(cpu__cores=3).to(20_000)
    assert m.column("left_ns") == [11_000, 11_000]
    assert m.sample()["context_switches"] == before


def test_a_switch_under_way_is_begun_again_on_another_core() -> None:
    # Two cores, 500 for a switch. I/O thread 0 on core 0, worker 1 on core 1 until 500; worker 2 waits and
    # has core 0 from 500 to 1000 (parked then).
    # 2000 #0: I/O thread on core 0 again, 500: puts it at 2500 and wakes worker 2, whose core it still has:
    #      core 1, 500 for the switch.
    # 2800 core 1 goes: worker 2 gets core 0, free since 2500, where the I/O thread was: 500 again
    # 3300 takes #0, 4300 replies
    m = Machine([(2_000, 1_000)], cpu__cores=2, workers__count=2, cpu__context_switch_ns=500).to(2_800)
    assert [int(m.thread(t)["core"]) for t in range(3)] == [-1, -1, 1]
    m.edit(cpu__cores=1)
    assert int(m.thread(2)["core"]) == 0
    m.to(10_000)
    assert m.column("taken_ns") == [3_300]
    assert m.column("left_ns") == [4_300]
    # three at the start, the I/O thread's, and worker 2's one and 300 of another
    assert m.sample()["cores_switching_ns"] == 5 * 500 + 300
    assert m.sample()["cores_busy_ns"] == 5 * 500 + 300 + 1_000


def test_cores_that_change_many_times_within_an_instant() -> None:
    # With a worker set going at that instant, and one in the middle of a job.
    m = Machine([(0, 10_000), (5_000, 10_000)], cpu__cores=1).to(6_000)
    # the I/O thread waits for the core with #1 on the card
    for cores in (0, 2, 1, 3, 0, 4, 1, 0, 1):
        m.edit(cpu__cores=cores)
    m.edit(workers__count=2)
    for cores in (2, 1, 0, 1, 2):
        m.edit(cpu__cores=cores)
    m.to(S)
    # 6000 the I/O thread has a core: #1 is put, and taken by the new worker
    assert m.column("left_ns") == [10_000, 16_000]
    assert m.column("taken_ns") == [0, 6_000]
    for thread in range(3):
        born = int(m.thread(thread)["born_ns"])
        assert sum(m.spent(thread).values()) == S - born
    assert m.spent(1)["running"] == m.spent(2)["running"] == 10_000


def test_a_new_thread_in_a_used_row_is_another_thread() -> None:
    # Row 1: a worker that had the core last, and left; the next one there pays for its switch.
    m = Machine([(1_000, 10)], cpu__cores=1, workers__count=2, cpu__context_switch_ns=100).to(5_000)
    # worker 2 had the core last and is parked behind worker 1, who is the longest idle
    m.edit(workers__count=1)
    assert m.states() == ["parked", "stopped", "parked"]
    before = m.sample()["context_switches"]
    m.edit(workers__count=2).to(5_000)
    assert m.state(1) == "ready"
    m.to(6_000)
    assert m.sample()["context_switches"] == before + 1
    assert m.spent(1) == {"ready": 100, "parked": 900}
