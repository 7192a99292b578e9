"""A machine whose every nanosecond is known beforehand: a recorded trace of requests, and no overhead but
what a test asks for.

Times are whole nanoseconds. Threads are numbered as the kernel does it: I/O threads first, then workers;
with `cpu.cores` 0, unless a test says otherwise, everybody has a core.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from simulator.kernel.codes import DROP_NAMES, END_COMPLETED, STATE_NAMES
from simulator.kernel.samples import JOB_LOG_COLUMNS
from simulator.model import parse_configuration
from simulator.model.schema import Configuration
from simulator.model.simulation import SampleBlock, Simulation
from simulator.model.tape_source import TapeSource

US = 1_000
MS = 1_000_000
S = 1_000_000_000

CALM = {
    "costs.profile": "pure",
    "cpu.cores": 0,
    "io.threads": 1,
    "workers.count": 1,
    "queue.capacity": 100,
    "cpu.quantum_seconds": 1,
    "arrivals.process": "trace",
    "job.cpu.mean_seconds": 0,
    "job.call.mean_seconds": 0,
    "sample_interval_seconds": 1000,
}


@dataclass(frozen=True)
class Job:
    """What became of a packet: its stamps in ns (-1: a stage it never reached) and its end."""

    number: int
    arrived_ns: int
    read_ns: int
    put_ns: int
    taken_ns: int
    left_ns: int
    end: str
    class_: int
    thread: int


class HandTapes(TapeSource):
    """Tapes whose first values are written by hand, but for what a trace records."""

    def __init__(self, configuration: Configuration, tapes: Mapping[int, Sequence[float]]) -> None:
        super().__init__(configuration)
        self._by_hand = tapes

    def fill(self, stream: int, chunk: int, out: npt.NDArray[np.float64]) -> None:
        super().fill(stream, chunk, out)
        if chunk == 0 and stream not in self._recorded:
            values = self._by_hand.get(stream, ())
            out[: len(values)] = values


class Machine:
    """A simulation of a few hand-written requests, its job log, and its threads' states."""

    def __init__(
        self,
        requests: Sequence[tuple[int, ...]] = (),
        tapes: Mapping[int, Sequence[float]] | None = None,
        warmup_ns: int = 0,
        /,
        **settings: Any,
    ) -> None:
        """`requests`: rows of (arrival), (arrival, CPU) or (arrival, CPU, call), ns. `tapes`: what stands at
        the beginning of a stream's tape instead of draws. Settings are dotted keys with `__` for the dot;
        durations given as `..._ns` become the `_seconds` of the configuration.
        """
        given = {**CALM, **dotted(settings)}
        if requests:
            given["arrivals.trace"] = [[time / 1e9 for time in row] for row in requests]
        self._tapes = tapes or {}
        with patch("simulator.model.simulation.TapeSource", self._source):
            self.simulation = Simulation(parse_configuration(given), warmup_seconds=warmup_ns / 1e9)
        self.simulation.log_jobs()
        self.world: Any = self.simulation.world
        self._jobs: list[Job] = []
        self._samples: list[dict[str, int]] = []

    @property
    def now_ns(self) -> int:
        return self.simulation.now_ns

    def to(self, until_ns: int) -> Self:
        """Let time pass."""
        while self.simulation.advance(until_ns).reason == "drain":
            self._collect()
        return self

    def edit(self, **changes: Any) -> Self:
        """Change settings now, written as in the constructor."""
        with patch("simulator.model.simulation.TapeSource", self._source):
            self.simulation.edit(dotted(changes))
        return self

    def _source(self, configuration: Configuration) -> HandTapes:
        return HandTapes(configuration, self._tapes)

    @property
    def jobs(self) -> list[Job]:
        """The jobs that have ended so far, in the order of their ends."""
        self._collect()
        return self._jobs

    def column(self, name: str, end: str = "completed") -> list[Any]:
        """One stamp of all jobs with that end, by packet number."""
        done = sorted((job for job in self.jobs if job.end == end), key=lambda job: job.number)
        return [getattr(job, name) for job in done]

    def numbers(self, end: str = "completed") -> list[int]:
        """The packets with that end, in the order of their ends."""
        return [job.number for job in self.jobs if job.end == end]

    def state(self, thread: int) -> str:
        """The state a thread is in."""
        return STATE_NAMES[int(self.thread(thread)["state"])]

    def states(self) -> list[str]:
        """The state of every thread that there ever was."""
        return [self.state(t) for t in range(int(self.world["threads"]["used"]))]

    def step(self, thread: int) -> str:
        """The label of the program step a thread stands on."""
        labels = [step.label for program in self.simulation.programs.values() for step in program.steps]
        return labels[int(self.thread(thread)["step"])]

    def spent(self, thread: int) -> dict[str, int]:
        """How long a thread has been in each state so far, ns; states it never was in are left out."""
        row = self.thread(thread)
        times = [int(time) for time in row["times_ns"]]
        if row["state"] != STATE_NAMES.index("stopped"):
            times[int(row["state"])] += self.now_ns - int(row["since_ns"])
        return {STATE_NAMES[state]: time for state, time in enumerate(times) if time}

    def thread(self, thread: int) -> Any:
        """A thread's row."""
        return self.world["threads"]["rows"][thread]

    def sample(self) -> dict[str, int]:
        """The open interval so far; with the long interval of these tests, everything so far."""
        return row_of(self.simulation.open_interval())

    def closed_samples(self) -> list[dict[str, int]]:
        """The intervals closed since the last call."""
        self._collect()
        samples, self._samples = self._samples, []
        return samples

    def _collect(self) -> None:
        block = self.simulation.drain()
        self._samples += [row_of(block, place) for place in range(len(block))]
        for line in self.simulation.drain_jobs().tolist():
            values = dict(zip(JOB_LOG_COLUMNS, line, strict=True))
            code = values["end"]
            values["end"] = "completed" if code == END_COMPLETED else DROP_NAMES[code]
            self._jobs.append(Job(**values))


def row_of(block: SampleBlock, place: int = 0) -> dict[str, int]:
    """A sample's columns by name."""
    row = block.samples[place]
    return {name: int(row[name]) for name in row.dtype.names}


def dotted(settings: dict[str, Any]) -> dict[str, Any]:
    """Keyword names as the configuration's keys, durations in seconds."""
    keys = {}
    for name, value in settings.items():
        key = name.replace("__", ".")
        if key.endswith("_ns"):
            key, value = key.removesuffix("_ns") + "_seconds", value / 1e9
        keys[key] = value
    return keys
