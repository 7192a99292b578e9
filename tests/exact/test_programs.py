"""The I/O thread and the worker, step by step, with every cost on its own."""

from __future__ import annotations

import pytest

from tests.exact.machine import MS, Machine

COSTS = {
    "costs__wake_latency_ns": 400,
    "costs__wake_call_ns": 30,
    "io__cpu_per_wakeup_ns": 200,
    "io__cpu_per_request_ns": 1_000,
    "queue__hold_ns": 50,
}


def test_one_request_from_the_card_to_the_reply() -> None:
    # 10000  the packet takes a slot; the card wakes the I/O thread, which costs nobody anything
    # 10400  I/O thread running: told of one packet, pays 200 for the call
    # 10600  reads it (the slot is free), parses for 1000
    # 11600  takes the lock, holds it for 50
    # 11650  puts the job, unlocks, wakes the worker, pays 30 for that
    # 11680  I/O thread parked again
    # 12050  worker running (400 after the wake-up call began): takes the lock, holds it for 50
    # 12100  takes the job, unlocks, computes for 5000
    # 17100  calls for 7000
    # 24100  reply; worker parked again
    m = Machine([(10_000, 5_000, 7_000)], **COSTS).to(30_000)
    (job,) = m.jobs
    assert (job.arrived_ns, job.read_ns, job.put_ns, job.taken_ns, job.left_ns) == (
        10_000,
        10_600,
        11_650,
        12_100,
        24_100,
    )
    assert (job.end, job.thread) == ("completed", 1)
    assert m.spent(0) == {"running": 1_280, "parked": 30_000 - 1_280}
    assert m.spent(1) == {"running": 5_050, "calling": 7_000, "parked": 30_000 - 12_050}
    sample = m.sample()
    assert sample["nic_wait_sum_ns"] == 600
    assert sample["io_sum_ns"] == 1_050
    assert sample["queue_wait_sum_ns"] == 450
    assert sample["service_sum_ns"] == 12_000
    assert sample["response_sum_ns"] == sample["system_area_ns"] == 14_100
    assert sample["ring_area_ns"] == 600
    assert sample["queue_area_ns"] == 450
    assert sample["lock_held_ns"] == 100
    assert sample["cores_busy_ns"] == 1_280 + 5_050
    assert sample["cores_ns"] == 2 * 30_000
    assert (sample["wakeups"], sample["spurious_wakeups"], sample["lock_waits"]) == (2, 0, 0)


def test_a_thread_stands_on_the_step_that_takes_the_time() -> None:
    m = Machine([(10_000, 5_000, 7_000)], **COSTS)
    seen = {
        time: (m.to(time).state(0), m.step(0), m.state(1), m.step(1))
        for time in (9_000, 10_399, 10_500, 11_000, 11_620, 11_660, 12_000, 12_070, 15_000, 20_000, 25_000)
    }
    assert seen == {
        9_000: ("parked", "wait for packets", "parked", "lock the queue"),
        10_399: ("parked", "wait for packets", "parked", "lock the queue"),
        10_500: ("running", "read a packet", "parked", "lock the queue"),
        11_000: ("running", "parse the request", "parked", "lock the queue"),
        11_620: ("running", "critical section", "parked", "lock the queue"),
        11_660: ("running", "read a packet", "parked", "lock the queue"),
        12_000: ("parked", "wait for packets", "parked", "lock the queue"),
        12_070: ("parked", "wait for packets", "running", "critical section"),
        15_000: ("parked", "wait for packets", "running", "run the job"),
        20_000: ("parked", "wait for packets", "calling", "call the backend"),
        25_000: ("parked", "wait for packets", "parked", "lock the queue"),
    }


def test_without_overheads_everything_but_the_work_happens_at_once() -> None:
    m = Machine([(10, 5, 0), (10, 0, 7), (11, 0, 0)], workers__count=3).to(1_000)
    assert m.column("taken_ns") == [10, 10, 11]
    assert m.column("left_ns") == [15, 17, 11]
    assert m.sample()["response_sum_ns"] == 5 + 7


def test_a_worker_takes_the_next_job_without_parking() -> None:
    # 50    #0 put, worker woken; the I/O thread, still running, has read #1 and the lock before it looks
    # 100   #1 put; the same again with #2
    # 150   #2 put; the worker has the lock, and #0 at 200
    # 1200  reply; lock; #1 at 1250, and so on: it parks once, at the end
    m = Machine([(0, 1_000), (1, 1_000), (2, 1_000)], queue__hold_ns=50).to(10_000)
    assert m.column("put_ns") == [50, 100, 150]
    assert m.column("taken_ns") == [200, 1_250, 2_300]
    assert m.column("left_ns") == [1_200, 2_250, 3_300]
    assert m.spent(1) == {
        "parked": 50 + 10_000 - 3_300,
        "waiting_lock": 100,
        "running": 3_150,
    }
    assert m.sample()["wakeups"] == 2  # the card's, and the first put's
    assert m.sample()["lock_waits"] == 2


@pytest.mark.parametrize(
    ("batch", "read", "put", "receives"),
    [
        # 1000 three packets; 1500 the I/O thread is awake; 100 for the call; 10 for each request
        (64, [1_600, 1_610, 1_620], [1_610, 1_620, 1_630], 1),
        # told of two at a time: the third costs another call
        (2, [1_600, 1_610, 1_720], [1_610, 1_620, 1_730], 2),
        (1, [1_600, 1_710, 1_820], [1_610, 1_720, 1_830], 3),
    ],
)
def test_a_wake_up_is_paid_once_a_batch(batch: int, read: list[int], put: list[int], receives: int) -> None:
    m = Machine(
        [(1_000,), (1_000,), (1_000,)],
        costs__wake_latency_ns=500,
        io__cpu_per_wakeup_ns=100,
        io__cpu_per_request_ns=10,
        io__batch=batch,
    ).to(10_000)
    assert m.column("read_ns") == read
    assert m.column("put_ns") == put
    assert (m.sample()["receives"], m.sample()["received"]) == (receives, 3)
    assert m.spent(0)["running"] == 100 * receives + 3 * 10


def test_packets_that_come_during_a_batch_are_in_the_next_one() -> None:
    # 1000 #0: batch of one, read at 1100, parsed at 1110; #1 and #2 came at 1105: the next batch, read at
    # 1210 and 1220.
    m = Machine([(1_000,), (1_105,), (1_105,)], io__cpu_per_wakeup_ns=100, io__cpu_per_request_ns=10)
    m.to(10_000)
    assert m.column("read_ns") == [1_100, 1_210, 1_220]
    assert m.sample()["receives"] == 2


@pytest.mark.parametrize(("second_at", "fate"), [(1_599, "nic"), (1_600, "completed"), (1_601, "completed")])
def test_a_slot_is_free_at_the_read(second_at: int, fate: str) -> None:
    # One slot. 1000 #0 takes it; the I/O thread is awake at 1500 and told of it, and reads at 1600.
    m = Machine(
        [(1_000,), (second_at,)], costs__wake_latency_ns=500, io__cpu_per_wakeup_ns=100, nic__ring_slots=1
    ).to(10_000)
    assert [job.end for job in sorted(m.jobs, key=lambda job: job.number)] == ["completed", fate]


@pytest.mark.parametrize(("burst", "slots"), [(10, 4), (4, 4), (5, 4), (3, 8), (100, 1), (9_000, 8_192)])
def test_a_burst_into_an_empty_ring_drops_what_does_not_fit(burst: int, slots: int) -> None:
    m = Machine(
        [(1_000,)] * burst, costs__wake_latency_ns=1_000, nic__ring_slots=slots, queue__capacity=10_000
    )
    m.to(MS)
    dropped = max(0, burst - slots)
    assert m.sample()["dropped_nic"] == dropped
    assert m.sample()["completed"] == burst - dropped
    assert m.numbers("nic") == list(range(slots, burst))
    assert {job.left_ns for job in m.jobs if job.end == "nic"} <= {1_000}
    assert m.sample()["ring_max"] == min(burst, slots)


def test_a_dropped_packet_leaves_its_demands_with_itself() -> None:
    # The second is dropped: the third computes for its own 30, not the second's 2000.
    m = Machine([(0, 100), (0, 2_000), (500, 30)], costs__wake_latency_ns=200, nic__ring_slots=1).to(MS)
    assert m.numbers("nic") == [1]
    # #0: 200 awake, 400 worker awake, 500 done. #2: 700, 900, 930.
    assert m.column("left_ns") == [500, 930]


def test_two_io_threads_share_a_ring() -> None:
    # 0 #0: thread 1 (went to sleep last) parses it until 100; #1: thread 0 parses it until 110; #2 at 20
    # finds nobody parked and waits in the ring until thread 1 looks again.
    m = Machine([(0,), (10,), (20,)], io__threads=2, io__cpu_per_request_ns=100).to(10_000)
    assert m.column("read_ns") == [0, 10, 100]
    assert m.column("put_ns") == [100, 110, 200]
    assert m.spent(1)["running"] == 200
    assert m.spent(0)["running"] == 100


def test_a_packet_wakes_another_reader_that_may_find_nothing() -> None:
    # 500 thread 1 is awake and told of both packets; 501 thread 0 finds nothing and parks.
    m = Machine([(0,), (1,)], io__threads=2, costs__wake_latency_ns=500, io__cpu_per_wakeup_ns=100).to(10_000)
    assert m.column("read_ns") == [600, 600]
    assert m.spent(1)["running"] == 100
    assert "running" not in m.spent(0)
    assert m.sample()["receives"] == 1
    assert m.sample()["spurious_wakeups"] == 1
