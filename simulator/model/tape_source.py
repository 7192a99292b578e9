"""Where the tapes' values come from: every chunk of every stream, on demand, in any order.

A chunk depends on (seed, stream, chunk number) and the stream's law alone: two runs with one seed face the
same traffic whatever else differs, and any place on a tape can be drawn again (after an edit, a rewind, in
a fork).

What the streams carry (unit values; the kernel scales them):

    GAP    poisson, bursty, sine, spike: Exp(1), spent at the current rate (operational time).
           constant: 1, but the very first is U(0, 1). closed: unused (zeros).
           trace: nanoseconds between recorded arrivals, whole numbers, then infinity.
    CPU, CALL  their laws, mean 1; with a trace that recorded them: seconds (zeros after its end).
    IO     1 or Exp(1)
    CLASS, RING  U[0, 1)
    PHASE  Exp(1): sojourns of the bursty process
    THINK  1 or Exp(1)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulator.kernel.codes import (
    STREAM_CALL,
    STREAM_CLASS,
    STREAM_CPU,
    STREAM_GAP,
    STREAM_IO,
    STREAM_PHASE,
    STREAM_RING,
    STREAM_THINK,
)
from simulator.model.distributions import CONSTANT, EXPONENTIAL, Law
from simulator.model.schema import Configuration
from simulator.model.trace import Trace, trace_of

Floats = npt.NDArray[np.float64]

UNIFORM_STREAMS = (STREAM_CLASS, STREAM_RING)


class TapeSource:
    """Draws the chunks of one configuration's tapes; holds nothing but the configuration and its trace."""

    def __init__(self, configuration: Configuration) -> None:
        """Read the trace, if there is one: TraceError when it cannot be."""
        arrivals, job = configuration.arrivals, configuration.job
        self._seed = configuration.seed
        self._process = arrivals.process
        self.trace: Trace | None = trace_of(arrivals)
        self._laws: dict[int, Law] = {
            STREAM_GAP: EXPONENTIAL,
            STREAM_CPU: Law.of(job.cpu),
            STREAM_CALL: Law.of(job.call),
            STREAM_IO: Law(configuration.io.cpu_distribution),
            STREAM_PHASE: EXPONENTIAL,
            STREAM_THINK: Law(arrivals.think_distribution),
        }
        if arrivals.process == "constant":
            self._laws[STREAM_GAP] = CONSTANT
        self._recorded = self._recorded_columns()

    def law(self, stream: int) -> Law:
        """The law of a stream that has one."""
        return self._laws[stream]

    def in_seconds(self, stream: int) -> bool:
        """Whether a demand stream carries seconds from the trace instead of unit values."""
        return stream in (STREAM_CPU, STREAM_CALL) and stream in self._recorded

    def fill(self, stream: int, chunk: int, out: Floats) -> None:
        """Write chunk number `chunk` of a stream into `out`, whose length is the length of a chunk."""
        if stream in self._recorded:
            self._copy(stream, chunk * len(out), out)
        elif stream in UNIFORM_STREAMS:
            generator(self._seed, stream, chunk).random(out=out)
        elif stream == STREAM_GAP and self._process == "closed":
            out.fill(0.0)
        elif self._laws[stream] == CONSTANT:
            out.fill(1.0)
            if stream == STREAM_GAP and chunk == 0:
                out[0] = generator(self._seed, stream, chunk).random()
        else:
            self._laws[stream].fill(generator(self._seed, stream, chunk), out)

    def _recorded_columns(self) -> dict[int, tuple[Floats, float]]:
        """Streams read from the trace, and what follows its end."""
        if self._process != "trace" or self.trace is None:
            return {}
        columns: dict[int, tuple[Floats, float]] = {STREAM_GAP: (self.trace.gap_ns, np.inf)}
        if self.trace.cpu_seconds is not None:
            columns[STREAM_CPU] = (self.trace.cpu_seconds, 0.0)
        if self.trace.call_seconds is not None:
            columns[STREAM_CALL] = (self.trace.call_seconds, 0.0)
        return columns

    def _copy(self, stream: int, start: int, out: Floats) -> None:
        values, after_end = self._recorded[stream]
        part = values[start : start + len(out)]
        out[: len(part)] = part
        out[len(part) :] = after_end


def generator(seed: int, stream: int, chunk: int) -> np.random.Generator:
    """The generator of one chunk: independent of all others, and cheap to make (7 us)."""
    return np.random.Generator(np.random.PCG64DXSM(seed << 96 | stream << 64 | chunk))
