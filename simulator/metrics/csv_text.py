"""Rows as the text of history.csv, tens of thousands of rows a second.

Numbers keep the decimals of their column (times to the nanosecond) without trailing zeros; an empty cell is
"no data". Time stamps are wall time, RFC 3339, UTC, milliseconds. Lines end in a bare newline.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from simulator.kernel.jit import entry
from simulator.metrics.columns import COLUMNS, CSV_COLUMNS, DECIMALS, Floats, table
from simulator.metrics.packing import Bytes
from simulator.metrics.rows import WALL_MS, Ints, Rows

_CELL_BYTES: Final = 21  # sign, 19 digits, point or comma
_DECIMALS: Final = np.array(DECIMALS, dtype=np.int64)
_SCALES: Final = np.array([10.0**decimals for decimals in DECIMALS])
_LARGEST: Final = 2.0**62
_COMMA: Final = ord(",")
_NEWLINE: Final = ord("\n")
_MINUS: Final = ord("-")
_POINT: Final = ord(".")
_ZERO: Final = ord("0")


@dataclass(frozen=True)
class Identity:
    """What is the same on every line."""

    run: str
    scenario: str
    seed: int


def csv_line(cells: Sequence[Any]) -> str:
    """One line of CSV, quoted where needed; None is an empty cell."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue()


HEADER: Final = csv_line(CSV_COLUMNS)


@entry
def write_lines(
    stamps: Bytes, identity: Bytes, cells: Floats, decimals: Ints, scales: Floats, text: Bytes
) -> int:
    """Write `stamp,first cell,identity,other cells` lines into `text` (uint8, large enough); returns the
    bytes used.
    """
    place = 0
    digits = np.empty(24, dtype=np.uint8)
    for row in range(len(cells)):
        for k in range(stamps.shape[1]):
            text[place + k] = stamps[row, k]
        place += stamps.shape[1]
        for column in range(cells.shape[1]):
            text[place] = _COMMA
            place += 1
            if column == 1:
                for k in range(len(identity)):
                    text[place + k] = identity[k]
                place += len(identity)
            value = cells[row, column]
            if np.isnan(value):
                continue
            scaled = np.rint(value * scales[column])
            if scaled < 0:
                text[place] = _MINUS
                place += 1
                scaled = -scaled
            rest = np.int64(min(scaled, _LARGEST))
            fraction = decimals[column]
            while fraction > 0 and rest % 10 == 0:
                rest //= 10
                fraction -= 1
            length = 0
            while rest > 0 or length <= fraction:
                digits[length] = _ZERO + rest % 10
                rest //= 10
                length += 1
            for k in range(length - 1, -1, -1):
                text[place] = digits[k]
                place += 1
                if k == fraction and fraction > 0:
                    text[place] = _POINT
                    place += 1
        text[place] = _NEWLINE
        place += 1
    return place


def csv_text(rows: Rows, identity: Identity) -> str:
    """Rows as lines of history.csv, without the header."""
    if len(rows) == 0:
        return ""
    stamps = np.datetime_as_string(rows.column(WALL_MS).astype("datetime64[ms]"), unit="ms").astype("S23")
    stamp_bytes = np.full((len(rows), 24), ord("Z"), dtype=np.uint8)
    stamp_bytes[:, :23] = stamps.view(np.uint8).reshape(len(rows), 23)
    cells = (csv_line([identity.run, identity.scenario, identity.seed])[:-1] + ",").encode()
    constant = np.frombuffer(cells, dtype=np.uint8)
    line_bytes = 25 + len(constant) + len(COLUMNS) * (_CELL_BYTES + 1)
    text = np.empty(len(rows) * line_bytes, dtype=np.uint8)
    used = write_lines(stamp_bytes, constant, table(rows), _DECIMALS, _SCALES, text)
    return text[:used].tobytes().decode()


def csv_chunks(parts: Iterable[Rows], identity: Identity) -> Iterator[str]:
    """The whole file in pieces: the header, then the lines of each part."""
    yield HEADER
    for part in parts:
        if len(part):
            yield csv_text(part, identity)


def rfc3339(wall_seconds: float) -> str:
    """A wall time (Unix seconds) as in the exports: UTC, milliseconds."""
    return f"{np.datetime64(round(wall_seconds * 1000), 'ms')}Z"
