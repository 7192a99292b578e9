"""Hand-computed schedules of the whole pipeline: every nanosecond is written down before the run.

Arrivals and demands come from a recorded trace, so nothing is drawn. Overheads are zero unless a test sets
one.
"""

from __future__ import annotations

from typing import Any

from simulator.kernel.codes import DROP_NIC, DROP_OLDEST, DROP_QUEUE, END_COMPLETED
from simulator.kernel.samples import JOB_LOG_COLUMNS
from simulator.model import parse_configuration
from simulator.model.simulation import Simulation

MS = 1_000_000


def ended(rows: list[list[float]], **settings: Any) -> dict[int, dict[str, int]]:
    """The job log of a trace by packet number, rows being [arrival, cpu, call] in seconds."""
    configuration = parse_configuration(
        {
            "costs.profile": "pure",
            "cpu.cores": 0,
            "arrivals.process": "trace",
            "arrivals.trace": rows,
            "workers.count": 1,
            "io.threads": 1,
            **{key.replace("__", "."): value for key, value in settings.items()},
        }
    )
    simulation = Simulation(configuration)
    simulation.log_jobs()
    simulation.advance(1_000 * MS)
    log = simulation.drain_jobs()
    return {int(line[0]): dict(zip(JOB_LOG_COLUMNS, map(int, line), strict=True)) for line in log}


def test_two_jobs_wait_for_one_worker() -> None:
    # t = 1 ms: job 0 is taken at once, 2 ms on a core, 3 ms of call, reply at 6 ms.
    # t = 2 ms: job 1 waits until 6 ms, then 1 + 1 ms: reply at 8 ms.
    log = ended([[0.001, 0.002, 0.003], [0.002, 0.001, 0.001]])
    assert [log[0][key] for key in ("put_ns", "taken_ns", "left_ns")] == [1 * MS, 1 * MS, 6 * MS]
    assert [log[1][key] for key in ("put_ns", "taken_ns", "left_ns")] == [2 * MS, 6 * MS, 8 * MS]


def test_the_io_thread_takes_its_time_per_wakeup_and_per_packet() -> None:
    # Woken at 1 ms + 5 us; epoll_wait costs 2 us; each packet 20 us, one after the other; both were ready.
    log = ended(
        [[0.001, 0.0, 0.0], [0.001, 0.0, 0.0]],
        io__cpu_per_request_seconds=20e-6,
        io__cpu_per_wakeup_seconds=2e-6,
        costs__wake_latency_seconds=5e-6,
    )
    assert log[0]["read_ns"] == 1 * MS + 7_000
    assert log[0]["put_ns"] == 1 * MS + 27_000
    assert log[1]["read_ns"] == 1 * MS + 27_000
    assert log[1]["put_ns"] == 1 * MS + 47_000
    # The worker sleeps until 5 us after the put that woke it, serves job 0 in no time, and parks again.
    assert log[0]["taken_ns"] == 1 * MS + 32_000
    assert log[1]["taken_ns"] == 1 * MS + 52_000


def test_a_full_queue_rejects_the_newest() -> None:
    # One in service, one waits, no room for the third.
    log = ended([[0.001, 0.01, 0.0]] * 3, queue__capacity=1)
    assert [log[n]["end"] for n in range(3)] == [END_COMPLETED, END_COMPLETED, DROP_QUEUE]


def test_a_full_queue_drops_the_oldest() -> None:
    log = ended(
        [[0.001, 0.01, 0.0], [0.002, 0.01, 0.0], [0.003, 0.01, 0.0]],
        queue__capacity=1,
        queue__overflow="drop_oldest",
    )
    assert [log[n]["end"] for n in range(3)] == [END_COMPLETED, DROP_OLDEST, END_COMPLETED]
    assert log[1]["left_ns"] == 3 * MS
    assert log[2]["left_ns"] == 21 * MS


def test_back_pressure_travels_to_the_card() -> None:
    # Job 0 is served until 11 ms, job 1 waits in the queue, the I/O thread holds job 2 and waits for room;
    # packets 3 and 4 fill the ring of two, packet 5 is dropped by the card.
    rows = [[0.001 + 0.001 * n, 0.01, 0.0] for n in range(6)]
    log = ended(rows, queue__capacity=1, queue__overflow="block", nic__ring_slots=2)
    assert log[5]["end"] == DROP_NIC
    assert log[5]["left_ns"] == 6 * MS
    assert [log[n]["end"] for n in range(5)] == [END_COMPLETED] * 5
    # Job 2 gets its place at 11 ms, when job 1 is taken; job 3 at 21 ms.
    assert log[2]["put_ns"] == 11 * MS
    assert log[3]["put_ns"] == 21 * MS
    assert [log[n]["left_ns"] for n in range(5)] == [11 * MS, 21 * MS, 31 * MS, 41 * MS, 51 * MS]


def test_the_caller_runs_what_does_not_fit() -> None:
    # Job 2 finds the queue full at 3 ms: the I/O thread serves it until 13 ms; packet 3 waits on the card.
    rows = [[0.001, 0.01, 0.0], [0.002, 0.01, 0.0], [0.003, 0.01, 0.0], [0.004, 0.01, 0.0]]
    log = ended(rows, queue__capacity=1, queue__overflow="caller_runs")
    assert log[2]["put_ns"] == -1
    assert log[2]["left_ns"] == 13 * MS
    assert log[3]["read_ns"] == 13 * MS
    assert log[3]["left_ns"] == 31 * MS


def test_disciplines_choose_who_is_next() -> None:
    # Job 0 is in service until 11 ms; 1, 2 and 3 wait, with 3, 1 and 2 ms of work.
    rows = [[0.001, 0.01, 0.0], [0.002, 0.003, 0.0], [0.003, 0.001, 0.0], [0.004, 0.002, 0.0]]
    order = {}
    for discipline in ("fifo", "lifo", "sjf"):
        log = ended(rows, queue__discipline=discipline)
        order[discipline] = sorted((1, 2, 3), key=lambda n: log[n]["taken_ns"])
    assert order == {"fifo": [1, 2, 3], "lifo": [3, 2, 1], "sjf": [2, 3, 1]}


def test_turns_on_one_core_alternate_and_switches_cost() -> None:
    # One core, quantum 2 ms, switch 0.1 ms; the I/O thread costs no CPU time but stands on the core for an
    # instant. Two workers, both jobs at 1 ms with 3 ms of work each.
    log = ended(
        [[0.001, 0.003, 0.0], [0.001, 0.003, 0.0]],
        workers__count=2,
        cpu__cores=1,
        cpu__quantum_seconds=0.002,
        cpu__context_switch_seconds=0.0001,
    )
    # I/O on at 1.1; first worker 1.2 to 3.2; second 3.3 to 5.3; first 5.4 to 6.4; second 6.5 to 7.5.
    assert sorted(line["left_ns"] for line in log.values()) == [6_400_000, 7_500_000]


def test_a_shrinking_pool_finishes_what_it_has() -> None:
    rows = [[0.001, 0.01, 0.0], [0.001, 0.02, 0.0], [0.001, 0.01, 0.0]]
    configuration = parse_configuration(
        {
            "costs.profile": "pure",
            "cpu.cores": 0,
            "arrivals.process": "trace",
            "arrivals.trace": rows,
            "workers.count": 2,
        }
    )
    simulation = Simulation(configuration)
    simulation.log_jobs()
    simulation.advance(5 * MS)
    simulation.edit({"workers.count": 1})
    assert simulation.world["threads"]["live"][1] == 2
    assert simulation.world["threads"]["draining"][1] == 1
    simulation.advance(100 * MS)
    assert simulation.world["threads"]["live"][1] == 1
    left = sorted(int(line[5]) for line in simulation.drain_jobs())
    # The worker woken first, the last to park, has the short job; it is the one marked, and ends at 11 ms.
    # The other serves until 21 ms, and then the third job.
    assert left == [11 * MS, 21 * MS, 31 * MS]
