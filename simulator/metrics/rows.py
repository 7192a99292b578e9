"""Rows of metrics: the kernel's samples with what the kernel cannot know, and how any two of them merge.

A row is the kernel's SAMPLE (int64 columns, simulator/kernel/samples.py) followed by running totals that
the kernel carries per interval only, the wall time at which it was produced, and its number. The histograms
of all rows lie in one array of (bucket, count) pairs, sorted by bucket within a row.

Merging adds up sums and counts, takes the larger of maxima and the later of levels: exact, in any grouping.
The sums are int64 ns: a single merged row stays exact up to 25 simulated hours with all 100,000 jobs of the
kernel inside, and longer in proportion to fewer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.kernel import samples as kernel
from simulator.kernel.jit import entry, inner
from simulator.kernel.limits import HISTOGRAM_BUCKETS

Ints = NDArray[np.int64]

# Columns after the kernel's own: levels, the later one wins.
CONTEXT_SWITCHES_TOTAL: Final = kernel.COLUMNS
WAKEUPS_TOTAL: Final = kernel.COLUMNS + 1
SPURIOUS_WAKEUPS_TOTAL: Final = kernel.COLUMNS + 2
LOCK_WAITS_TOTAL: Final = kernel.COLUMNS + 3
WALL_MS: Final = kernel.COLUMNS + 4  # Unix time
NUMBER: Final = kernel.COLUMNS + 5  # 1 for the run's first sample; a merged row has its last sample's
WIDTH: Final = kernel.COLUMNS + 6

_TOTALS: Final = (
    (CONTEXT_SWITCHES_TOTAL, kernel.CONTEXT_SWITCHES),
    (WAKEUPS_TOTAL, kernel.WAKEUPS),
    (SPURIOUS_WAKEUPS_TOTAL, kernel.SPURIOUS_WAKEUPS),
    (LOCK_WAITS_TOTAL, kernel.LOCK_WAITS),
)

LEVEL: Final = 0
SUM: Final = 1
LARGEST: Final = 2


def _merge_rules() -> Ints:
    rules = np.full(WIDTH, LEVEL, dtype=np.int64)
    rules[kernel.FIRST_INTERVAL_COLUMN : kernel.RESPONSE_FIRST] = SUM
    rules[kernel.RESPONSE_MAX_NS : kernel.STATE_NS] = LARGEST
    return rules


MERGE_RULES: Final[Ints] = _merge_rules()


@dataclass(frozen=True)
class Rows:
    """Consecutive rows and their histograms; never changed once made."""

    values: Ints  # [rows, WIDTH]
    buckets: Ints  # [pairs, 2]: (bucket, count)

    def __len__(self) -> int:
        return len(self.values)

    def column(self, place: int) -> Ints:
        """One column, by its place."""
        column: Ints = self.values[:, place]
        return column

    def response_pairs(self, row: int) -> Ints:
        """The (bucket, count) pairs of one row's response times."""
        first = int(self.values[row, kernel.RESPONSE_FIRST])
        return self.buckets[first : first + int(self.values[row, kernel.RESPONSE_ENTRIES])]

    def slice(self, first: int, after: int) -> Rows:
        """Rows first to after - 1 with their histograms only; shares the memory of these."""
        if first == 0 and after >= len(self):
            return self
        values = self.values[first:after].copy()
        low, high = len(self.buckets), 0
        for place in (kernel.RESPONSE_FIRST, kernel.WAIT_FIRST):
            used = values[values[:, place + 1] > 0]
            if len(used):
                low = min(low, int(used[0, place]))
                high = max(high, int(used[-1, place] + used[-1, place + 1]))
        low = min(low, high)
        values[:, [kernel.RESPONSE_FIRST, kernel.WAIT_FIRST]] -= low
        return Rows(values, self.buckets[low:high])

    def without_histograms(self) -> Rows:
        """The same rows with empty histograms, where only sums are wanted."""
        values = self.values.copy()
        values[:, kernel.RESPONSE_FIRST : kernel.WAIT_ENTRIES + 1] = 0
        return Rows(values, np.empty((0, 2), dtype=np.int64))

    def copied(self) -> Rows:
        """The same rows in memory of their own, so that the block they came from can go."""
        return Rows(self.values.copy(), self.buckets.copy())


def no_rows() -> Rows:
    """Zero rows."""
    return Rows(np.empty((0, WIDTH), dtype=np.int64), np.empty((0, 2), dtype=np.int64))


class RowMaker:
    """Turns drained blocks into rows: carries the running totals and the count of samples from block to
    block.
    """

    def __init__(self) -> None:
        self._totals = [0] * len(_TOTALS)
        self._samples = 0
        self._last_wall_ms: float | None = None

    def rows(self, block: Any, wall_seconds: float = 0.0, began_wall_seconds: float | None = None) -> Rows:
        """Rows of a drained block, produced evenly between two wall times (Unix seconds).

        `began_wall_seconds`: when the run began to advance for this block; without it, when the last block
        was drained. Say it after a pause, or the block's samples are spread over the pause.
        """
        count = len(block.samples)
        values = np.zeros((count, WIDTH), dtype=np.int64)
        values[:, : kernel.COLUMNS] = sample_matrix(block.samples)
        for k, (total, interval) in enumerate(_TOTALS):
            running = self._totals[k] + np.cumsum(values[:, interval])
            values[:, total] = running
            if count:
                self._totals[k] = int(running[-1])
        values[:, NUMBER] = self._samples + 1 + np.arange(count)
        self._samples += count
        values[:, WALL_MS] = self._wall_times(count, wall_seconds, began_wall_seconds)
        return Rows(values, np.asarray(block.buckets, dtype=np.int64).reshape(-1, 2))

    def _wall_times(self, count: int, wall_seconds: float, began_wall_seconds: float | None) -> Ints:
        ended = wall_seconds * 1000.0
        began = began_wall_seconds * 1000.0 if began_wall_seconds is not None else self._last_wall_ms
        began = ended if began is None else min(began, ended)
        self._last_wall_ms = ended
        return np.rint(began + (ended - began) * (np.arange(count) + 1) / max(count, 1)).astype(np.int64)


def sample_matrix(samples: NDArray[Any]) -> Ints:
    """The kernel's samples as int64[n, columns], whether they come with named fields or without."""
    if samples.dtype.names is None:
        return samples
    return np.ascontiguousarray(samples).view(np.int64).reshape(len(samples), kernel.COLUMNS)


def joined(parts: list[Rows]) -> Rows:
    """Several stretches of rows as one, their histograms' places moved accordingly."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return no_rows()
    values = np.concatenate([part.values for part in parts])
    offset = row = 0
    for part in parts:
        values[row : row + len(part), kernel.RESPONSE_FIRST] += offset
        values[row : row + len(part), kernel.WAIT_FIRST] += offset
        row += len(part)
        offset += len(part.buckets)
    return Rows(values, np.concatenate([part.buckets for part in parts]))


def merge(rows: Rows, starts: Ints) -> Rows:
    """Merge consecutive rows: group g is rows `starts[g]` up to before `starts[g + 1]` (or the end)."""
    bounds = np.append(np.asarray(starts, dtype=np.int64), len(rows))
    values = np.empty((len(starts), WIDTH), dtype=np.int64)
    buckets = np.empty((_pairs_of(rows), 2), dtype=np.int64)
    source = np.ascontiguousarray(rows.values)
    used = merge_groups(source, rows.buckets, bounds, MERGE_RULES, values, buckets)
    return Rows(values, buckets[:used].copy() if used < len(buckets) else buckets)


def merge_all(rows: Rows) -> Rows:
    """All rows as one (zero rows stay zero rows)."""
    return merge(rows, np.zeros(min(1, len(rows)), dtype=np.int64))


def merge_pairs(rows: Rows) -> Rows:
    """Rows two by two; an odd last one stays alone."""
    return merge(rows, np.arange(0, len(rows), 2, dtype=np.int64))


def _pairs_of(rows: Rows) -> int:
    return int(rows.column(kernel.RESPONSE_ENTRIES).sum() + rows.column(kernel.WAIT_ENTRIES).sum())


@inner
def _merge_two(buckets: Ints, a: int, a_end: int, b: int, b_end: int, merged: Ints, place: int) -> int:
    """Merge two sorted runs of pairs into `merged` from `place` on; returns the place after them."""
    while a < a_end or b < b_end:
        if b >= b_end or (a < a_end and buckets[a, 0] < buckets[b, 0]):
            merged[place, 0] = buckets[a, 0]
            merged[place, 1] = buckets[a, 1]
            a += 1
        elif a >= a_end or buckets[b, 0] < buckets[a, 0]:
            merged[place, 0] = buckets[b, 0]
            merged[place, 1] = buckets[b, 1]
            b += 1
        else:
            merged[place, 0] = buckets[a, 0]
            merged[place, 1] = buckets[a, 1] + buckets[b, 1]
            a += 1
            b += 1
        place += 1
    return place


@inner
def _merge_many(
    values: Ints, buckets: Ints, first: int, after: int, places: int, scratch: Ints, merged: Ints, place: int
) -> int:
    """Merge the runs of pairs of several rows, by way of a counter per bucket (all 0 before and after)."""
    low = HISTOGRAM_BUCKETS
    high = -1
    for row in range(first, after):
        start = values[row, places]
        for pair in range(start, start + values[row, places + 1]):
            bucket = buckets[pair, 0]
            scratch[bucket] += buckets[pair, 1]
            low = min(low, bucket)
            high = max(high, bucket)
    for bucket in range(low, high + 1):
        if scratch[bucket] != 0:
            merged[place, 0] = bucket
            merged[place, 1] = scratch[bucket]
            scratch[bucket] = 0
            place += 1
    return place


@inner
def _merge_columns(values: Ints, first: int, after: int, rules: Ints, merged: Ints) -> None:
    """Fill one merged row, but for where its pairs lie."""
    for column in range(values.shape[1]):
        merged[column] = values[after - 1, column]
    for row in range(first, after - 1):
        for column in range(values.shape[1]):
            if rules[column] == SUM:
                merged[column] += values[row, column]
            elif rules[column] == LARGEST:
                merged[column] = max(merged[column], values[row, column])


@entry
def merge_groups(
    values: Ints, buckets: Ints, bounds: Ints, rules: Ints, merged: Ints, merged_buckets: Ints
) -> int:
    """Fill one merged row per group, and its histograms; returns the number of pairs written."""
    scratch = np.zeros(HISTOGRAM_BUCKETS, dtype=np.int64)
    place = 0
    for group in range(len(bounds) - 1):
        first = bounds[group]
        after = bounds[group + 1]
        _merge_columns(values, first, after, rules, merged[group])
        for places in (kernel.RESPONSE_FIRST, kernel.WAIT_FIRST):
            begin = place
            if after - first <= 2:
                a = values[first, places]
                b = values[after - 1, places]
                b_end = b + values[after - 1, places + 1]
                a_end = a + values[first, places + 1] if after - first == 2 else a
                place = _merge_two(buckets, a, a_end, b, b_end, merged_buckets, place)
            else:
                place = _merge_many(values, buckets, first, after, places, scratch, merged_buckets, place)
            merged[group, places] = begin
            merged[group, places + 1] = place - begin
    return place
