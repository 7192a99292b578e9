"""How a run is cut into calls, and who looks at it meanwhile, leaves no trace: equal Worlds, byte for byte.

The reference run of each test goes from edit to edit in one call. The other is cut by time and by number of
events, drained late or at every turn, its open interval read, copies of it made and gone on with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from simulator.errors import ConfigurationError
from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.recording import Recording, without_places
from tests.support.strategies import MILLISECOND_NS, Edit, Settings, configurations, edits
from tests.support.worlds import assert_same_world

HORIZON_NS = 30 * MILLISECOND_NS
LATE_NS = 45 * MILLISECOND_NS


@dataclass(frozen=True)
class Cut:
    """One call of `advance`: how far at most, and what is done after it."""

    length_ns: int
    events: int
    drain: bool
    look: str


CUTS = st.lists(
    st.builds(
        Cut,
        length_ns=st.sampled_from([0, 1, 7_919, 1_000_000, 5_000_000, HORIZON_NS]),
        events=st.sampled_from([1, 3, 50, 1_000_000, 0]),
        drain=st.booleans(),
        look=st.sampled_from(["", "", "open interval", "copy", "go on with a copy"]),
    ),
    min_size=1,
    max_size=25,
)


def edited(simulation: Simulation, edit: Edit) -> None:
    """Make an edit unless the schema refuses it."""
    try:
        simulation.edit(edit.changes)
    except ConfigurationError:
        return


def run(settings: Settings, script: Iterable[Edit], reach: Callable[[Recording, int], None]) -> Recording:
    """A run with edits at exact instants; `reach` gets it to an instant, in whatever way."""
    recording = Recording(Simulation(parse_configuration(settings)))
    for edit in script:
        reach(recording, edit.at_ns)
        edited(recording.simulation, edit)
    reach(recording, HORIZON_NS)
    return recording


def in_one_call(recording: Recording, until_ns: int) -> None:
    """The reference."""
    recording.advance(until_ns)


class InPieces:
    """Reaches an instant in the given cuts, over and over again."""

    def __init__(self, cuts: list[Cut]) -> None:
        self.cuts = cuts
        self.place = 0

    def __call__(self, recording: Recording, until_ns: int) -> None:
        used = 0
        while recording.simulation.now_ns < until_ns and used < 40:
            cut = self.cuts[self.place % len(self.cuts)]
            self.place += 1
            used += 1
            to_ns = min(until_ns, recording.simulation.now_ns + cut.length_ns)
            recording.advance(to_ns, cut.events, read=cut.drain)
            self._look(recording, cut.look)
        recording.advance(until_ns)

    def _look(self, recording: Recording, look: str) -> None:
        if look == "open interval":
            recording.simulation.open_interval()
        elif look:
            recording.read()  # a copy does not take over what waits in the outbox
            other = recording.simulation.copy()
            if look == "go on with a copy":
                recording.simulation, other = other, recording.simulation
            other.advance(other.now_ns + 2_000_000)  # and the one left behind must not matter


@given(configurations(), edits(HORIZON_NS, most=3), CUTS)
def test_cutting_and_looking_change_nothing(settings: Settings, script: list[Edit], cuts: list[Cut]) -> None:
    whole = run(settings, script, in_one_call)
    pieces = run(settings, script, InPieces(cuts))
    assert_same_world(whole.simulation, pieces.simulation)
    assert (without_places(whole.samples()) == without_places(pieces.samples())).all()
    for kind in ("response", "wait"):
        assert whole.histograms(kind) == pieces.histograms(kind)


@given(configurations(), edits(HORIZON_NS, most=3))
def test_the_same_seed_gives_the_same_bytes_and_a_copy_goes_on_to_them(
    settings: Settings, script: list[Edit]
) -> None:
    first = run(settings, script, in_one_call)
    copied = first.simulation.copy()
    first.simulation.advance(LATE_NS, 20_000)
    copied.advance(LATE_NS, 20_000)
    assert_same_world(first.simulation, copied)
    second = run(settings, script, in_one_call)
    second.simulation.advance(LATE_NS, 20_000)
    assert_same_world(first.simulation, second.simulation)


@given(configurations(), edits(HORIZON_NS, most=3))
def test_the_job_log_changes_nothing_but_the_outbox(settings: Settings, script: list[Edit]) -> None:
    silent = run(settings, script, in_one_call)
    logged = Recording(Simulation(parse_configuration(settings)), jobs=True)
    for edit in script:
        logged.advance(edit.at_ns)
        edited(logged.simulation, edit)
    logged.advance(HORIZON_NS)
    assert_same_world(silent.simulation, logged.simulation)


def test_a_different_seed_gives_different_traffic() -> None:
    counts = set()
    for seed in range(8):
        simulation = Simulation(parse_configuration({"seed": seed}))
        simulation.advance(10**9)
        counts.add(int(simulation.world["arrivals"]["next_ns"]))
    assert len(counts) == 8


def test_the_traffic_does_not_depend_on_the_server() -> None:
    """Two servers with one seed face the same packets at the same instants with the same demands."""
    logs: list[dict[int, tuple[int, int]]] = []
    for settings in ({"workers.count": 900}, {"workers.count": 999, "io.threads": 5}):
        pure: Settings = {"seed": 5, "costs.profile": "pure", "cpu.cores": 0}
        recording = Recording(Simulation(parse_configuration(pure | settings)), jobs=True)
        recording.advance(5 * 10**9)
        logs.append(
            {
                int(job["number"]): (int(job["arrived_ns"]), int(job["left_ns"] - job["taken_ns"]))
                for job in recording.jobs()
            }
        )
    assert len(logs[0]) > 2000
    assert logs[0] == logs[1]
    few = {"seed": 5, "workers.count": 2, "queue.discipline": "lifo", "nic.queues": 3}
    recording = Recording(Simulation(parse_configuration(few)), jobs=True)
    recording.advance(5 * 10**9)
    both = [job for job in recording.jobs() if int(job["number"]) in logs[0]]
    assert len(both) > 500
    assert all(int(job["arrived_ns"]) == logs[0][int(job["number"])][0] for job in both)
