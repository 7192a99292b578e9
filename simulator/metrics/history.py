"""The bounded memory of one run: rows of any age for charts and export, and the numbered stream of samples.

Every sample goes into the pyramid (pyramid.py). What the run's room is sent is one sample, or several
merged, numbered without gaps (`seq`): the history remembers which samples each number stood for, so that a
page that comes back gets exactly what it missed, as long as that is still kept one by one.

Memory of one run: at most 16 MiB, however long it runs (the pyramid's 12 MiB, 1.5 MiB of merged messages,
the rest for what was not sent yet); a test feeds it a week. One thread may append while others read.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from simulator.kernel import samples as kernel
from simulator.metrics.columns import WIRE_COLUMNS, wire_rows, wire_samples
from simulator.metrics.csv_text import Identity, csv_chunks
from simulator.metrics.histograms import coarse_pairs
from simulator.metrics.packing import Packed, pack, unpack
from simulator.metrics.pyramid import Pyramid, read
from simulator.metrics.rows import NUMBER, Ints, RowMaker, Rows, joined, merge, merge_all, no_rows

OVERVIEW_ROWS: Final = 1000
MOST_MISSED_ROWS: Final = 2000
_REMEMBERED_MESSAGES: Final = 8192
_MERGED_MESSAGES_BYTES: Final = 3 << 19
_MOST_PENDING_ROWS: Final = 512


class History:
    """What one run has shown so far."""

    def __init__(self, run: str = "", scenario: str = "", seed: int = 0) -> None:
        self.identity = Identity(run, scenario, seed)
        self._lock = threading.Lock()
        self._maker = RowMaker()
        self._pyramid = Pyramid()
        self._pending: list[Rows] = []
        self._seq = 0
        self._ends: deque[int] = deque(
            [0], maxlen=_REMEMBERED_MESSAGES
        )  # number of the last sample of each seq
        self._merged: deque[tuple[int, Packed]] = deque()  # (seq, row) of messages of several samples
        self._merged_bytes = 0

    @property
    def seq(self) -> int:
        """The number of the last message."""
        return self._seq

    def append(self, block: Any, wall_seconds: float, began_wall_seconds: float | None = None) -> Rows:
        """Take a drained block in; returns its rows, for the ledger and the judge.

        Wall times are Unix seconds: when the block was drained, and when the run began to advance for it
        (without it, when the last block was drained; say it after a pause).
        """
        with self._lock:
            rows = self._maker.rows(block, wall_seconds, began_wall_seconds)
            if len(rows) == 0:
                return rows
            self._pyramid.append(rows)
            self._pending.append(rows)
            if sum(len(part) for part in self._pending) > _MOST_PENDING_ROWS:
                self._pending = [merge_all(joined(self._pending))]
        return rows

    def publish(self, max_rows: int = 1) -> list[dict[str, Any]]:
        """What was appended since the last call as at most `max_rows` messages, each with the next `seq`."""
        first_seq, rows = self.take(max_rows)
        return [{"seq": first_seq + place, **sample} for place, sample in enumerate(wire_samples(rows))]

    def take(self, max_rows: int = 1) -> tuple[int, Rows]:
        """The same as rows, with the `seq` of the first: messages of many runs are cheaper made at once."""
        with self._lock:
            rows = joined(self._pending)
            self._pending = []
            if len(rows) == 0:
                return self._seq + 1, rows
            before = self._ends[-1]
            if len(rows) > max_rows:
                rows = merge(rows, np.arange(max_rows, dtype=np.int64) * len(rows) // max_rows)
            first_seq = self._seq + 1
            for place, number in enumerate(rows.column(NUMBER).tolist()):
                self._seq += 1
                self._ends.append(number)
                if number - before > 1:
                    self._remember(pack(rows.slice(place, place + 1), NUMBER))
                before = number
        return first_seq, rows

    def _remember(self, row: Packed) -> None:
        self._merged.append((self._seq, row))
        self._merged_bytes += len(row.content)
        while self._merged_bytes > _MERGED_MESSAGES_BYTES and len(self._merged) > 1:
            self._merged_bytes -= len(self._merged.popleft()[1].content)

    def rows_since(self, seq: int, limit: int = MOST_MISSED_ROWS) -> dict[str, Any]:
        """The join ack's `history` for a page that has everything up to `seq`.

        The messages after it, one by one; or, when they are too many or no longer kept so, what is kept of
        that time, older rows merged, with `gap` true (then a first row may begin before the page's last).
        """
        with self._lock:
            ends = list(self._ends)
            last = self._seq
            merged = dict(self._merged)
            first_single = self._pyramid.first_single
            known = last - len(ends) + 1  # the oldest message whose end is known
            after = ends[seq - known] if known <= seq <= last else 0
            stretches = self._pyramid.stretches(after)
        if seq == last:
            return _payload(no_rows(), last, gap=False)
        if known <= seq <= last and last - seq <= limit:
            rows = _one_by_one(seq, ends[seq - known :], merged, first_single, read(stretches, after))
            if rows is not None:
                return _payload(rows, last, gap=False)
        return _payload(overview(_up_to(read(stretches, after), ends[-1]), OVERVIEW_ROWS), last, gap=True)

    def overview(self, max_rows: int = OVERVIEW_ROWS) -> dict[str, Any]:
        """The join ack's `history` for a new page: everything sent so far, older rows merged."""
        with self._lock:
            stretches, end, last = self._pyramid.stretches(), self._ends[-1], self._seq
        return _payload(overview(_up_to(read(stretches), end), max_rows), last, gap=False)

    def csv(self) -> Iterator[str]:
        """history.csv in pieces of some 64 rows, as of the first piece."""
        with self._lock:
            stretches = self._pyramid.stretches()
        return csv_chunks((unpack(s) if isinstance(s, Packed) else s for s in stretches), self.identity)

    @property
    def kept_rows(self) -> int:
        """Rows held, of any grain."""
        return self._pyramid.kept_rows

    @property
    def kept_bytes(self) -> int:
        """Memory held, in bytes, but for a few kB of Python objects."""
        pending = sum(part.values.nbytes + part.buckets.nbytes for part in self._pending)
        return self._pyramid.kept_bytes + self._merged_bytes + 40 * len(self._ends) + pending


def _payload(rows: Rows, seq: int, gap: bool) -> dict[str, Any]:
    return {
        "columns": list(WIRE_COLUMNS),
        "rows": wire_rows(rows),
        "response_buckets": [coarse_pairs(rows.response_pairs(row)) for row in range(len(rows))],
        "seq": seq,
        "gap": gap,
    }


def _up_to(rows: Rows, number: int) -> Rows:
    return rows.slice(0, int((rows.column(NUMBER) <= number).sum()))


def _one_by_one(
    seq: int, ends: list[int], merged: dict[int, Packed], first_single: int, kept: Rows
) -> Rows | None:
    """The messages after `seq` as they were sent; `ends` are the last samples of `seq` and of each after
    it.
    """
    older: list[Rows] = []
    place = 0
    while place < len(ends) - 1 and ends[place] + 1 < first_single:
        row = merged.get(seq + 1 + place)
        if row is None:
            return None
        older.append(unpack(row))
        place += 1
    numbers = kept.column(NUMBER)
    first, after = np.searchsorted(numbers, [ends[place], ends[-1]], side="right").tolist()
    singles = kept.slice(first, after)
    if len(singles):
        starts = np.searchsorted(singles.column(NUMBER), np.array(ends[place:-1]), side="right")
        older.append(merge(singles, starts))
    return joined(older)


def overview(rows: Rows, max_rows: int) -> Rows:
    """Merge rows to at most about `max_rows`: the newest stay as they are, older ones get coarser with
    their age.

    Half of the rows are spread evenly over the whole time, for a chart of everything; the other half
    favours what is recent, for charts of the last minutes.
    """
    if len(rows) <= max_rows:
        return rows
    ends = rows.column(kernel.END_NS).astype(np.float64)
    begins = ends - rows.column(kernel.INTERVAL_NS)
    ages = ends[-1] - (ends + begins) / 2
    whole = float(ends[-1] - begins[0])
    grain = float(max(rows.values[-1, kernel.INTERVAL_NS], 1))
    low, high = 1.0, float(max_rows)
    for _ in range(30):
        middle = (low + high) / 2
        if _rows_newer_than(np.array([whole]), grain, whole * 2 / max_rows, middle)[0] > max_rows:
            high = middle
        else:
            low = middle
    groups = np.floor(_rows_newer_than(ages, grain, whole * 2 / max_rows, low))
    return merge(rows, _starts(groups))


def _rows_newer_than(ages: Any, grain: float, coarsest: float, fullness: float) -> Any:
    """How many merged rows are newer than an age, when a row of age a may span min(coarsest, a /
    fullness).
    """
    coarsest = max(coarsest, grain)
    full_until, even_from = fullness * grain, fullness * coarsest
    recent = np.minimum(ages, full_until) / grain
    middle = fullness * np.log(np.clip(ages, full_until, even_from) / full_until)
    return recent + middle + np.maximum(ages - even_from, 0.0) / coarsest


def _starts(groups: Any) -> Ints:
    changes = np.flatnonzero(np.diff(groups)) + 1
    return np.concatenate([[0], changes]).astype(np.int64)
