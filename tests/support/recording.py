"""A simulation together with all it has given away: samples, their histograms, the job log."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.kernel.samples import JOB_COLUMNS, JOB_LOG, SAMPLE
from simulator.model.simulation import FOREVER, SampleBlock, Simulation

_PLACES = ("response_first", "wait_first")


class Recording:
    """Drives a simulation and keeps everything that it hands out; nothing is lost or counted twice."""

    def __init__(self, simulation: Simulation, *, jobs: bool = False) -> None:
        self.simulation = simulation
        self._blocks: list[SampleBlock] = []
        self._jobs: list[npt.NDArray[np.int64]] = []
        self._wants_jobs = jobs
        if jobs:
            simulation.log_jobs()

    def advance(self, until_ns: int, max_events: int = FOREVER, *, read: bool = True) -> int:
        """Advance until a time or a number of events, draining when the kernel asks for it, and at the end
        if `read`; returns the number of events.
        """
        events = 0
        while True:
            progress = self.simulation.advance(until_ns, max_events - events)
            events += progress.events
            if progress.reason != "drain":
                break
            self.read()
        if read:
            self.read()
        return events

    def read(self) -> None:
        """Take over what waits in the outbox."""
        self._blocks.append(self.simulation.drain())
        if self._wants_jobs:
            self._jobs.append(self.simulation.drain_jobs())

    def samples(self, *, with_open: bool = False) -> npt.NDArray[Any]:
        """All samples so far in one structured array; with the open interval as the last if asked for."""
        blocks = [*self._blocks]
        if with_open:
            blocks.append(self.simulation.open_interval())
        if not blocks:
            return np.zeros(0, dtype=SAMPLE)
        return np.concatenate([block.samples for block in blocks])

    def jobs(self) -> npt.NDArray[Any]:
        """The job log so far, with named columns."""
        rows = np.concatenate(self._jobs) if self._jobs else np.zeros((0, JOB_COLUMNS), dtype=np.int64)
        return np.ascontiguousarray(rows).view(JOB_LOG)[:, 0]

    def histograms(self, kind: str, *, with_open: bool = False) -> list[dict[int, int]]:
        """One {bucket: count} a sample; `kind` is `response` or `wait`."""
        blocks = [*self._blocks]
        if with_open:
            blocks.append(self.simulation.open_interval())
        return [
            {
                int(bucket): int(count)
                for bucket, count in block.buckets[
                    int(row[f"{kind}_first"]) : int(row[f"{kind}_first"]) + int(row[f"{kind}_entries"])
                ]
            }
            for block in blocks
            for row in block.samples
        ]


def without_places(samples: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Samples with the places of their pairs in the outbox blanked: these depend on when it was drained."""
    copied = samples.copy()
    for name in _PLACES:
        copied[name] = 0
    return copied


def total(samples: npt.NDArray[Any], column: str) -> int:
    """The exact sum of a column: Python's whole numbers, which do not overflow."""
    return sum(map(int, samples[column]))
