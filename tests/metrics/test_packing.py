"""Rows survive packing bit for bit, and take little room."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernel import samples as kernel
from simulator.metrics.packing import pack, unpack
from simulator.metrics.rows import NUMBER, WIDTH, RowMaker, Rows, no_rows
from tests.metrics.hand_made import random_block, unhurried
from tests.metrics.test_rows import same

numbers = st.integers(0, 2**63 - 1) | st.integers(0, 200)
histograms = st.dictionaries(st.integers(0, 7423), st.integers(1, 2**50) | st.integers(1, 40), max_size=20)


@st.composite
def stretches(draw: st.DrawFn) -> Rows:
    count = draw(st.integers(1, 6))
    values = np.array(draw(st.lists(numbers, min_size=count * WIDTH, max_size=count * WIDTH)), dtype=np.int64)
    values = values.reshape(count, WIDTH)
    pairs: list[tuple[int, int]] = []
    for row in range(count):
        for place in (kernel.RESPONSE_FIRST, kernel.WAIT_FIRST):
            mine = sorted(draw(histograms).items())
            values[row, place : place + 2] = len(pairs), len(mine)
            pairs += mine
    return Rows(values, np.array(pairs, dtype=np.int64).reshape(-1, 2))


@unhurried
@given(stretches())
def test_what_is_packed_comes_back(rows: Rows) -> None:
    packed = pack(rows, NUMBER)
    again = unpack(packed)
    assert np.array_equal(again.values, rows.values)
    assert np.array_equal(again.buckets, rows.buckets)
    assert (packed.rows, packed.pairs) == (len(rows), len(rows.buckets))
    assert packed.last_number == rows.values[-1, NUMBER]


@unhurried
@given(stretches(), st.data())
def test_a_slice_packs_its_own_rows_only(rows: Rows, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(rows) - 1))
    part = rows.slice(first, len(rows))
    assert same(unpack(pack(part, NUMBER)), part)
    assert len(part.buckets) <= len(rows.buckets)


def test_a_row_of_everyday_load_takes_a_twentieth_of_its_size() -> None:
    rows = RowMaker().rows(random_block(np.random.default_rng(2), 64, 60), 1.0)
    size = len(pack(rows, NUMBER).content) / 64
    assert size < 500
    assert size < (rows.values.nbytes + rows.buckets.nbytes) / 64 / 5


def test_the_whole_range_of_int64_survives_a_change_of_sign() -> None:
    values = np.zeros((3, WIDTH), dtype=np.int64)
    values[1] = 2**63 - 1
    values[1, [kernel.RESPONSE_ENTRIES, kernel.WAIT_ENTRIES]] = 0
    again = unpack(pack(Rows(values, no_rows().buckets), NUMBER))
    firsts = [kernel.RESPONSE_FIRST, kernel.WAIT_FIRST]
    assert np.array_equal(np.delete(again.values, firsts, 1), np.delete(values, firsts, 1))
