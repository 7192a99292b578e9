"""Log-linear histograms of times in ns: the kernel's fine buckets, the wire's coarse ones, and percentiles.

The kernel counts 128 buckets an octave (simulator/kernel/latency.py). A time is reported as its bucket's
middle, at most 2^-8 off. A quantile q of n values is the smallest value with at least ceil(q n) values at
or below it; q is given in thousandths, so that the rank is computed in integers. The wire's 8 buckets an
octave are an exact merge.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from simulator.kernel.jit import entry
from simulator.kernel.limits import HISTOGRAM_BITS, HISTOGRAM_BUCKETS

Ints = NDArray[np.int64]

COARSE_BITS: Final = 3
_LARGEST_NS: Final = 2**63 - 1


def bucket_low_ns(bucket: int, bits: int = HISTOGRAM_BITS) -> int:
    """The smallest time of a bucket, with 2**bits buckets an octave; times below 2**bits have a bucket
    each.
    """
    per_octave = 1 << bits
    if bucket < per_octave:
        return bucket
    return (per_octave + bucket % per_octave) << (bucket // per_octave - 1)


def bucket_of_ns(value_ns: int, bits: int = HISTOGRAM_BITS) -> int:
    """The bucket a time belongs to."""
    if value_ns < 1 << bits:
        return value_ns
    exponent = value_ns.bit_length() - 1 - bits
    return (exponent << bits) + (value_ns >> exponent)


def _middle_ns(bucket: int) -> int:
    low, after = bucket_low_ns(bucket), bucket_low_ns(bucket + 1)
    return min(low + (after - low) // 2, _LARGEST_NS)


MIDDLES_NS: Final[Ints] = np.array(
    [_middle_ns(bucket) for bucket in range(HISTOGRAM_BUCKETS)], dtype=np.int64
)
COARSE_OF_FINE: Final[Ints] = np.array(
    [bucket_of_ns(bucket_low_ns(bucket), COARSE_BITS) for bucket in range(HISTOGRAM_BUCKETS)], dtype=np.int64
)


@entry
def sparse_quantiles(
    firsts: Ints, entries: Ints, buckets: Ints, thousandths: Ints, middles: Ints, quantiles: Ints
) -> None:
    """Fill `quantiles[row, k]` (ns, -1 for no data) from each row's (bucket, count) pairs, sorted by
    bucket.
    """
    for row in range(len(firsts)):
        first = firsts[row]
        after = first + entries[row]
        total = 0
        for place in range(first, after):
            total += buckets[place, 1]
        if total == 0:
            for k in range(len(thousandths)):
                quantiles[row, k] = -1
            continue
        cumulative = 0
        k = 0
        for place in range(first, after):
            cumulative += buckets[place, 1]
            while k < len(thousandths) and cumulative >= (total * thousandths[k] + 999) // 1000:
                quantiles[row, k] = middles[buckets[place, 0]]
                k += 1


def row_quantiles_ns(firsts: Ints, entries: Ints, buckets: Ints, thousandths: tuple[int, ...]) -> Ints:
    """Quantiles (ascending thousandths, from 1 to 1000) of many histograms: int64[rows, quantiles] ns, -1:
    no data.
    """
    quantiles = np.empty((len(firsts), len(thousandths)), dtype=np.int64)
    wanted = np.array(thousandths, dtype=np.int64)
    sparse_quantiles(
        np.ascontiguousarray(firsts), np.ascontiguousarray(entries), buckets, wanted, MIDDLES_NS, quantiles
    )
    return quantiles


def dense_quantile_ns(counts: NDArray[Any], thousandth: int) -> int | None:
    """A quantile of one dense histogram (a counter per fine bucket), or None when it is empty."""
    cumulative = np.cumsum(counts, dtype=np.int64)
    total = int(cumulative[-1])
    if total == 0:
        return None
    rank = (total * thousandth + 999) // 1000
    return int(MIDDLES_NS[int(np.searchsorted(cumulative, rank))])


def coarse_pairs(pairs: Ints) -> list[Any]:
    """One histogram's (bucket, count) pairs as the wire's `[first, [counts]]`, 8 buckets an octave."""
    if len(pairs) == 0:
        return [0, []]
    coarse = COARSE_OF_FINE[pairs[:, 0]]
    first = int(coarse[0])
    counts = np.zeros(int(coarse[-1]) - first + 1, dtype=np.int64)
    np.add.at(counts, coarse - first, pairs[:, 1])
    return [first, counts.tolist()]
