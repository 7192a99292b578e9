"""Which run has its turn when: the earliest first, and light ones together.

A run at everyday speed needs some 50 µs of engine every tenth of a second, less than handing it to another
thread costs. So due times are rounded up to a common grid, and a batch takes as many due runs as fit its
time. A run that cannot keep up is due again at once; the more of those there are, the shorter their slices,
so that a light run never waits long behind them. Left out: threads, and what a turn does.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass
from typing import Final

GRID_SECONDS: Final = 0.01
MOST_BATCH_SECONDS: Final = 0.008
MOST_BATCH_RUNS: Final = 32
LONGEST_SLICE_SECONDS: Final = 0.02
SHORTEST_SLICE_SECONDS: Final = 0.002
# All runs that cannot keep up have had a slice within about this time.
ROUND_SECONDS: Final = 0.08
_FIRST_GUESS_SECONDS: Final = 0.001
_SMOOTHING: Final = 0.3


@dataclass
class _Entry:
    due: float
    cost_seconds: float = _FIRST_GUESS_SECONDS
    is_heavy: bool = False
    is_out: bool = False  # in a batch that has not come back
    again: bool = False  # asked for while it was out


class Agenda:
    """The due times of all runs. `lanes`: how many batches are under way at once."""

    def __init__(self, lanes: int = 1) -> None:
        self._lanes = lanes
        self._entries: dict[str, _Entry] = {}
        self._heap: list[tuple[float, int, str]] = []
        self._ticket = 0
        self._heavy = 0

    @property
    def slice_seconds(self) -> float:
        """How long a run may advance in one turn."""
        fair = ROUND_SECONDS * self._lanes / max(1, self._heavy)
        return min(LONGEST_SLICE_SECONDS, max(SHORTEST_SLICE_SECONDS, fair))

    def add(self, run: str, now: float) -> None:
        """A new run, due at once."""
        self._entries[run] = _Entry(now)
        self._push(run, now)

    def remove(self, run: str) -> None:
        """A run is gone."""
        entry = self._entries.pop(run, None)
        if entry is not None and entry.is_heavy:
            self._heavy -= 1

    def hurry(self, run: str, now: float) -> None:
        """A run is due at once (or as soon as its turn under way is over)."""
        entry = self._entries.get(run)
        if entry is None:
            return
        if entry.is_out:
            entry.again = True
        elif entry.due > now:
            entry.due = now
            self._push(run, now)

    def take(self, now: float) -> list[str]:
        """The next batch of due runs, earliest first; empty when none is due."""
        batch: list[str] = []
        seconds = 0.0
        while self._heap and self._heap[0][0] <= now and len(batch) < MOST_BATCH_RUNS:
            due, _, run = self._heap[0]
            entry = self._entries.get(run)
            if entry is None or entry.is_out or entry.due != due:
                heapq.heappop(self._heap)
                continue
            seconds += entry.cost_seconds
            if batch and seconds > MOST_BATCH_SECONDS:
                break
            heapq.heappop(self._heap)
            entry.is_out = True
            batch.append(run)
        return batch

    def back(self, run: str, due: float, now: float, cost_seconds: float, is_heavy: bool) -> None:
        """A run's turn is over: when it needs the next one, and what this one cost."""
        entry = self._entries.get(run)
        if entry is None:
            return
        entry.is_out = False
        entry.cost_seconds += _SMOOTHING * (cost_seconds - entry.cost_seconds)
        self._heavy += int(is_heavy) - int(entry.is_heavy)
        entry.is_heavy = is_heavy
        entry.due = now if entry.again else _on_grid(due, now)
        entry.again = False
        if entry.due < math.inf:
            self._push(run, entry.due)

    @property
    def next_due(self) -> float:
        """The earliest due time; infinite when there is none."""
        while self._heap:
            due, _, run = self._heap[0]
            entry = self._entries.get(run)
            if entry is not None and not entry.is_out and entry.due == due:
                return due
            heapq.heappop(self._heap)
        return math.inf

    def _push(self, run: str, due: float) -> None:
        self._ticket += 1
        heapq.heappush(self._heap, (due, self._ticket, run))


def _on_grid(due: float, now: float) -> float:
    if due <= now or due == math.inf:
        return max(due, now)
    return math.ceil(due / GRID_SECONDS) * GRID_SECONDS
