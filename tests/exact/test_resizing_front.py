"""I/O threads, receive rings and room that come and go while packets are on their way."""

from __future__ import annotations

from itertools import permutations

import pytest

from simulator.kernel.codes import STREAM_RING
from tests.exact.machine import MS, Machine

# Where a draw sends a packet of two, and of four rings.
LEFT, RIGHT = 0.1, 0.9
OF_FOUR = {0: 0.1, 1: 0.3, 2: 0.6, 3: 0.9}


def test_each_ring_has_its_own_slots_and_its_own_thread() -> None:
    # Two rings of one slot, two I/O threads that need 100 a request. Packets left, right, left, right, left.
    # 0 #0 by thread 0, #1 by thread 1; 10 #2 and 11 #3 wait in the slots; 12 #4 finds the left one taken.
    m = Machine(
        [(0,), (0,), (10,), (11,), (12,)],
        {STREAM_RING: [LEFT, RIGHT, LEFT, RIGHT, LEFT]},
        nic__queues=2,
        nic__ring_slots=1,
        io__threads=2,
        io__cpu_per_request_ns=100,
    ).to(10_000)
    assert m.numbers("nic") == [4]
    assert m.column("read_ns") == [0, 0, 100, 100]
    assert [m.spent(thread)["running"] for thread in (0, 1)] == [200, 200]


def test_a_thread_does_not_read_another_groups_ring() -> None:
    # All packets go left: thread 0 does everything, thread 1 sleeps.
    m = Machine(
        [(0,), (0,), (0,)],
        {STREAM_RING: [LEFT] * 3},
        nic__queues=2,
        io__threads=2,
        io__cpu_per_request_ns=100,
    ).to(10_000)
    assert m.column("read_ns") == [0, 100, 200]
    assert m.spent(1) == {"parked": 10_000}


def test_one_thread_serves_its_rings_in_turn() -> None:
    # Four rings, one I/O thread, one packet at a time. While it is busy with #0 (ring 0) the others come to
    # rings 0, 3, 1, 1: it goes on with ring 1, then 3, 0, and 1 again.
    m = Machine(
        [(0,), (10,), (11,), (12,), (13,)],
        {STREAM_RING: [OF_FOUR[ring] for ring in (0, 0, 3, 1, 1)]},
        nic__queues=4,
        io__cpu_per_request_ns=100,
        io__batch=1,
    ).to(10_000)
    assert m.column("read_ns") == [0, 300, 200, 100, 400]


def test_more_rings_than_threads_are_dealt_out() -> None:
    # Four rings, two threads: rings 0 and 2 are thread 0's, 1 and 3 thread 1's.
    m = Machine(
        [(0,), (0,), (0,), (0,)],
        {STREAM_RING: [OF_FOUR[ring] for ring in (0, 2, 1, 3)]},
        nic__queues=4,
        io__threads=2,
        io__cpu_per_request_ns=100,
    ).to(10_000)
    assert m.column("read_ns") == [0, 100, 0, 100]


def test_more_threads_than_rings_share_them() -> None:
    # Two rings, four threads: 0 and 2 read the left one, 1 and 3 the right one.
    m = Machine(
        [(0,), (0,), (0,)],
        {STREAM_RING: [LEFT] * 3},
        nic__queues=2,
        io__threads=4,
        io__cpu_per_request_ns=100,
    ).to(10_000)
    assert m.column("read_ns") == [0, 0, 100]
    assert [m.spent(thread).get("running") for thread in range(4)] == [100, None, 200, None]


def test_an_io_thread_that_leaves_finishes_its_batch() -> None:
    # 50  thread 1 is told of three packets, thread 0 of none; #3 comes at 60, thread 0 is told of one at 110.
    # 120 one I/O thread: both are busy, thread 1 is to leave: it reads its three at 50, 150, 250, and stops
    #     at 350. Thread 0 reads at 110 and 210. Whoever reads has the oldest packet on the card.
    m = Machine(
        [(0,), (0,), (0,), (60,), (200,)],
        io__threads=2,
        io__cpu_per_request_ns=100,
        costs__wake_latency_ns=50,
        workers__count=4,
    ).to(120)
    m.edit(io__threads=1)
    assert m.sample()["io_threads_live"] == 2
    assert m.to(349).state(1) == "running"
    assert m.to(350).state(1) == "stopped"
    assert m.sample()["io_threads_live"] == 1
    m.to(10_000)
    assert m.column("read_ns") == [50, 110, 150, 210, 250]
    assert m.spent(1)["running"] == 300


def test_an_idle_io_thread_leaves_at_once() -> None:
    m = Machine([(1_000,)], io__threads=3).to(500).edit(io__threads=1)
    assert m.states()[:3] == ["stopped", "stopped", "parked"]
    assert m.to(5_000).column("read_ns") == [1_000]


def test_rings_of_a_thread_that_left_are_read_by_those_who_stay() -> None:
    # Thread 0 reads left, thread 1 right. 500: one thread; the longest idle, thread 0, leaves.
    m = Machine([(1_000,), (2_000,)], {STREAM_RING: [LEFT, RIGHT]}, nic__queues=2, io__threads=2).to(500)
    m.edit(io__threads=1)
    assert m.states()[:2] == ["stopped", "parked"]
    assert m.to(5_000).column("read_ns") == [1_000, 2_000]


def test_packets_left_behind_are_read_when_the_reader_has_left() -> None:
    # Right ring: thread 1 is told of #0 and #1 at 50; #2 comes at 60. Left: thread 0 is busy with #3.
    # 100 one thread: thread 1 leaves after #1, at 250; thread 0 reads #2 as soon as it looks again, at 150
    m = Machine(
        [(0,), (0,), (0,), (60,)],
        {STREAM_RING: [RIGHT, RIGHT, LEFT, RIGHT]},
        nic__queues=2,
        io__threads=2,
        io__cpu_per_request_ns=100,
        costs__wake_latency_ns=50,
        workers__count=4,
    )
    m.to(100).edit(io__threads=1).to(10_000)
    assert m.column("read_ns") == [50, 150, 50, 150]
    assert m.states()[:2] == ["parked", "stopped"]


def test_a_new_io_thread_takes_over_rings_with_packets() -> None:
    # One thread for both rings, 1000 a request: #0 left; #1, #2 wait in the right one, #3 in the left one.
    # 200 two threads; the new one starts for 50 and reads the right ring from 250 on.
    m = Machine(
        [(0,), (10,), (11,), (12,)],
        {STREAM_RING: [LEFT, RIGHT, RIGHT, LEFT]},
        nic__queues=2,
        io__cpu_per_request_ns=1_000,
        costs__spawn_ns=50,
    )
    m.to(200).edit(io__threads=2).to(10_000)
    assert m.column("read_ns") == [0, 250, 1_250, 1_000]


def test_a_packet_in_a_ring_that_changes_hands_wakes_its_new_reader() -> None:
    # Two rings, three threads: 0 and 2 read left, 1 right. Thread 1 is busy until 1000; #1 waits right.
    # 100 one ring for new packets: everybody reads both; a parked thread is woken for #1 at once.
    m = Machine(
        [(0,), (10,)],
        {STREAM_RING: [RIGHT, RIGHT]},
        nic__queues=2,
        io__threads=3,
        io__cpu_per_request_ns=1_000,
    )
    m.to(100).edit(nic__queues=1).to(10_000)
    assert m.column("read_ns") == [0, 100]


def test_a_ring_that_takes_no_more_packets_is_emptied() -> None:
    # Four rings with a packet each behind #0; then one: all are read, in turn; new ones go to ring 0.
    m = Machine(
        [(0,), (10,), (11,), (12,), (13,), (500,)],
        {STREAM_RING: [OF_FOUR[ring] for ring in (0, 0, 1, 2, 3, 3)]},
        nic__queues=4,
        io__cpu_per_request_ns=100,
        io__batch=1,
    )
    m.to(50).edit(nic__queues=1)
    assert m.sample()["ring_slots"] == 256
    m.to(10_000)
    assert m.column("read_ns") == [0, 400, 100, 200, 300, 500]


def test_a_woken_thread_that_was_dealt_another_ring_leaves_no_packet_behind() -> None:
    # 0 #0 left: thread 0 will be awake at 1000. 500: whatever happens to threads and rings, #0 is read at
    # 1000 or when the thread that now has the ring is awake.
    for threads, rings in permutations((1, 2, 3), 2):
        m = Machine(
            [(0,), (10,)],
            {STREAM_RING: [LEFT, RIGHT]},
            nic__queues=2,
            io__threads=2,
            costs__wake_latency_ns=1_000,
            costs__spawn_ns=20,
        )
        m.to(500).edit(io__threads=threads, nic__queues=rings).to(600)
        m.edit(io__threads=2).edit(io__threads=threads).to(10_000)
        assert len(m.numbers()) == 2, (threads, rings)
        assert max(m.column("read_ns")) <= 1_600


def test_a_smaller_queue_evicts_nothing_and_a_larger_one_lets_them_go_on_in_order() -> None:
    # Four places. #0 is served until 10000; #1 to #4 wait; I/O threads 3, 2, 1 block with #5, #6, #7.
    # 500 two places: the jobs stay. 10000 and 20000 takes leave three and two: no room, nobody is woken.
    # 30000 one left: thread 3 puts #5. 35000 five places: threads 2 and 1 go on, in this order.
    m = Machine(
        [(100 * i, 10_000) for i in range(8)],
        queue__capacity=4,
        queue__overflow="block",
        io__threads=4,
    ).to(750)
    assert m.states()[:4] == ["parked", "waiting_space", "waiting_space", "waiting_space"]
    m.edit(queue__capacity=2)
    m.to(25_000)
    assert m.sample()["queue_depth"] == 2
    before = m.sample()["wakeups"]
    assert m.to(29_999).sample()["wakeups"] == before
    assert m.to(30_000).sample()["wakeups"] == before + 1
    m.to(35_000).edit(queue__capacity=5).to(200_000)
    assert m.column("put_ns")[5:] == [30_000, 35_000, 35_000]
    assert m.numbers() == list(range(8))
    assert m.column("left_ns") == [10_000 * (i + 1) for i in range(8)]


def test_a_larger_queue_wakes_no_more_than_it_has_room_for() -> None:
    m = Machine(
        [(100 * i, 10_000) for i in range(6)], queue__capacity=1, queue__overflow="block", io__threads=4
    ).to(600)
    assert m.states()[:4] == ["waiting_space"] * 4
    m.edit(queue__capacity=3)
    assert m.sample()["wakeups"] == 6 + 1 + 2  # by the card, by the first put, by the room
    m.to(700)
    assert m.states()[:4] == ["waiting_space", "waiting_space", "parked", "parked"]


@pytest.mark.parametrize("policy", ["reject", "drop_oldest", "caller_runs"])
def test_a_smaller_queue_is_full_for_every_policy(policy: str) -> None:
    # #0 is served until 10000, #1 to #4 wait; two places. #5 comes at 5000, #6 at 11000 (three wait).
    m = Machine(
        [(0, 10_000), (1, 10), (2, 10), (3, 10), (4, 10), (5_000, 700), (9_000, 700)],
        queue__capacity=4,
        queue__overflow=policy,
    )
    m.to(100).edit(queue__capacity=2).to(50_000)
    if policy == "reject":
        assert m.numbers("queue") == [5, 6]
        assert m.numbers() == [0, 1, 2, 3, 4]
    elif policy == "drop_oldest":
        # one out, one in: it stays over its capacity until jobs are taken
        assert m.numbers("oldest") == [1, 2]
        assert m.numbers() == [0, 3, 4, 5, 6]
    else:
        assert m.column("thread") == [1, 1, 1, 1, 1, 0, 0]
        assert m.column("left_ns")[5:] == [5_700, 9_700]


def test_a_smaller_ring_keeps_what_it_has() -> None:
    # Four slots full behind a busy I/O thread (until 1000); two slots from 100 on; 200 #5 is lost.
    # 1000, 2000, 3000 reads: two packets are left at 2000, one at 3000; #6 at 2500 is lost, #7 at 3500 fits.
    m = Machine(
        [(0,), (1,), (2,), (3,), (4,), (200,), (2_500,), (3_500,)],
        nic__ring_slots=4,
        io__cpu_per_request_ns=1_000,
        io__batch=1,
    )
    m.to(100).edit(nic__ring_slots=2).to(MS)
    assert m.numbers("nic") == [5, 6]
    assert m.column("read_ns") == [0, 1_000, 2_000, 3_000, 4_000, 5_000]


def test_a_larger_ring_takes_more_at_once() -> None:
    m = Machine([(0,), (1,), (2,), (200,), (201,), (202,)], nic__ring_slots=1, io__cpu_per_request_ns=1_000)
    m.to(100).edit(nic__ring_slots=3).to(MS)
    assert m.numbers("nic") == [2, 5]


def test_the_batch_changes_for_the_next_look() -> None:
    # 500 told of five with batch 64; 510 batch 1: the five are read all the same, for one call.
    m = Machine(
        [(0,)] * 5 + [(10_000,)] * 2,
        costs__wake_latency_ns=500,
        io__cpu_per_wakeup_ns=100,
        io__cpu_per_request_ns=10,
    )
    m.to(510).edit(io__batch=1).to(MS)
    assert m.column("read_ns") == [600, 610, 620, 630, 640, 10_600, 10_710]
    assert m.sample()["receives"] == 3


def test_a_blocked_io_thread_told_to_leave_puts_its_job_first() -> None:
    # 300 thread 1 blocks with #2; 400 thread 0 with #3. 500 one I/O thread: thread 1 is to leave.
    # 1000 it puts #2 and stops. #3 at 2000.
    m = Machine(
        [(0, 1_000), (100, 1_000), (300, 1_000), (400, 1_000)],
        queue__capacity=1,
        queue__overflow="block",
        io__threads=2,
    )
    m.to(500).edit(io__threads=1)
    assert m.to(999).state(1) == "waiting_space"
    assert m.to(1_000).state(1) == "stopped"
    m.to(10_000)
    assert m.column("put_ns") == [0, 100, 1_000, 2_000]
    assert m.states()[0] == "parked"
