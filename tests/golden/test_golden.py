"""Golden runs: a few configurations whose every figure, and every byte of the World at the end, is on record.

They change only when the simulation does, and then on purpose: `pytest tests/golden --update-golden` writes
the new figures, and the diff of golden.json shows what a change of the kernel did to them. If only the
hashes of the Worlds change, the figures are what they were: a field was added or moved.

What a run depends on beside the sources is its random draws. NumPy may change its generators' methods
between versions, and computes exp and log in vector instructions whose last digit depends on the processor.
So each run records hashes of its tapes too. Where these differ for such a reason the run cannot be
compared, and is left out with that reason; cases that use neither exp nor log are named first.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.kernel import codes
from simulator.kernel.limits import TAPE_CHUNK
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from simulator.model.tape_source import TapeSource
from tests.support.recording import Recording, total
from tests.support.strategies import Settings
from tests.support.worlds import world_digest

STORE = Path(__file__).with_name("golden.json")
SECOND_NS = 10**9

Script = list[tuple[float, Settings]]
CASES: dict[str, tuple[Settings, Script, float]] = {
    "defaults": ({}, [], 20.0),
    "workers halved": (
        {"arrivals.rate_per_second": 700.0},
        [(5.0, {"workers.count": 4}), (15.0, {"workers.count": 8})],
        30.0,
    ),
    "bursts against back-pressure on two cores": (
        {
            "seed": 2,
            "cpu.cores": 2,
            "cpu.quantum_seconds": 0.0005,
            "arrivals.process": "bursty",
            "queue.overflow": "block",
            "queue.capacity": 20,
            "nic.ring_slots": 32,
            "nic.queues": 2,
        },
        [],
        20.0,
    ),
    "spikes, newest first, oldest dropped, on the VM": (
        {
            "seed": 3,
            "costs.profile": "vm",
            "arrivals.process": "spike",
            "arrivals.spike_start_seconds": 1.0,
            "arrivals.spike_seconds": 0.5,
            "arrivals.spike_every_seconds": 3.0,
            "queue.discipline": "lifo",
            "queue.overflow": "drop_oldest",
            "queue.capacity": 50,
            "job.call.distribution": "bimodal",
        },
        [],
        20.0,
    ),
    "users, shortest first, few connections, a fair lock": (
        {
            "seed": 4,
            "arrivals.process": "closed",
            "arrivals.users": 300,
            "arrivals.think_seconds": 0.3,
            "queue.discipline": "sjf",
            "queue.fairness": "fair",
            "queue.hold_seconds": 0.0001,
            "job.call.connections": 6,
            "job.cpu.distribution": "uniform",
        },
        [(8.0, {"arrivals.users": 50}), (12.0, {"job.call.connections": 0})],
        20.0,
    ),
    "every core and every pool resized": (
        {"seed": 5, "arrivals.rate_per_second": 2500.0, "workers.count": 40},
        [
            (1.0, {"cpu.cores": 0}),
            (2.0, {"cpu.cores": 1, "workers.count": 5}),
            (3.0, {"cpu.cores": 6, "io.threads": 5, "nic.queues": 4}),
            (4.0, {"workers.count": 64, "io.threads": 1, "nic.queues": 1}),
            (5.0, {"queue.discipline": "priority", "queue.overflow": "reject", "queue.capacity": 5}),
        ],
        8.0,
    ),
    "a wave, priorities, jobs on I/O threads, heavy tails": (
        {
            "seed": 6,
            "arrivals.process": "sine",
            "arrivals.rate_per_second": 900.0,
            "arrivals.period_seconds": 4.0,
            "queue.discipline": "priority",
            "queue.overflow": "caller_runs",
            "queue.capacity": 30,
            "job.cpu.distribution": "lognormal",
            "job.call.distribution": "pareto",
        },
        [(10.0, {"job.cpu.distribution": "erlang", "job.call.distribution": "hyperexponential"})],
        20.0,
    ),
}
SUMS = (
    *("arrivals", "completed", *(f"dropped_{reason}" for reason in codes.DROP_NAMES), "context_switches"),
    *("wakeups", "spurious_wakeups", "lock_waits", "receives", "received", "calls", "queued"),
    *("response_sum_ns", "nic_wait_sum_ns", "io_sum_ns", "queue_wait_sum_ns", "service_sum_ns"),
    *("sojourn_sum_ns", "connection_wait_sum_ns", "system_area_ns", "queue_area_ns", "ring_area_ns"),
    *("lock_held_ns", "cores_busy_ns", "cores_switching_ns", "cores_ns"),
    *(f"{kind}_{state}_ns" for kind in codes.THREAD_KIND_NAMES for state in codes.STATE_NAMES),
)
LARGEST = ("response_max_ns", "queue_wait_max_ns", "queue_max", "ring_max")


def played(settings: Settings, script: Script, until_seconds: float) -> dict[str, Any]:
    """Everything on record about a run."""
    simulation = Simulation(parse_configuration(settings))
    recording = Recording(simulation)
    tapes = [simulation.source]
    for at_seconds, changes in script:
        recording.advance(round(at_seconds * SECOND_NS))
        simulation.edit(changes)
        tapes.append(simulation.source)
    recording.advance(round(until_seconds * SECOND_NS))
    samples = recording.samples(with_open=True)
    figures = {"events": simulation.events, "in_flight": int(samples["in_flight"][-1])}
    figures |= {name: total(samples, name) for name in SUMS}
    figures |= {name: int(samples[name].max()) for name in LARGEST}
    return {"tapes": _tapes(tapes), "figures": figures, "world": world_digest(simulation)}


def _tapes(sources: list[TapeSource]) -> dict[str, str]:
    """Hashes of the first part of every tape, as it is and rounded to single precision."""
    exact, rounded = hashlib.sha256(), hashlib.sha256()
    values = np.empty(TAPE_CHUNK)
    for source in sources:
        for stream in range(codes.STREAMS):
            source.fill(stream, 0, values)
            exact.update(values.astype("<f8").tobytes())
            rounded.update(values.astype("<f4").tobytes())
    return {"exact": exact.hexdigest(), "rounded": rounded.hexdigest()}


@cache
def _record() -> dict[str, Any]:
    record: dict[str, Any] = json.loads(STORE.read_text()) if STORE.exists() else {"cases": {}}
    return record


def _update(name: str, outcome: dict[str, Any]) -> None:
    record = _record()
    record["numpy"] = np.__version__
    record["cases"][name] = outcome
    record["cases"] = {each: record["cases"][each] for each in CASES if each in record["cases"]}
    STORE.write_text(json.dumps(record, indent=1) + "\n")


@pytest.mark.parametrize("name", CASES)
def test_golden_run(name: str, pytestconfig: pytest.Config) -> None:
    outcome = played(*CASES[name])
    if pytestconfig.getoption("--update-golden"):
        _update(name, outcome)
        return
    expected = _record()["cases"][name]
    made_with = _record()["numpy"]
    if outcome["tapes"]["rounded"] != expected["tapes"]["rounded"]:
        if np.__version__ != made_with:
            pytest.skip(f"numpy {np.__version__} draws other values than {made_with}, which made the record")
        pytest.fail("the tapes carry other values: a law, the seeding or the parameters changed")
    if outcome["tapes"]["exact"] != expected["tapes"]["exact"]:
        pytest.skip("this processor computes exp or log with another last digit: the run is not comparable")
    changed = {
        figure: f"{value} -> {outcome['figures'].get(figure)}"
        for figure, value in expected["figures"].items()
        if outcome["figures"].get(figure) != value
    }
    assert not changed, "if this is meant: pytest tests/golden --update-golden"
    assert outcome["figures"].keys() == expected["figures"].keys()
    assert outcome["world"] == expected["world"], (
        "all figures are as recorded, but the bytes of the World are not: its layout, or what it keeps "
        "besides, changed; if this is meant: pytest tests/golden --update-golden"
    )
