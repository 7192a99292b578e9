"""The kernel as plain Python and the kernel compiled end in the same World, sample and job, byte for byte.

So what is read in the sources, or stepped through in a debugger, is what runs.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from tests.support.strategies import MILLISECOND_NS, Edit, Settings, configurations, edits
from tests.support.worlds import differing_fields, world_bytes, world_from
from tests.twin.conftest import TwinProcess
from tests.twin.twin_process import Play, played

SECOND_NS = 10**9
HORIZON_NS = 15 * MILLISECOND_NS
PURE: Settings = {"costs.profile": "pure", "cpu.cores": 0}

CASES: dict[str, Play] = {
    "defaults": {"settings": {}, "script": [], "until_ns": SECOND_NS},
    "overload, one core, short quantum": {
        "settings": {"cpu.cores": 1, "cpu.quantum_seconds": 0.0001, "arrivals.rate_per_second": 2000.0},
        "script": [],
        "until_ns": SECOND_NS // 2,
    },
    "two chunks of every tape": {
        "settings": {
            **PURE,
            "arrivals.rate_per_second": 50_000.0,
            "job.call.distribution": "lognormal",
            "job.call.mean_seconds": 0.0001,
            "job.cpu.mean_seconds": 0.00001,
            "io.cpu_distribution": "exponential",
            "io.cpu_per_request_seconds": 1e-6,
            "queue.discipline": "priority",
            "nic.queues": 4,
        },
        "script": [],
        "until_ns": 4 * SECOND_NS // 10,
    },
    "users": {
        "settings": {"arrivals.process": "closed", "arrivals.users": 500, "arrivals.think_seconds": 0.2},
        "script": [[SECOND_NS // 4, {"arrivals.users": 50}], [SECOND_NS // 2, {"arrivals.users": 700}]],
        "until_ns": SECOND_NS,
    },
    "every edit that moves threads": {
        "settings": {"arrivals.rate_per_second": 3000.0, "queue.capacity": 30, "queue.overflow": "block"},
        "script": [
            [50_000_000, {"workers.count": 2}],
            [100_000_000, {"workers.count": 40, "cpu.cores": 2}],
            [150_000_000, {"cpu.cores": 0, "io.threads": 6, "nic.queues": 3}],
            [200_000_000, {"queue.discipline": "sjf", "queue.overflow": "drop_oldest"}],
            [250_000_000, {"queue.discipline": "lifo", "cpu.cores": 6, "io.threads": 1}],
            [300_000_000, {"arrivals.process": "sine", "arrivals.period_seconds": 0.05}],
            [350_000_000, {"job.call.connections": 2, "queue.fairness": "fair"}],
            [400_000_000, {"arrivals.process": "bursty", "sample_interval_seconds": 0.003}],
        ],
        "until_ns": SECOND_NS // 2,
    },
}


def assert_twins(play: Play, twin_process: TwinProcess) -> None:
    """Play a run on both kernels, and compare all that comes out."""
    recording, outcome = played(play)
    twin_outcome, content = twin_process.play(play)
    if world_bytes(recording.simulation) != content:
        fields = differing_fields(recording.simulation.world, world_from(content))
        raise AssertionError("compiled != twin:\n" + "\n".join(fields))
    assert outcome == twin_outcome


@pytest.mark.parametrize("play", CASES.values(), ids=CASES.keys())
def test_the_twin_ends_in_the_same_world(play: Play, twin_process: TwinProcess) -> None:
    assert_twins({"events": 10**6, **play}, twin_process)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(given_settings=configurations(), script=edits(HORIZON_NS, most=3))
def test_the_twin_follows_random_runs_with_edits(
    given_settings: Settings, script: list[Edit], twin_process: TwinProcess
) -> None:
    play: Play = {
        "settings": given_settings,
        "script": [[edit.at_ns, edit.changes] for edit in script],
        "until_ns": HORIZON_NS,
        "events": 1_500,
    }
    assert_twins(play, twin_process)
