"""Workers that come and go during a run: who leaves, when, and that nothing is lost."""

from __future__ import annotations

import pytest

from tests.exact.machine import Machine, S


def test_the_longest_idle_leave_first_and_at_once() -> None:
    # fifo wake order: worker 1 has #0, so 2, 3, 4 have been idle longer.
    m = Machine([(100, 50)], workers__count=4, workers__wake_order="fifo").to(1_000)
    m.edit(workers__count=2)
    assert m.states() == ["parked", "parked", "stopped", "stopped", "parked"]
    assert m.sample()["workers_live"] == 2
    m.edit(workers__count=1)
    assert m.states() == ["parked", "parked", "stopped", "stopped", "stopped"]
    assert m.spent(1) == {"parked": 950, "running": 50}
    assert m.to(2_000).spent(2) == {"parked": 1_000}


def test_the_busy_finish_call_and_reply_and_stop() -> None:
    # Workers 1, 2 have #1, #0: compute until 1000, call until 6000; #2 and #3 wait.
    # 500 one worker: the one with the highest number drains. It replies at 6000 and stops; the other goes on.
    m = Machine([(0, 1_000, 5_000)] * 4, workers__count=2).to(500).edit(workers__count=1)
    sample = m.sample()
    assert (sample["workers_wanted"], sample["workers_live"], sample["workers_draining"]) == (1, 2, 1)
    assert m.to(5_999).state(2) == "calling"
    assert m.to(6_000).states() == ["parked", "running", "stopped"]
    assert m.sample()["workers_live"] == 1
    assert m.sample()["workers_draining"] == 0
    m.to(50_000)
    assert m.column("left_ns") == [6_000, 6_000, 12_000, 18_000]
    assert m.column("thread") == [2, 1, 1, 1]
    assert m.spent(2) == {"running": 1_000, "calling": 5_000}


def test_idle_ones_go_before_busy_ones_drain() -> None:
    # 4 workers, worker 4 busy: from four to one, three idle ones leave and the busy one stays.
    m = Machine([(0, 1_000)], workers__count=4).to(500).edit(workers__count=1)
    assert m.states() == ["parked", "stopped", "stopped", "stopped", "running"]
    assert m.sample()["workers_draining"] == 0


def test_draining_ones_are_kept_when_the_number_grows_again() -> None:
    # Three busy until 1000; one wanted at 100, three again at 200: nobody stops, nobody is started.
    m = Machine([(0, 1_000)] * 6, workers__count=3, costs__spawn_ns=300)
    m.to(100).edit(workers__count=1)
    assert m.sample()["workers_draining"] == 2
    m.to(200).edit(workers__count=3)
    assert m.sample()["workers_draining"] == 0
    m.to(10_000)
    assert m.column("left_ns") == [1_000] * 3 + [2_000] * 3
    assert len(m.states()) == 4


def test_only_as_many_as_are_still_missing_are_started() -> None:
    # Three busy, one wanted, four wanted: two are kept, one is started for 300.
    m = Machine([(0, 1_000)] * 6, workers__count=3, costs__spawn_ns=300)
    m.to(100).edit(workers__count=1).edit(workers__count=4)
    assert m.states() == ["parked", "running", "running", "running", "starting"]
    m.to(10_000)
    # the new one takes #3 at 400
    assert m.column("left_ns") == [1_000, 1_000, 1_000, 1_400, 2_000, 2_000]
    assert m.spent(4)["starting"] == 300


def test_a_new_worker_looks_for_work_when_it_has_started() -> None:
    m = Machine([(0, 10_000), (10, 50)], costs__spawn_ns=300).to(1_000).edit(workers__count=3)
    m.to(20_000)
    assert m.column("left_ns") == [10_000, 1_350]
    # both are ready at 1300, the first of them is faster
    assert m.column("thread") == [1, 2]
    assert m.spent(3) == {"starting": 300, "parked": 20_000 - 1_300}


def test_starting_costs_time_in_an_idle_machine_too() -> None:
    # No event has ever happened; only at time 0 do threads begin without it.
    m = Machine(
        arrivals__process="constant", arrivals__rate_per_second=0, costs__spawn_ns=300, workers__count=2
    )
    assert m.states() == ["running"] * 3  # about to look for work at time 0
    m.to(100).edit(workers__count=3)
    assert m.state(3) == "starting"
    assert m.to(400).state(3) == "parked"


def test_a_worker_still_starting_can_be_told_to_leave() -> None:
    # It is started, finds out, and stops without a job, although one waits.
    m = Machine([(0, 10_000), (10, 50)], costs__spawn_ns=300).to(1_000).edit(workers__count=2)
    m.to(1_100).edit(workers__count=1)
    # the one with the highest number drains: that one
    m.to(1_300)
    assert m.states() == ["parked", "running", "stopped"]
    m.to(20_000)
    assert m.column("thread") == [1, 1]


def test_a_row_is_used_again_by_a_thread_with_a_life_of_its_own() -> None:
    m = Machine([(0, 100), (5_000, 100)], workers__count=2).to(1_000).edit(workers__count=1)
    assert m.states() == ["parked", "stopped", "parked"]
    m.to(2_000).edit(workers__count=2).to(2_500)
    assert m.spent(1) == {"parked": 500}
    assert int(m.thread(1)["jobs_done"]) == 0
    assert len(m.states()) == 3
    m.to(10_000)
    assert m.column("thread") == [2, 1]


def test_a_worker_woken_and_told_to_leave_takes_nothing() -> None:
    # 0    #0 is worker 2's until 10000; latency becomes 500
    # 550  #1 is put at 550 (I/O thread woken at 50), worker 1 to be awake at 1050
    # 700  one worker: nobody is parked (worker 1 is on its way), so worker 2, busy, drains ...
    m = Machine([(0, 10_000), (50, 100)], workers__count=2).to(20)
    m.edit(costs__wake_latency_ns=500).to(700).edit(workers__count=1).to(50_000)
    assert m.column("taken_ns") == [0, 1_050]
    assert m.column("thread") == [2, 1]
    assert m.states() == ["parked", "parked", "stopped"]
    # ... and the other way round: worker 2 on its way, worker 1 busy.
    m = Machine([(0, 10_000), (50, 100)], workers__count=2, workers__wake_order="fifo").to(20)
    m.edit(costs__wake_latency_ns=500).to(700).edit(workers__count=1)
    assert m.to(1_049).state(2) == "parked"
    assert m.to(1_050).state(2) == "stopped"
    m.to(50_000)
    assert m.column("taken_ns") == [0, 10_000]
    assert m.column("thread") == [1, 1]


def test_the_notification_of_a_retiring_worker_is_passed_on() -> None:
    # fifo wake order, latency 1000.
    # 2000   #0, #1 are put, for workers 1 and 2: taken at 3000, done at 5000
    # 3500   the latency becomes 10000; 4000 #2 is put (packet of 3000), for worker 3: awake at 14000
    # 4500   two workers: nobody is parked; worker 3 drains
    # 5000   worker 1 takes #2, parks at 6000; worker 2 parks at 5000
    # 13400  #3 comes (latency 100), put at 13500, for worker 2, who will be awake at 63500 (latency 50000)
    # 14000  worker 3 sees that it has to leave and that a job waits: it wakes worker 1 (latency 10)
    # 14010  worker 1 takes #3
    m = Machine(
        [(1_000, 2_000), (1_000, 2_000), (3_000, 1_000), (13_400, 700)],
        workers__count=3,
        workers__wake_order="fifo",
        costs__wake_latency_ns=1_000,
    )
    m.to(3_500).edit(costs__wake_latency_ns=10_000)
    m.to(4_500).edit(workers__count=2)
    m.to(13_000).edit(costs__wake_latency_ns=100)
    m.to(13_450).edit(costs__wake_latency_ns=50_000)
    m.to(13_600).edit(costs__wake_latency_ns=10)
    assert m.to(13_999).state(3) == "parked"
    assert m.to(14_000).state(3) == "stopped"
    m.to(100_000)
    assert m.column("taken_ns") == [3_000, 3_000, 5_000, 14_010]
    assert m.column("thread") == [1, 2, 1, 1]
    assert m.sample()["spurious_wakeups"] == 1  # worker 2 at 63500


def test_a_worker_that_waits_for_the_lock_leaves_without_a_job() -> None:
    # hold 1000. #0 to #2 are put at 1000, 2000, 3000 by the I/O thread, which takes the lock again each time.
    # Worker 2, notified for #0, waits for it, and worker 1, notified for #1. 2500: worker 2 is to leave.
    # 3000 it has the lock, sees that it is to leave, and gives it to worker 1: #0 at 4000
    m = Machine([(0, 100), (1, 100), (2, 100)], workers__count=2, queue__hold_ns=1_000).to(2_500)
    assert m.states() == ["running", "waiting_lock", "waiting_lock"]
    m.edit(workers__count=1)
    assert m.sample()["workers_draining"] == 1
    m.to(50_000)
    assert len(m.numbers()) == 3
    assert m.states() == ["parked", "parked", "stopped"]
    assert m.column("thread") == [1, 1, 1]
    assert m.column("taken_ns") == [4_000, 5_100, 6_200]
    assert "running" not in m.spent(2)


@pytest.mark.parametrize("times", [1, 5])
def test_there_and_back_within_an_instant_changes_nothing(times: int) -> None:
    requests = [(i * 10, 1_000, 500) for i in range(30)]
    plain = Machine(requests, workers__count=8, cpu__cores=3).to(1_500)
    turned = Machine(requests, workers__count=8, cpu__cores=3).to(1_500)
    for _ in range(times):
        turned.edit(workers__count=1).edit(workers__count=8)
    plain.to(S)
    turned.to(S)
    assert sorted(turned.numbers()) == sorted(plain.numbers()) == list(range(30))
    assert turned.column("left_ns") == plain.column("left_ns")


def test_a_draining_worker_that_is_interrupted_finishes_all_the_same() -> None:
    # One core; both workers compute; one drains, is preempted many times, replies, stops.
    m = Machine([(0, 10_000)] * 3, workers__count=2, cpu__cores=1, cpu__quantum_ns=1_000)
    m.to(10_000).edit(workers__count=1).to(50_000)
    assert len(m.numbers()) == 3
    assert m.states() == ["parked", "parked", "stopped"]
    assert m.spent(2)["running"] == 10_000
    assert m.spent(1)["running"] == 20_000
    assert max(m.column("left_ns")) == 30_000
