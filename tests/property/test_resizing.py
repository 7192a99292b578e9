"""Pools that shrink and grow under load: no job is lost, and the size asked for is reached."""

from __future__ import annotations

import pytest

from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.audit import audit
from tests.support.ledger import check_jobs, check_little, check_samples
from tests.support.recording import Recording
from tests.support.strategies import Settings

SECOND_NS = 10**9
SHRINK_EVERY_NS = 2 * SECOND_NS

POOLS: dict[str, Settings] = {
    "pure": {"costs.profile": "pure", "cpu.cores": 0},
    "cores": {"cpu.cores": 8},
    "vm, fair lock": {"costs.profile": "vm", "cpu.cores": 3, "queue.fairness": "fair"},
    "block": {"queue.overflow": "block", "queue.capacity": 50, "cpu.cores": 8},
    "caller runs": {"queue.overflow": "caller_runs", "queue.capacity": 20, "cpu.cores": 8},
    "connections": {"job.call.connections": 20, "cpu.cores": 8},
    "closed": {"arrivals.process": "closed", "arrivals.users": 300, "arrivals.think_seconds": 0.05},
}


@pytest.mark.parametrize("settings", POOLS.values(), ids=POOLS.keys())
def test_64_workers_to_4_and_back_every_two_seconds_under_load_lose_nothing(settings: Settings) -> None:
    """model.md 2.14. The longest job takes 50 ms of its own time: waits for cores, the lock and connections
    come on top.
    """
    load: Settings = {
        "arrivals.rate_per_second": 3000.0,
        "queue.capacity": 60_000,
        "workers.count": 64,
        "job.cpu.distribution": "constant",
        "job.cpu.mean_seconds": 0.000_5,
        "job.call.distribution": "uniform",
        "job.call.mean_seconds": 0.02,
        "sample_interval_seconds": 0.01,
    }
    recording = Recording(Simulation(parse_configuration(load | settings)), jobs=True)
    simulation = recording.simulation
    before = 64
    for turn, wanted in enumerate((4, 64, 4, 64, 4, 64)):
        recording.advance((turn + 1) * SHRINK_EVERY_NS - SECOND_NS)
        simulation.edit({"workers.count": wanted})
        reached_after_ns = _settle(recording, wanted, before)
        assert reached_after_ns <= 0.6 * SECOND_NS
        before = wanted
    recording.advance(13 * SECOND_NS)
    simulation.edit({"workers.count": 64, "arrivals.process": "poisson", "arrivals.rate_per_second": 0.0})
    recording.advance(60 * SECOND_NS)
    last = recording.samples()[-1]
    assert int(last["in_flight"]) == 0
    assert int(last["completed_total"] + last["dropped_nic_total"]) == int(last["arrivals_total"])
    if "queue.overflow" not in settings:  # with the others the card overflows, before a thread has a job
        assert int(last["dropped_nic_total"]) == 0
    check_samples(recording)
    check_little(recording)
    check_jobs(recording)


def _settle(recording: Recording, wanted: int, before: int) -> int:
    """Watch the number of live workers until it is as wanted; returns how long that took, in ns."""
    simulation = recording.simulation
    started_ns = simulation.now_ns
    live = before
    while True:
        audit(simulation.world)
        now_live = int(simulation.world["threads"]["live"][1])
        assert now_live <= max(before, wanted)
        assert now_live <= live or wanted > before, "the pool grows while it should shrink"
        live = now_live
        if live == wanted or simulation.now_ns - started_ns > SECOND_NS:
            return simulation.now_ns - started_ns
        recording.advance(simulation.now_ns + 1_000_000)


def test_io_threads_from_16_to_1_and_back_lose_no_packet() -> None:
    settings: Settings = {"arrivals.rate_per_second": 20_000.0, "io.threads": 16, "nic.queues": 8}
    settings |= {"workers.count": 400, "cpu.cores": 0, "queue.capacity": 60_000}
    recording = Recording(Simulation(parse_configuration(settings)), jobs=True)
    for turn, wanted in enumerate((1, 16, 3, 16, 1, 2, 16)):
        recording.advance((turn + 1) * SECOND_NS // 10)
        recording.simulation.edit({"io.threads": wanted, "nic.queues": min(8, wanted)})
        recording.advance(recording.simulation.now_ns + SECOND_NS // 100)
        audit(recording.simulation.world)
        assert int(recording.simulation.world["threads"]["live"][0]) == wanted
    recording.advance(SECOND_NS)
    last = recording.samples()[-1]
    assert int(last["dropped_nic_total"]) == 0
    check_samples(recording)
    check_little(recording)
    check_jobs(recording)
