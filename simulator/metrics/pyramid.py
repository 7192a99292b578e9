"""A bounded store of rows: the newest in full, older ones merged two by two, again and again.

Level 0 keeps single samples, level k rows of 2**k samples. What no longer fits a level is merged in pairs
and moves up, so the grain grows in proportion to the age, nothing is thrown away, and sums, counts, maxima
and histograms of any age stay exact. The last level, when full, merges within itself.

Memory: 5 MiB for level 0, 0.5 MiB for each of 14 levels above, and at most 64 rows not yet packed; with
rows of everyday width that is 8192 newest samples in full and about 300 to 512 rows a level. A level always
keeps its newest stretch, whatever it takes: with more than some 4000 different buckets in every row a level
can exceed its share.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from simulator.metrics.packing import Packed, pack, unpack
from simulator.metrics.rows import NUMBER, Rows, joined, merge_pairs, no_rows

LEVELS: Final = 15
_STRETCH_ROWS: Final = 64
_NEWEST_ROWS: Final = 8192
_NEWEST_BYTES: Final = 5 << 20
_LEVEL_ROWS: Final = 512
_LEVEL_BYTES: Final = 1 << 19


@dataclass
class _Level:
    """Stretches of rows of one grain, oldest first."""

    most_rows: int
    most_bytes: int
    stretches: deque[Packed] = field(default_factory=deque)
    rows: int = 0
    bytes: int = 0

    def push(self, packed: Packed) -> None:
        self.stretches.append(packed)
        self.rows += packed.rows
        self.bytes += len(packed.content)

    def pop(self) -> Rows:
        packed = self.stretches.popleft()
        self.rows -= packed.rows
        self.bytes -= len(packed.content)
        return unpack(packed)

    @property
    def is_over(self) -> bool:
        return self.rows > self.most_rows or self.bytes > self.most_bytes


class Pyramid:
    """All rows of a run, within bounded memory."""

    def __init__(self) -> None:
        self._levels = [_Level(_NEWEST_ROWS, _NEWEST_BYTES)]
        self._levels += [_Level(_LEVEL_ROWS, _LEVEL_BYTES) for _ in range(LEVELS - 1)]
        self._open: list[Rows] = []
        self._open_rows = 0

    def append(self, rows: Rows) -> None:
        """Add rows after all others."""
        first = 0
        while first < len(rows):
            after = min(len(rows), first + _STRETCH_ROWS - self._open_rows)
            part = rows.slice(first, after)
            self._open.append(part.copied() if after == len(rows) else part)
            self._open_rows += after - first
            first = after
            if self._open_rows == _STRETCH_ROWS:
                self._seal()

    def _seal(self) -> None:
        self._levels[0].push(pack(joined(self._open), NUMBER))
        self._open, self._open_rows = [], 0
        for place, level in enumerate(self._levels[:-1]):
            # Rows above level 0 come in half stretches: two of them make one above.
            needed = 1 if place == 0 else 2
            while level.is_over and len(level.stretches) > needed:
                oldest = joined([level.pop() for _ in range(needed)])
                self._levels[place + 1].push(pack(merge_pairs(oldest), NUMBER))
        top = self._levels[-1]
        if top.is_over and len(top.stretches) > 1:
            halves = []
            while len(top.stretches) > 1:
                halves.append(pack(merge_pairs(joined([top.pop(), top.pop()])), NUMBER))
            top.stretches.extendleft(reversed(halves))
            top.rows = sum(packed.rows for packed in top.stretches)
            top.bytes = sum(len(packed.content) for packed in top.stretches)

    def stretches(self, after_number: int = 0) -> list[Packed | Rows]:
        """What is kept of the samples after a number, oldest first; a first row may begin before it."""
        packed = [stretch for level in reversed(self._levels) for stretch in level.stretches]
        kept: list[Packed | Rows] = [stretch for stretch in packed if stretch.last_number > after_number]
        kept += self._open
        return kept

    def rows(self, after_number: int = 0) -> Rows:
        """The rows that end after a sample's number."""
        return read(self.stretches(after_number), after_number)

    @property
    def first_single(self) -> int:
        """The oldest sample that is kept by itself; all newer ones are, too."""
        if self._levels[0].stretches:
            return self._levels[0].stretches[0].first_number
        return int(self._open[0].values[0, NUMBER]) if self._open else 1

    @property
    def kept_rows(self) -> int:
        """Rows held at all levels."""
        return sum(level.rows for level in self._levels) + self._open_rows

    @property
    def kept_bytes(self) -> int:
        """Memory of all rows, packed or not."""
        unpacked = sum(rows.buckets.nbytes + rows.values.nbytes for rows in self._open)
        return sum(level.bytes for level in self._levels) + unpacked


def read(stretches: list[Packed | Rows], after_number: int = 0) -> Rows:
    """Unpack stretches into rows, leaving out rows that end at a sample's number or before."""
    parts = [unpack(stretch) if isinstance(stretch, Packed) else stretch for stretch in stretches]
    if not parts:
        return no_rows()
    everything = joined(parts)
    first = int((everything.column(NUMBER) <= after_number).sum())
    return everything.slice(first, len(everything))
