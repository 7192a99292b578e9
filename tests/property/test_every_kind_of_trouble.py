"""The random configurations reach what they are made for: each kind of loss and of waiting, each policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, find, settings

from simulator.kernel import codes
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.recording import Recording, total
from tests.support.strategies import Settings, configurations

SEARCH = settings(
    max_examples=2000,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
NOT_YET = {"spinning", "sleeping", "waiting_future", "stopped"}
STATES = [state for state in codes.STATE_NAMES if state not in NOT_YET and state != "starting"]
COLUMNS = [
    *(f"dropped_{reason}" for reason in codes.DROP_NAMES),
    *(f"workers_{state}_ns" for state in STATES if state != "waiting_space"),
    *(f"io_threads_{state}_ns" for state in STATES),
    "spurious_wakeups",
    "lock_waits",
    "context_switches",
    "cores_switching_ns",
    "connection_wait_sum_ns",
]


@pytest.mark.parametrize("column", COLUMNS)
def test_the_random_configurations_lead_to(column: str) -> None:
    find(
        configurations(), _leads_to(lambda recording: total(recording.samples(), column) > 0), settings=SEARCH
    )


def test_the_random_configurations_lead_to_jobs_on_io_threads() -> None:
    find(
        configurations(),
        _leads_to(
            lambda r: total(r.samples(), "completed") > total(r.samples(), "queued") + 5,
        ),
        settings=SEARCH,
    )


def _leads_to(condition: Callable[[Recording], bool]) -> Callable[[Settings], bool]:
    def holds(given: Settings) -> bool:
        recording = Recording(Simulation(parse_configuration(given)))
        recording.advance(20_000_000, 3_000)
        return condition(recording)

    return holds
