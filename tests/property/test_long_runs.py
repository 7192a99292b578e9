"""A week of simulated time: nothing overflows, and the identities hold to the nanosecond.

The sum over all samples of the area under the number inside exceeds what 64 bits hold; each sample's does
not, and Python adds them up.
"""

from __future__ import annotations

import numpy as np
import pytest

from simulator.kernel.codes import NOBODY, STREAM_THINK
from simulator.kernel.limits import TAPE_CHUNK
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.audit import audit
from tests.support.ledger import check_jobs, check_little, check_samples
from tests.support.recording import Recording, total
from tests.support.strategies import Settings

SECOND_NS = 10**9
WEEK_NS = 7 * 24 * 3600 * SECOND_NS
INT64_MAX = 2**63 - 1

SLOW: dict[str, Settings] = {
    "poisson": {},
    "sine over a day": {
        "arrivals.process": "sine",
        "arrivals.period_seconds": 8640.0,
        "arrivals.amplitude_ratio": 1.0,
    },
    "bursty": {
        "arrivals.process": "bursty",
        "arrivals.burst_seconds": 600.0,
        "arrivals.calm_seconds": 3000.0,
    },
    "spikes": {"arrivals.process": "spike", "arrivals.spike_every_seconds": 9000.0},
    "users": {"arrivals.process": "closed", "arrivals.users": 3, "arrivals.think_seconds": 100.0},
    "few cores": {"cpu.cores": 1, "cpu.quantum_seconds": 10.0},
}


@pytest.mark.parametrize("settings", SLOW.values(), ids=SLOW.keys())
def test_a_slow_week_is_exact(settings: Settings) -> None:
    slow: Settings = {
        "arrivals.rate_per_second": 0.02,
        "job.cpu.mean_seconds": 30.0,
        "job.call.mean_seconds": 200.0,
        "workers.count": 6,
        "sample_interval_seconds": 3600.0,
    }
    recording = Recording(Simulation(parse_configuration(slow | settings)), jobs=True)
    recording.advance(WEEK_NS)
    assert recording.simulation.now_ns == WEEK_NS
    assert len(recording.samples()) == 7 * 24
    assert int(recording.samples()["completed_total"][-1]) > 5_000
    audit(recording.simulation.world)
    check_samples(recording)
    check_little(recording)
    check_jobs(recording)


def test_a_week_of_a_full_queue_and_a_full_ring_exceeds_64_bits_and_is_exact() -> None:
    """65,536 jobs and 8,192 packets wait a week; then all of the rest is done in a moment."""
    settings: Settings = {
        "costs.profile": "pure",
        "cpu.cores": 0,
        "arrivals.process": "spike",
        "arrivals.rate_per_second": 0.001,
        "arrivals.spike_ratio": 1000.0,
        "arrivals.spike_start_seconds": 0.0,
        "arrivals.spike_seconds": 10_000.0,
        "nic.ring_slots": 8192,
        "queue.capacity": 65_536,
        "queue.overflow": "block",
        "io.threads": 1,
        "workers.count": 1,
        "job.call.distribution": "constant",
        "job.call.mean_seconds": 9_999.0,
        "job.cpu.mean_seconds": 0.0,
        "sample_interval_seconds": 3600.0,
    }
    recording = Recording(Simulation(parse_configuration(settings)), jobs=True)
    recording.simulation.edit({"arrivals.rate_per_second": 1000.0, "arrivals.process": "poisson"})
    recording.advance(100 * SECOND_NS)
    recording.simulation.edit({"arrivals.rate_per_second": 0.0})
    recording.advance(WEEK_NS)
    world = recording.simulation.world
    assert int(world["queue"]["count"]) == 65_536
    assert int(world["nic"]["count"]) > 8_000
    assert total(recording.samples(), "system_area_ns") > 4 * INT64_MAX
    assert int(recording.samples()["system_area_ns"].max()) < INT64_MAX // 16
    check_samples(recording)
    check_little(recording)
    # Nearly 1e5 jobs of a week each make up 6e19 ns: done within one interval their sum would not fit, so
    # they are done over thirty.
    recording.simulation.edit({"job.call.mean_seconds": 1.0})
    recording.advance(recording.simulation.now_ns + 30 * 3600 * SECOND_NS)
    assert int(world["metrics"]["in_system"]) == 0
    check_samples(recording)
    check_little(recording)
    check_jobs(recording)


@pytest.mark.parametrize("at_once", [True, False])
def test_sixty_thousand_users_think_their_own_times(at_once: bool) -> None:
    """More users than parts of the tape of think times fit into memory, from the start or put in later."""
    settings: Settings = {
        "arrivals.process": "closed",
        "arrivals.users": 60_000 if at_once else 10,
        "arrivals.think_seconds": 100.0,
    }
    simulation = Simulation(parse_configuration(settings))
    if not at_once:
        simulation.edit({"arrivals.users": 60_000})
    draws = np.empty((4, TAPE_CHUNK))
    for chunk in range(4):
        simulation.source.fill(STREAM_THINK, chunk, draws[chunk])
    calendar = simulation.world["calendar"]
    due = calendar["events"][: int(calendar["count"])]
    due = due["time_ns"][due["who"] == NOBODY]
    assert sorted(due.tolist()) == sorted(np.floor(draws.ravel()[:60_000] * 100e9 + 0.5).astype(int).tolist())
