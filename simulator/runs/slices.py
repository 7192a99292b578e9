"""Letting a simulation advance for a bounded stretch of wall time, and learning how fast it is.

The kernel stops after a number of events, not after a time; how many events fit is learned per run. A slice
of a hundredth of a second keeps edits quick and lets many runs share a core. Left out: how far to go
(pacing).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

from simulator.runs.pacing import Clock

Stopped = Literal["time", "budget", "finished"]

_FIRST_GUESS_PER_SECOND: Final = 2e6
_LEAST_EVENTS: Final = 2_000
_PIECE_SECONDS: Final = 0.005
_SMOOTHING: Final = 0.3


class Slicer:
    """Advances one run in slices; remembers its events per wall second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events_per_second = _FIRST_GUESS_PER_SECOND

    def advance(
        self, simulation: Any, until_ns: int, budget_seconds: float, drained: Callable[[Any], None]
    ) -> Stopped:
        """Advance up to a simulated time, for about `budget_seconds` of wall time at most, at least one
        piece.

        Every block of samples goes to `drained`. "time": it is there; "budget": not yet; "finished":
        nothing will ever happen again.
        """
        deadline = self._clock.seconds() + budget_seconds
        while True:
            began = self._clock.seconds()
            piece = min(max(deadline - began, 0.0), _PIECE_SECONDS)
            most_events = max(_LEAST_EVENTS, int(self._events_per_second * piece))
            progress = simulation.advance(_stop_ns(simulation, until_ns), most_events)
            now = self._clock.seconds()
            self._learn(progress.events, now - began)
            if int(simulation.outbox["samples_count"]):
                drained(simulation.drain())
            if progress.reason == "finished":
                return "finished"
            if progress.reached_ns >= until_ns and progress.reason == "time":
                return "time"
            if now >= deadline:
                return "budget"

    def _learn(self, events: int, seconds: float) -> None:
        if events >= _LEAST_EVENTS and seconds > 0:
            self._events_per_second += _SMOOTHING * (events / seconds - self._events_per_second)


def _stop_ns(simulation: Any, until_ns: int) -> int:
    """Where to stop and look: a trace at its last arrival, then at each sample, or it would go on empty."""
    arrivals = simulation.configuration.arrivals
    if arrivals.process != "trace":
        return until_ns
    last_ns = round(arrivals.trace[-1][0] * 1e9) if arrivals.trace else 0
    if simulation.now_ns < last_ns:
        return min(until_ns, last_ns)
    return min(until_ns, int(simulation.world["metrics"]["next_sample_ns"]))
