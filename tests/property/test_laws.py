"""Laws that hold for every configuration, with edits by hand at any instant: nothing is lost or invented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ConfigurationError
from simulator.kernel import codes
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.audit import audit
from tests.support.ledger import check_jobs, check_lifetimes, check_little, check_samples
from tests.support.recording import Recording
from tests.support.strategies import MILLISECOND_NS, Edit, Settings, configurations, edits

HORIZON_NS = 40 * MILLISECOND_NS
MOST_EVENTS = 6_000  # of a part between two edits: where it is longer, the edit comes earlier


def parts(recording: Recording, script: list[Edit], horizon_ns: int) -> Iterator[None]:
    """Run up to each edit and to the horizon; the edits that the schema refuses are left out."""
    simulation = recording.simulation
    for edit in script:
        recording.advance(max(edit.at_ns, simulation.now_ns), MOST_EVENTS)
        yield
        try:
            simulation.edit(edit.changes)
        except ConfigurationError:
            continue
        yield
    recording.advance(max(horizon_ns, simulation.now_ns), MOST_EVENTS)
    yield


def next_due_ns(world: Any) -> int:
    """When something happens next."""
    arrivals, calendar = world["arrivals"], world["calendar"]
    pending = [int(calendar["events"][0]["time_ns"])] if calendar["count"] > 0 else []
    return min(int(arrivals["next_ns"]), int(arrivals["next_phase_ns"]), *pending)


@given(configurations(), edits(HORIZON_NS))
def test_nothing_is_lost_and_every_nanosecond_is_booked_once(settings: Settings, script: list[Edit]) -> None:
    recording = Recording(Simulation(parse_configuration(settings)), jobs=True)
    for _ in parts(recording, script, HORIZON_NS):
        audit(recording.simulation.world)
        check_samples(recording)
        check_little(recording)
    check_jobs(recording)


@given(configurations(), edits(4 * MILLISECOND_NS), st.integers(20, 300))
def test_after_every_single_event_the_world_is_in_order_and_nobody_sleeps_beside_work(
    settings: Settings, script: list[Edit], most_events: int
) -> None:
    recording = Recording(Simulation(parse_configuration(settings)))
    simulation = recording.simulation
    living_ns = dict.fromkeys(codes.THREAD_KIND_NAMES, 0)

    def step(until_ns: int) -> bool:
        recording.advance(simulation.now_ns, 0)  # threads that an edit set going take their steps now
        before_ns, live = simulation.now_ns, simulation.world["threads"]["live"].tolist()
        due_ns = next_due_ns(simulation.world)
        recording.advance(min(until_ns, due_ns), 1)
        for kind, count in zip(codes.THREAD_KIND_NAMES, live, strict=True):
            living_ns[kind] += count * (simulation.now_ns - before_ns)
        audit(simulation.world)
        return due_ns <= until_ns

    def go_to(until_ns: int) -> None:
        for _ in range(most_events):
            if not step(max(until_ns, simulation.now_ns)):
                break

    audit(simulation.world)
    for edit in script:
        go_to(edit.at_ns)
        try:
            simulation.edit(edit.changes)
        except ConfigurationError:
            continue
        audit(simulation.world)
    go_to(4 * MILLISECOND_NS)
    check_samples(recording)
    check_lifetimes(recording, living_ns)
