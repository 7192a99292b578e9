"""Clocks that tests turn by hand."""

from __future__ import annotations

from simulator.runs.pacing import Clock


class HandClock(Clock):
    """Stands still until told otherwise; `tick` makes every look at it take that long."""

    def __init__(self, tick: float = 0.0) -> None:
        self.now = 1000.0
        self.tick = tick

    def seconds(self) -> float:
        self.now += self.tick
        return self.now

    def unix_seconds(self) -> float:
        return 1.7e9 + self.now

    def pass_seconds(self, seconds: float) -> None:
        """Let wall time pass."""
        self.now += seconds
