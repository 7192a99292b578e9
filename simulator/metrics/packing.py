"""Rows as compact bytes and back, without loss: what the history keeps.

Each value is stored as its difference from the row before, in as few bytes as it needs (seven bits a byte;
the first byte keeps a sign). Each histogram pair is stored as the step from the bucket before and the
count, mostly in one byte. A row of a moderate load takes about 0.3 kB in place of 5. Bytes of one stretch
of rows stand alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.kernel import samples as kernel
from simulator.kernel.jit import entry, inner
from simulator.metrics.rows import WIDTH, Ints, Rows

Bytes = NDArray[np.uint8]

_VALUE_BYTES: Final = 10  # at most: 6 bits, then 7 a byte
_PAIR_BYTES: Final = 20


@dataclass(frozen=True)
class Packed:
    """A stretch of rows as bytes."""

    rows: int
    pairs: int
    content: bytes
    first_number: int  # of its first row
    last_number: int


@inner
def _put(content: Bytes, place: int, value: int) -> int:
    """Write a non-negative value, seven bits a byte; returns the place after it."""
    while value >= 128:
        content[place] = 128 | (value & 127)
        value >>= 7
        place += 1
    content[place] = value
    return place + 1


@entry
def pack_rows(values: Ints, buckets: Ints, content: Bytes) -> int:
    """Write rows into `content` (uint8, large enough); returns the bytes used."""
    place = 0
    for row in range(len(values)):
        for column in range(values.shape[1]):
            if column == kernel.RESPONSE_FIRST or column == kernel.WAIT_FIRST:
                continue
            difference = values[row, column] - (values[row - 1, column] if row > 0 else 0)
            sign = 0
            if difference < 0:
                sign = 64
                difference = -difference
            if difference >= 64:
                content[place] = 128 | sign | (difference & 63)
                place = _put(content, place + 1, difference >> 6)
            else:
                content[place] = sign | difference
                place += 1
        for places in (kernel.RESPONSE_FIRST, kernel.WAIT_FIRST):
            first = values[row, places]
            before = -1
            for pair in range(first, first + values[row, places + 1]):
                step = buckets[pair, 0] - before - 1
                before = buckets[pair, 0]
                place = _put(content, place, ((buckets[pair, 1] - 1) << 2) | min(step, 3))
                if step >= 3:
                    place = _put(content, place, step - 3)
    return place


@inner
def _get(content: Bytes, place: int) -> tuple[Any, int]:
    """Read a value that `_put` wrote: (value, place after it)."""
    value: Any = 0
    shift = 0
    while content[place] >= 128:
        value |= (np.int64(content[place]) & 127) << shift
        shift += 7
        place += 1
    return value | (np.int64(content[place]) << shift), place + 1


@entry
def unpack_rows(content: Bytes, values: Ints, buckets: Ints) -> None:
    """Fill `values` and `buckets` from the bytes of exactly as many rows and pairs."""
    place = 0
    filled = 0
    for row in range(len(values)):
        for column in range(values.shape[1]):
            if column == kernel.RESPONSE_FIRST or column == kernel.WAIT_FIRST:
                continue
            head: Any = np.int64(content[place])
            place += 1
            difference = head & 63
            if head >= 128:
                rest, place = _get(content, place)
                difference |= rest << 6
            if head & 64:
                difference = -difference
            values[row, column] = difference + (values[row - 1, column] if row > 0 else 0)
        for places in (kernel.RESPONSE_FIRST, kernel.WAIT_FIRST):
            values[row, places] = filled
            bucket = -1
            for _pair in range(values[row, places + 1]):
                code, place = _get(content, place)
                step = code & 3
                if step == 3:
                    more, place = _get(content, place)
                    step += more
                bucket += step + 1
                buckets[filled, 0] = bucket
                buckets[filled, 1] = (code >> 2) + 1
                filled += 1


def pack(rows: Rows, number_column: int) -> Packed:
    """Rows (at least one) as bytes; `number_column` is where a row keeps its number."""
    values = np.ascontiguousarray(rows.values)
    pairs = int(values[:, kernel.RESPONSE_ENTRIES].sum() + values[:, kernel.WAIT_ENTRIES].sum())
    content = np.empty(len(values) * WIDTH * _VALUE_BYTES + pairs * _PAIR_BYTES, dtype=np.uint8)
    used = pack_rows(values, rows.buckets, content)
    numbers: Ints = values[:, number_column]
    return Packed(len(values), pairs, content[:used].tobytes(), int(numbers[0]), int(numbers[-1]))


def unpack(packed: Packed) -> Rows:
    """The rows that were packed."""
    values = np.empty((packed.rows, WIDTH), dtype=np.int64)
    buckets = np.empty((packed.pairs, 2), dtype=np.int64)
    unpack_rows(np.frombuffer(packed.content, dtype=np.uint8), values, buckets)
    return Rows(values, buckets)
