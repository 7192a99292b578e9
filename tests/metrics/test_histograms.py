"""Buckets and percentiles, against sorting the values themselves."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernel.jit import entry
from simulator.kernel.latency import bucket_of
from simulator.kernel.limits import HISTOGRAM_BUCKETS
from simulator.metrics import histograms
from tests.metrics.hand_made import pairs_of, unhurried

times = st.integers(0, 127) | st.integers(0, 2**20) | st.integers(0, 2**62 - 1)
THOUSANDTHS = (1, 500, 900, 950, 990, 999, 1000)


def quantiles_of(values: list[int], thousandths: tuple[int, ...] = THOUSANDTHS) -> list[int]:
    pairs = np.array(pairs_of(values), dtype=np.int64).reshape(-1, 2)
    found = histograms.row_quantiles_ns(np.array([0]), np.array([len(pairs)]), pairs, thousandths)
    return found[0].tolist()  # type: ignore[no-any-return]


def test_every_bucket_follows_the_one_before_without_a_gap() -> None:
    # Beyond bucket 7295 lie times that int64 cannot hold.
    for bucket in range(7296):
        low = histograms.bucket_low_ns(bucket)
        assert histograms.bucket_of_ns(low) == bucket
        if bucket:
            assert histograms.bucket_of_ns(low - 1) == bucket - 1


@entry
def kernel_bucket(time_ns: int) -> int:
    return bucket_of(time_ns)


@unhurried
@given(times)
def test_a_time_is_in_the_bucket_that_the_kernel_counts_it_in(time_ns: int) -> None:
    assert histograms.bucket_of_ns(time_ns) == kernel_bucket(time_ns)


def test_a_reported_time_is_at_most_2_to_the_minus_8_off() -> None:
    for bucket in range(7296):
        low, last = histograms.bucket_low_ns(bucket), histograms.bucket_low_ns(bucket + 1) - 1
        middle = int(histograms.MIDDLES_NS[bucket])
        assert low <= middle <= last
        assert (middle - low) * 256 <= max(low, 1)
        assert (last - middle) * 256 <= max(last, 1)


@unhurried
@given(st.lists(times, min_size=1, max_size=300))
def test_a_quantile_is_the_smallest_value_with_enough_at_or_below_it(values: list[int]) -> None:
    ordered = sorted(values)
    for thousandth, found in zip(THOUSANDTHS, quantiles_of(values), strict=True):
        rank = -(-len(values) * thousandth // 1000)
        exact = ordered[rank - 1]
        assert found == histograms.MIDDLES_NS[histograms.bucket_of_ns(exact)]


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (100, 99), (101, 100), (200, 198), (1000, 990)])
def test_the_rank_of_p99_is_rounded_up_in_integers(count: int, rank: int) -> None:
    assert quantiles_of(list(range(count)), (990,)) == quantiles_of([rank - 1])[:1]
    assert rank == math.ceil(99 * count / 100)


def test_no_value_has_no_quantile() -> None:
    assert quantiles_of([], (500,)) == [-1]
    assert histograms.dense_quantile_ns(np.zeros(HISTOGRAM_BUCKETS), 500) is None


@unhurried
@given(st.lists(times, min_size=1, max_size=200))
def test_a_dense_histogram_gives_the_same_quantiles(values: list[int]) -> None:
    dense = np.zeros(HISTOGRAM_BUCKETS, dtype=np.int64)
    for bucket, count in pairs_of(values):
        dense[bucket] = count
    assert [histograms.dense_quantile_ns(dense, t) for t in THOUSANDTHS] == quantiles_of(values)


@unhurried
@given(st.lists(times, max_size=200))
def test_the_wire_histogram_counts_what_it_would_have_counted_itself(values: list[int]) -> None:
    pairs = np.array(pairs_of(values), dtype=np.int64).reshape(-1, 2)
    first, counts = histograms.coarse_pairs(pairs)
    shown = {first + place: count for place, count in enumerate(counts) if count}
    # The rule as docs/wire.md states it, tried bucket by bucket.
    lows = [b if b < 8 else (8 + b % 8) * 2 ** (b // 8 - 1) for b in range(490)]
    assert shown == Counter(
        int(np.searchsorted(np.array(lows, dtype=object), v, "right")) - 1 for v in values
    )
    if counts:
        assert counts[0]
        assert counts[-1]
