"""One simulation: a World with its tapes and outbox, advanced, read and edited from Python.

Knows no wall clock: pacing is the runs layer's. A Simulation is a pure function of its configuration, its
seed and its edits with their instants; it never matters how often `advance` or `drain` were called.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from simulator.errors import KernelError
from simulator.kernel import codes, engine
from simulator.kernel.samples import OUTBOX, SAMPLE
from simulator.kernel.snapshot import close_copy
from simulator.kernel.struct import allocate
from simulator.model import edits
from simulator.model.compiling import compile_in_parallel
from simulator.model.resolve import differences, resolve, with_changes
from simulator.model.schema import Configuration
from simulator.model.tape_source import TapeSource
from simulator.model.world_builder import blank_world, programs, whole_ns
from simulator.programs.program import Program

Reason = Literal["time", "events", "drain", "finished"]
_REASONS: dict[int, Reason] = {
    codes.REACHED_TIME: "time",
    codes.REACHED_EVENTS: "events",
    codes.NEED_DRAIN: "drain",
    codes.FINISHED: "finished",
}
FOREVER = 1 << 62


@dataclass(frozen=True)
class Progress:
    """Where `advance` stopped, how many events it took, and why it stopped."""

    reached_ns: int
    events: int
    reason: Reason


@dataclass(frozen=True)
class Change:
    """One setting that an edit changed."""

    parameter: str
    old_value: Any
    new_value: Any


@dataclass(frozen=True)
class SampleBlock:
    """Consecutive samples, with their histograms as (bucket, count) pairs.

    `samples`: structured array of kernel SAMPLE rows; `buckets`: uint32[n, 2]; a row's response pairs are
    `buckets[response_first : response_first + response_entries]`, its wait pairs likewise.
    """

    samples: npt.NDArray[Any]
    buckets: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.samples)


class Simulation:
    """A run of the virtual computer under one configuration.

    `world` and `outbox` are the kernel's records: read them between two calls of `advance`, never write them.
    """

    def __init__(self, configuration: Configuration, *, warmup_seconds: float = 0.0) -> None:
        """Set up at simulated time 0. Totals of the summary begin after `warmup_seconds`."""
        self.configuration = resolve(configuration)
        self.source = TapeSource(self.configuration)
        self._worlds, self._tapes = blank_world(self.configuration)
        self._outboxes = allocate(OUTBOX)
        self.world: Any = self._worlds[0]
        self.outbox: Any = self._outboxes[0]
        if warmup_seconds > 0:
            self.world["metrics"]["warmup_ns"] = whole_ns(warmup_seconds)
        edits.begin(self.world, self._tapes[0], self.configuration, self.source)

    @property
    def now_ns(self) -> int:
        """Simulated time, ns."""
        return int(self.world["now_ns"])

    @property
    def events(self) -> int:
        """Events processed since the start."""
        return int(self.world["events"])

    @property
    def programs(self) -> dict[str, Program]:
        """The program of each thread kind, by the kind's wire name."""
        return programs(self.configuration)

    def advance(self, until_ns: int, max_events: int = FOREVER) -> Progress:
        """Let simulated time pass, with the GIL released, until `until_ns` (inclusive) or for `max_events`
        events.

        "drain": the outbox is full; call `drain` and go on. "finished": nothing will ever happen again, and
        time is at `until_ns`. ValueError if `until_ns` is in the past.
        """
        if until_ns < self.now_ns:
            raise ValueError(f"time {until_ns} ns is in the past: it is {self.now_ns} ns")
        before = self.events
        while True:
            left = max_events - (self.events - before)
            status = engine.advance(self.world, self._tapes[0], self.outbox, until_ns, left)
            if status == codes.NEED_TAPE:
                tapes = self._tapes[0]
                edits.fill_tape(tapes, self.source, int(tapes["needed"]), int(tapes["needed_chunk"]))
            elif status in _REASONS:
                return Progress(self.now_ns, self.events - before, _REASONS[status])
            else:
                raise KernelError(f"the kernel answered with status {status}")

    def drain(self) -> SampleBlock:
        """The samples closed since the last call, as copies; the outbox is empty afterwards."""
        block = _block(self.outbox)
        self.outbox["samples_count"] = 0
        self.outbox["buckets_count"] = 0
        return block

    def log_jobs(self, wanted: bool = True) -> None:
        """Switch the job log on or off: one line for each packet or job that ends (`drain_jobs`)."""
        self.outbox["jobs_wanted"] = int(wanted)

    def drain_jobs(self) -> npt.NDArray[np.int64]:
        """The job log since the last call, int64[n, JOB_COLUMNS], times in ns, -1 for a stage never
        reached.
        """
        count = int(self.outbox["jobs_count"])
        lines: npt.NDArray[np.int64] = self.outbox["jobs"][:count].copy()
        self.outbox["jobs_count"] = 0
        return lines

    def edit(self, changes: Mapping[str, Any]) -> list[Change]:
        """Change settings now; returns what really changed. ConfigurationError: nothing was changed."""
        after = with_changes(self.configuration, changes, live=True)
        changed = differences(self.configuration, after)
        if not changed:
            return []
        self.source = TapeSource(after)
        self.configuration = after
        edits.apply(self.world, self._tapes[0], after, self.source, changed)
        return [Change(key, old, new) for key, (old, new) in changed.items()]

    def copy(self) -> Simulation:
        """The same simulation once more, to go on by itself; what was not drained stays with the original."""
        other = object.__new__(Simulation)
        other.configuration = self.configuration
        other.source = self.source
        other._worlds = copy_world(self._worlds)
        other._tapes = self._tapes.copy()
        other._outboxes = allocate(OUTBOX)
        other.world = other._worlds[0]
        other.outbox = other._outboxes[0]
        return other

    def open_interval(self) -> SampleBlock:
        """The interval under way as one sample; the simulation is not changed."""
        other = self.copy()
        close_copy(other.world, other.outbox)
        return _block(other.outbox)


def copy_world(worlds: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A copy of an array of one World, which leaves the never used rows of the job table untouched."""
    twin = allocate(worlds.dtype)
    jobs_at = worlds.dtype.fields["jobs"][1]  # type: ignore[index]
    rows = worlds[0]["jobs"]["rows"]
    end = jobs_at + 16 + int(worlds[0]["jobs"]["used"]) * rows.dtype.itemsize
    twin.view(np.uint8)[:end] = worlds.view(np.uint8)[:end]
    return twin


def _block(outbox: Any) -> SampleBlock:
    samples = outbox["samples"][: int(outbox["samples_count"])].copy()
    return SampleBlock(samples.view(SAMPLE)[:, 0], outbox["buckets"][: int(outbox["buckets_count"])].copy())


def warm_up() -> float:
    """Compile the kernel, or load it from the cache; returns the seconds it took.

    The compiler makes millions of objects that live on: looking for garbage among them takes a tenth of the
    time.
    """
    started = perf_counter()
    collects = gc.isenabled()
    gc.disable()
    try:
        compile_in_parallel()
        simulation = Simulation(Configuration())
        simulation.advance(1_000_000)
        simulation.open_interval()
    finally:
        if collects:
            gc.enable()
    return perf_counter() - started
