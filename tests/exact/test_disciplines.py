"""Which job is taken next, and what a change of the order does to those that wait."""

from __future__ import annotations

import pytest

from simulator.kernel.codes import STREAM_CALL, STREAM_CLASS, STREAM_CPU
from tests.exact.machine import Machine

HIGH, LOW = 0.1, 0.9


@pytest.mark.parametrize(
    ("discipline", "order"),
    [
        ("fifo", [0, 1, 2, 3, 4, 5]),
        ("lifo", [0, 5, 4, 3, 2, 1]),
        # sizes 4000, 6000 (of which 5000 at the backend), 1000, 3000, 1000: ties in the order of the puts
        ("sjf", [0, 3, 5, 4, 1, 2]),
        # classes low, high, low, high, low
        ("priority", [0, 2, 4, 1, 3, 5]),
    ],
)
def test_order_of_service(discipline: str, order: list[int]) -> None:
    # #0 keeps the only worker until 10100; the others come at 200, 300, ...
    sizes = [(10_000, 0), (4_000, 0), (1_000, 5_000), (1_000, 0), (3_000, 0), (1_000, 0)]
    m = Machine(
        [(100 * (i + 1), *size) for i, size in enumerate(sizes)],
        {STREAM_CLASS: [LOW, LOW, HIGH, LOW, HIGH, LOW]},
        queue__discipline=discipline,
        job__high_priority_ratio=0.5,
    ).to(100_000)
    assert m.numbers() == order
    # one after the other, without a pause
    clock = 100
    for job in m.jobs:
        assert job.taken_ns == clock
        clock += sum(sizes[job.number])
        assert job.left_ns == clock


def test_nothing_is_taken_from_a_worker_for_a_better_job() -> None:
    # A short and urgent job waits until the long one has ended.
    for discipline in ("sjf", "priority", "lifo"):
        m = Machine(
            [(0, 50_000), (10, 1)],
            {STREAM_CLASS: [LOW, HIGH]},
            queue__discipline=discipline,
            job__high_priority_ratio=0.5,
        ).to(100_000)
        assert m.column("left_ns") == [50_000, 50_001]


def test_the_order_changes_under_the_jobs_that_wait() -> None:
    # #0 until 10000. Sizes of #1 to #9 in thousands: 8 3 6 1 7 2 5 4 9; urgent: #5 and #7.
    # fifo           10000 takes #1, until 18000
    # 12000 lifo     18000 takes #9, until 27000
    # 20000 sjf      27000 takes #4 (1), 28000 takes #6 (2), until 30000
    # 29000 fifo     30000 takes #2 (the oldest left), until 33000
    # 31000 priority 33000 takes #5 (urgent), until 40000; takes #7, until 45000
    # 41000 lifo     45000 takes #8 (the newest left), until 49000
    # 46000 sjf      49000 takes #3, the last, until 55000
    sizes = [10, 8, 3, 6, 1, 7, 2, 5, 4, 9]
    m = Machine(
        [(10 * i, 1_000 * size) for i, size in enumerate(sizes)],
        {STREAM_CLASS: [LOW, LOW, LOW, LOW, LOW, HIGH, LOW, HIGH, LOW, LOW]},
        job__high_priority_ratio=0.5,
    )
    for time, discipline in (
        (12_000, "lifo"),
        (20_000, "sjf"),
        (29_000, "fifo"),
        (31_000, "priority"),
        (41_000, "lifo"),
        (46_000, "sjf"),
    ):
        m.to(time).edit(queue__discipline=discipline)
    m.to(100_000)
    assert m.numbers() == [0, 1, 9, 4, 6, 2, 5, 7, 8, 3]
    assert m.column("left_ns") == [
        10_000,
        18_000,
        33_000,
        55_000,
        28_000,
        40_000,
        30_000,
        45_000,
        49_000,
        27_000,
    ]


def test_a_change_of_order_is_a_change_of_nothing_else() -> None:
    # There and back within one instant, through every pair of orders.
    names = ("fifo", "lifo", "sjf", "priority", "fifo")
    requests = [(10 * i, 1_000 + (i * 7) % 5) for i in range(12)]
    m = Machine(requests, job__high_priority_ratio=0.5).to(500)
    for first in names:
        for second in names:
            m.edit(queue__discipline=first).edit(queue__discipline=second)
    m.edit(queue__discipline="fifo").to(100_000)
    assert m.numbers() == list(range(12))
    assert m.sample()["queue_area_ns"] == m.sample()["queue_wait_sum_ns"]


def test_jobs_that_came_while_the_class_did_not_matter_have_one_all_the_same() -> None:
    # Everywhere a job can be when the order becomes priority: #1 and #2 in the queue (capacity 2), #3 in the
    # hands of the blocked I/O thread, #4 on the card.
    requests = [(0, 1_000), (10, 1_000), (20, 1_000), (30, 1_000), (40, 1_000)]
    m = Machine(
        requests,
        {STREAM_CLASS: [LOW, LOW, HIGH, HIGH, HIGH]},
        queue__capacity=2,
        queue__overflow="block",
        job__high_priority_ratio=0.5,
    )
    m.to(500).edit(queue__discipline="priority").to(10_000)
    # 1000 takes #2; #3 is put. 2000 takes #3; #4 is put. 3000 takes #4; 4000 takes #1.
    assert m.numbers() == [0, 2, 3, 4, 1]
    assert m.column("class_") == [1, 1, 0, 0, 0]
    assert (m.sample()["high_completed"], m.sample()["low_completed"]) == (3, 2)
    assert m.sample()["high_queue_wait_sum_ns"] == 980 + 1_000 + 1_000


def test_the_class_of_a_packet_is_its_own_whenever_the_order_changed() -> None:
    # The same traffic under priority from the start, and from 200 on: the same classes from then on.
    requests = [(20 * i, 1_000) for i in range(30)]
    settings = {"job__high_priority_ratio": 0.3}
    always = Machine(requests, queue__discipline="priority", **settings).to(100_000)
    late = Machine(requests, **settings).to(200).edit(queue__discipline="priority").to(100_000)
    assert late.numbers() == always.numbers()
    assert late.column("class_")[1:] == always.column("class_")[1:]


def test_shortest_first_follows_the_means() -> None:
    # Sizes in force: CPU units x 1000 + call units x 1000. #1: 1 + 4 = 5, #2: 3 + 1 = 4, #3: 2.5 + 2 = 4.5.
    # At 5000 the mean CPU time becomes 4000: #1: 4 + 4 = 8, #2: 12 + 1 = 13, #3: 10 + 2 = 12.
    tapes = {STREAM_CPU: [10, 1, 3, 2.5], STREAM_CALL: [0.0, 4, 1, 2]}
    settings = {
        "queue__discipline": "sjf",
        "job__cpu__mean_ns": 1_000,
        "job__call__mean_ns": 1_000,
        "job__cpu__distribution": "exponential",
        "job__call__distribution": "exponential",
    }
    requests = [(0,), (10,), (20,), (30,)]
    assert Machine(requests, tapes, **settings).to(100_000).numbers() == [0, 2, 3, 1]
    m = Machine(requests, tapes, **settings).to(5_000).edit(job__cpu__mean_ns=4_000).to(100_000)
    assert m.numbers() == [0, 1, 3, 2]
    # The run under way keeps its length; those that wait are scaled by the new mean.
    assert [job.left_ns for job in m.jobs] == [10_000, 18_000, 30_000, 43_000]


def test_evicting_from_a_heap_keeps_its_order() -> None:
    # Capacity 6 with sizes 5 1 4 2 6 3 (puts in that order); each further job evicts the oldest.
    sizes = [50, 5, 1, 4, 2, 6, 3, 9, 8, 7]
    m = Machine(
        [(10 * i, 1_000 * size) for i, size in enumerate(sizes)],
        queue__capacity=6,
        queue__discipline="sjf",
        queue__overflow="drop_oldest",
    ).to(100_000)
    assert m.numbers("oldest") == [1, 2, 3]
    # left: #4 (2) #5 (6) #6 (3) #7 (9) #8 (8) #9 (7)
    assert m.numbers() == [0, 4, 6, 5, 9, 8, 7]
