"""The one seam between simulated and wall time: how far a run should be by now, and how fast it really
goes.

A pace is a straight line through an anchor (a wall time and the simulated time it stood for). The line is
moved whenever the run falls more than `MOST_DEBT_SECONDS` of wall time behind it: a machine that is too
slow, or one that slept, makes the run late once and is then forgotten; nothing races to catch up. Left out:
who calls, and when.
"""

from __future__ import annotations

import math
import time
from typing import Final, Literal

Speed = float | Literal["max"]

SLOWEST: Final = 0.001
FASTEST: Final = 100_000.0
MOST_DEBT_SECONDS: Final = 0.5
# The wire's "at the end of time": 73 simulated years; what the kernel adds to it still fits int64 ns.
END_OF_TIME_NS: Final = 1 << 61

_SMOOTHING_SECONDS: Final = 1.0
_STALL_SECONDS: Final = 5.0


class Clock:
    """Wall time. Tests put their own in its place."""

    def seconds(self) -> float:
        """Seconds since some instant; never goes back."""
        return time.monotonic()

    def unix_seconds(self) -> float:
        """Seconds since 1970, as the exports write them."""
        return time.time()


class Pace:
    """The wanted speed (simulated seconds per wall second, or "max"), and the one achieved."""

    def __init__(self, speed: Speed = 1.0) -> None:
        self.speed: Speed = speed
        self.achieved: float | None = None
        self._anchor_wall = 0.0
        self._anchor_ns = 0
        self._measured_wall = 0.0
        self._measured_ns = 0

    def start(self, wall: float, simulated_ns: int, speed: Speed | None = None) -> None:
        """Go on from here, from now: at a start, after a pause, with another speed."""
        if speed is not None and speed != self.speed:
            self.speed = speed
            self.achieved = None
        self._anchor_wall, self._anchor_ns = wall, simulated_ns
        self._measured_wall, self._measured_ns = wall, simulated_ns

    def wanted_ns(self, wall: float, simulated_ns: int) -> int:
        """How far the run should be by now, given how far it is; moves the line if that is too far."""
        if self.speed == "max":
            return END_OF_TIME_NS
        wanted_ns = self._anchor_ns + round((wall - self._anchor_wall) * self.speed * 1e9)
        most_ns = simulated_ns + round(MOST_DEBT_SECONDS * self.speed * 1e9)
        if wanted_ns > most_ns:
            self._anchor_wall, self._anchor_ns = wall, most_ns
            wanted_ns = most_ns
        return min(max(wanted_ns, simulated_ns), END_OF_TIME_NS)

    def wall_when(self, simulated_ns: int) -> float:
        """The wall time at which the run should reach a simulated time; the anchor's own at full speed."""
        if self.speed == "max":
            return self._anchor_wall
        return self._anchor_wall + (simulated_ns - self._anchor_ns) / (self.speed * 1e9)

    def wall_per(self, simulated_ns: int) -> float:
        """Wall seconds that a stretch of simulated time should take; 0 at full speed."""
        return 0.0 if self.speed == "max" else simulated_ns / (self.speed * 1e9)

    def moved(self, wall: float, simulated_ns: int) -> None:
        """The run is here now: keeps the achieved speed, smoothed over about a second of wall time."""
        passed = wall - self._measured_wall
        if passed <= 0:
            return
        rate = (simulated_ns - self._measured_ns) / (passed * 1e9)
        self._measured_wall, self._measured_ns = wall, simulated_ns
        if passed > _STALL_SECONDS:
            return
        if self.achieved is None:
            self.achieved = rate
        else:
            self.achieved += (1.0 - math.exp(-passed / _SMOOTHING_SECONDS)) * (rate - self.achieved)


class Rhythm:
    """At most once every `gap` seconds on average, a little early if that is convenient."""

    def __init__(self, gap: float, early: float = 0.25) -> None:
        self.gap = gap
        self._early = early
        self._next = -math.inf

    @property
    def next(self) -> float:
        """The wall time at which it is due."""
        return self._next

    def is_due(self, wall: float) -> bool:
        """Whether it may happen now."""
        return wall >= self._next - self._early * self.gap

    def done(self, wall: float) -> None:
        """It happened now, whether due or not."""
        began = max(self._next, wall - self._early * self.gap) if self.is_due(wall) else wall
        self._next = began + self.gap

    def forget(self) -> None:
        """It may happen at once."""
        self._next = -math.inf
