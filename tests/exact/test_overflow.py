"""A full queue: what each policy does with the job, the I/O thread, the card and the time."""

from __future__ import annotations

import pytest

from tests.exact.machine import Machine


def test_reject_costs_the_io_thread_its_time() -> None:
    # 1000 #0 read, parsed until 1100, taken by the worker until 11100
    # 2000 #1 read, put at 2100: the queue is full
    # 3000 #2 read, rejected at 3100; writing that answer keeps the I/O thread busy until 3140
    # 3050 #3 comes, is read at 3140, rejected at 3240; busy until 3280
    # 11100 #1 taken, answered at 21100
    m = Machine(
        [(1_000, 10_000), (2_000, 10_000), (3_000, 10_000), (3_050, 10_000)],
        queue__capacity=1,
        io__cpu_per_request_ns=100,
        costs__reject_ns=40,
    ).to(30_000)
    assert m.column("left_ns") == [11_100, 21_100]
    assert m.column("left_ns", "queue") == [3_100, 3_240]
    assert m.column("read_ns", "queue") == [3_000, 3_140]
    assert m.column("put_ns", "queue") == [-1, -1]
    assert m.spent(0)["running"] == 100 + 100 + 140 + 140
    sample = m.sample()
    assert (sample["dropped_queue"], sample["queue_max"]) == (2, 1)
    assert sample["sojourn_sum_ns"] == 10_100 + 19_100 + 100 + 190
    assert sample["response_sum_ns"] == 10_100 + 19_100  # completed ones alone


def test_a_rejection_gives_the_lock_back_first() -> None:
    # hold 50. 50: #0 put, worker woken. 100: worker has taken #0 (lock 50 to 100).
    # 200 #1: lock, put at 250. 300 #2: lock, full: unlocked at once (no critical section), rejected at 300,
    # busy until 1300. 400 #3 for I/O thread 0: finds the lock free and is rejected at 400.
    m = Machine(
        [(0, 50_000), (200, 0), (300, 0), (400, 0)],
        queue__capacity=1,
        queue__hold_ns=50,
        costs__reject_ns=1_000,
        io__threads=2,
    ).to(40_000)
    assert m.column("left_ns", "queue") == [300, 400]
    assert m.sample()["lock_waits"] == 0
    assert m.sample()["lock_held_ns"] == 3 * 50


@pytest.mark.parametrize(
    ("discipline", "served"),
    [("fifo", [0, 2, 3]), ("lifo", [0, 3, 2]), ("sjf", [0, 3, 2]), ("priority", [0, 2, 3])],
)
def test_drop_oldest_evicts_the_first_put_whatever_the_order(discipline: str, served: list[int]) -> None:
    # #1 and #2 fill the queue behind #0; #3 makes room for itself at 400 by dropping #1, although #1 would
    # be the next for fifo, and is the shortest and the only urgent one.
    m = Machine(
        [(100, 10_000), (200, 10), (300, 500), (400, 400)],
        {4: [0.9, 0.1, 0.9, 0.9]},
        queue__capacity=2,
        queue__overflow="drop_oldest",
        queue__discipline=discipline,
        job__high_priority_ratio=0.5,
    ).to(20_000)
    assert m.numbers() == served
    (lost,) = (job for job in m.jobs if job.end == "oldest")
    assert (lost.number, lost.put_ns, lost.left_ns) == (1, 200, 400)
    assert m.column("taken_ns")[0] == 100
    assert m.column("put_ns") == [100, 300, 400]
    assert m.sample()["dropped_oldest"] == 1
    assert m.sample()["queue_area_ns"] == 200 + (10_100 - 300) + (10_100 - 400) + (
        500 if served[1] == 2 else 400
    )


def test_block_carries_the_pressure_back_to_the_card() -> None:
    # One worker, 10000 a job; one place in the queue; two slots on the card.
    # 1000 #0 is taken until 11000. 2000 #1 waits. 3000 #2 is read; no room: the I/O thread waits with it.
    # 4000 #3, 5000 #4 stay on the card. 6000 #5 finds the ring full and is lost.
    # 11000 #1 taken, #2 put, #3 read and held; the ring has a slot for #6 at 12000.
    # From then on every 10000 one is taken, one put, one read.
    m = Machine(
        [(time, 10_000) for time in (1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 12_000)],
        queue__capacity=1,
        queue__overflow="block",
        nic__ring_slots=2,
    )
    assert m.to(3_500).states() == ["waiting_space", "running"]
    assert m.step(0) == "lock the queue"
    m.to(80_000)
    assert m.numbers() == [0, 1, 2, 3, 4, 6]
    assert m.numbers("nic") == [5]
    assert m.column("read_ns") == [1_000, 2_000, 3_000, 11_000, 21_000, 31_000]
    assert m.column("put_ns") == [1_000, 2_000, 11_000, 21_000, 31_000, 41_000]
    assert m.column("left_ns") == [11_000, 21_000, 31_000, 41_000, 51_000, 61_000]
    assert m.spent(0) == {"waiting_space": 38_000, "parked": 42_000}
    assert m.sample()["dropped_queue"] == 0


@pytest.mark.parametrize(
    ("latency", "put", "lock_wait", "left"),
    [
        # 11000 worker has #1, wakes the I/O thread, pays 30 for that before it unlocks at 11030.
        # After 400: I/O thread at the free lock at 11400; nobody waits for it, nobody to notify.
        (400, 11_400, 0, 21_030),
        # After 10: at 11010 the lock is taken; the unlock at 11030 wakes the I/O thread, which costs the
        # worker another 30.
        (10, 11_030, 20, 21_060),
    ],
)
def test_waking_a_blocked_io_thread_costs_the_worker(
    latency: int, put: int, lock_wait: int, left: int
) -> None:
    m = Machine(
        [(1_000, 10_000), (2_000, 10_000), (3_000, 10_000)], queue__capacity=1, queue__overflow="block"
    )
    m.to(10_000).edit(costs__wake_latency_ns=latency, costs__wake_call_ns=30).to(50_000)
    assert m.column("put_ns")[2] == put
    assert m.column("left_ns")[1] == left
    assert m.spent(0).get("waiting_lock", 0) == lock_wait


def test_blocked_io_threads_go_on_in_the_order_they_came() -> None:
    # Thread 2 blocks with #2 at 300, thread 1 with #3 at 400, thread 0 with #4 at 500; a place is free at
    # 1100, 2100, 3100.
    m = Machine(
        [(time, 1_000) for time in (100, 200, 300, 400, 500)],
        queue__capacity=1,
        queue__overflow="block",
        io__threads=3,
    ).to(600)
    assert m.states()[:3] == ["waiting_space"] * 3
    m.to(10_000)
    assert m.column("put_ns") == [100, 200, 1_100, 2_100, 3_100]
    assert [m.spent(t).get("waiting_space") for t in range(3)] == [2_600, 1_700, 800]


def test_a_woken_io_thread_that_finds_the_queue_full_again_keeps_its_place() -> None:
    # Thread 2 blocks with #2 at 300, thread 1 with #3 at 400. 1100 the worker takes #1 and wakes thread 2,
    # which will be awake at 1600. 1500 #4 comes: thread 0 (awake at once: the latency is 0 for a moment)
    # puts it into the free place. 1600 thread 2 finds no room, and waits before thread 1.
    m = Machine(
        [(100, 1_000), (200, 1_000), (300, 1_000), (400, 1_000), (1_500, 1_000)],
        queue__capacity=1,
        queue__overflow="block",
        io__threads=3,
    )
    m.to(1_000).edit(costs__wake_latency_ns=500).to(1_400).edit(costs__wake_latency_ns=0)
    m.to(10_000)
    # places are free at 1100 (#4 has it), 2100, 3100
    assert m.column("put_ns") == [100, 200, 2_100, 3_100, 1_500]
    assert m.numbers() == [0, 1, 4, 2, 3]


def test_caller_runs_serves_on_the_io_thread_while_the_card_waits() -> None:
    # 1000 #0 taken until 21000; 2000 #1 waits: full.
    # 3000 #2: the I/O thread computes until 8000, calls until 10000, replies.
    # 4000 #3 waits on the card, is read at 10000, served on the I/O thread until 11000.
    # 11000 #4, #5 came at 5000 and 6000, two slots: #5 is lost (ring: #3, #4).
    m = Machine(
        [
            (1_000, 20_000, 0),
            (2_000, 100, 0),
            (3_000, 5_000, 2_000),
            (4_000, 1_000, 0),
            (5_000, 300, 0),
            (6_000, 100, 0),
        ],
        queue__capacity=1,
        queue__overflow="caller_runs",
        nic__ring_slots=2,
    )
    assert (m.to(5_500).state(0), m.step(0)) == ("running", "run the job")
    assert (m.to(9_000).state(0), m.step(0)) == ("calling", "call the backend")
    m.to(30_000)
    assert m.column("left_ns") == [21_000, 21_100, 10_000, 11_000, 11_300]
    assert m.numbers("nic") == [5]
    assert m.column("thread") == [1, 1, 0, 0, 0]
    assert m.column("put_ns") == [1_000, 2_000, -1, -1, -1]
    assert m.column("taken_ns") == [1_000, 21_000, 3_000, 10_000, 11_000]
    assert m.spent(0) == {"running": 6_300, "calling": 2_000, "parked": 21_700}
    sample = m.sample()
    assert (sample["completed"], sample["queued"]) == (5, 2)
    assert sample["queue_wait_sum_ns"] == 19_000
    parts = ("nic_wait_sum_ns", "io_sum_ns", "queue_wait_sum_ns", "service_sum_ns")
    assert sum(sample[part] for part in parts) == sample["response_sum_ns"]


def test_caller_runs_with_a_parse_and_a_lock() -> None:
    # hold 50, parse 100. #0: put 150, taken 200 until 10200. 1000 #1: put 1150. 2000 #2: parsed at 2100,
    # lock, full, unlocked at once: runs 300 until 2400.
    m = Machine(
        [(0, 10_000), (1_000, 1), (2_000, 300)],
        queue__capacity=1,
        queue__overflow="caller_runs",
        queue__hold_ns=50,
        io__cpu_per_request_ns=100,
    ).to(20_000)
    assert (m.column("taken_ns")[2], m.column("left_ns")[2]) == (2_100, 2_400)
    # the parse belongs to the I/O part of the response, not to the service
    assert m.sample()["io_sum_ns"] == 150 + 150 + 100


@pytest.mark.parametrize(
    ("policy", "put", "end"),
    [("reject", -1, "queue"), ("drop_oldest", 5_000, "completed"), ("caller_runs", -1, "completed")],
)
def test_a_change_of_policy_reaches_the_blocked(policy: str, put: int, end: str) -> None:
    # 300 the I/O thread blocks with #2; 5000 the policy changes: it looks again at once.
    m = Machine([(100, 10_000), (200, 700), (300, 500)], queue__capacity=1, queue__overflow="block")
    m.to(5_000).edit(queue__overflow=policy).to(30_000)
    job = next(job for job in m.jobs if job.number == 2)
    assert (job.put_ns, job.end) == (put, end)
    assert m.spent(0)["waiting_space"] == 4_700
    assert m.sample()["dropped_oldest"] == (policy == "drop_oldest")
    assert job.left_ns == {"reject": 5_000, "drop_oldest": 10_600, "caller_runs": 5_500}[policy]


def test_a_wake_up_used_under_another_policy_leaves_no_privilege() -> None:
    # 150   thread 1 puts #0; taken at 200. 270 it puts #1: full.
    # 350   thread 1 is told of two packets and blocks with #2; 360 thread 0 finds nothing.
    # 400   the policy is reject: thread 1 is woken, rejects #2, pays for it until 500
    # 450   block again; 460 #4 comes, thread 0 reads the oldest on the card, #3, and blocks with it
    # 500   thread 1 blocks with #4: behind thread 0, for its wake-up was for #2
    m = Machine(
        [(100, 10_000), (220, 10_000), (300, 10_000), (310, 10_000), (460, 10_000)],
        queue__capacity=1,
        queue__overflow="block",
        io__threads=2,
        costs__wake_latency_ns=50,
        costs__reject_ns=100,
    )
    m.to(400).edit(costs__wake_latency_ns=0, queue__overflow="reject")
    m.to(450).edit(queue__overflow="block").to(60_000)
    assert m.numbers("queue") == [2]
    put = {job.number: job.put_ns for job in m.jobs}
    assert (put[3], put[4]) == (10_200, 20_200)
    assert m.sample()["spurious_wakeups"] == 1
