"""Sample blocks made by hand: a few named figures a sample, everything else zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import settings

from simulator.kernel.samples import SAMPLE
from simulator.metrics.histograms import bucket_of_ns
from simulator.metrics.rows import RowMaker, Rows
from simulator.model.simulation import SampleBlock

INTERVAL_NS = 100_000_000
# The first example may have to compile.
unhurried = settings(deadline=None)


def pairs_of(times_ns: Sequence[int]) -> list[tuple[int, int]]:
    """The (bucket, count) pairs of some times."""
    return sorted(Counter(bucket_of_ns(time) for time in times_ns).items())


def block(*samples: dict[str, Any], first_end_ns: int = INTERVAL_NS) -> SampleBlock:
    """A block of samples by column name. `response` and `wait` are lists of times in ns."""
    array = np.zeros(len(samples), dtype=SAMPLE)
    pairs: list[tuple[int, int]] = []
    end_ns = first_end_ns - INTERVAL_NS
    for row, given in enumerate(samples):
        figures = {"interval_ns": INTERVAL_NS, "sequence": row, **given}
        end_ns += figures["interval_ns"]
        array[row]["end_ns"] = end_ns
        for name in ("response", "wait"):
            mine = pairs_of(figures.pop(name, []))
            array[row][f"{name}_first"] = len(pairs)
            array[row][f"{name}_entries"] = len(mine)
            pairs += mine
        for name, value in figures.items():
            array[row][name] = value
    return SampleBlock(array, np.array(pairs, dtype=np.uint32).reshape(-1, 2))


def rows(*samples: dict[str, Any]) -> Rows:
    """The rows of a block of samples."""
    return RowMaker().rows(block(*samples), 1_700_000_000.0, 1_699_999_999.0)


def random_block(
    generator: np.random.Generator,
    count: int,
    jobs: int,
    *,
    first: int = 0,
    mean_ns: float = 1e7,
) -> SampleBlock:
    """`count` samples that follow the first `first` ones, each with about `jobs` completions."""
    array = np.zeros(count, dtype=SAMPLE)
    array["end_ns"] = (first + 1 + np.arange(count)) * INTERVAL_NS
    array["interval_ns"] = INTERVAL_NS
    array["sequence"] = first + np.arange(count)
    completed = generator.poisson(jobs, count)
    array["completed"] = array["queued"] = array["arrivals"] = completed
    array["completed_total"] = array["arrivals_total"] = np.cumsum(completed)
    array["context_switches"] = generator.integers(0, 1000, count)
    array["workers_calling_ns"] = generator.integers(0, 8 * INTERVAL_NS, count)
    array["workers_parked_ns"] = 8 * INTERVAL_NS - array["workers_calling_ns"]
    owner = np.repeat(np.arange(count), completed)
    pieces, entries = [], []
    for kind, (column, scale) in enumerate((("response", mean_ns), ("queue_wait", mean_ns / 10))):
        times = np.rint(generator.exponential(scale, len(owner))).astype(np.int64)
        exponents = np.maximum(np.floor(np.log2(np.maximum(times, 1))).astype(np.int64) - 7, 0)
        buckets = np.where(times < 128, times, (exponents << 7) + (times >> exponents))
        keys, counts = np.unique((owner * 2 + kind) * 8192 + buckets, return_counts=True)
        entries.append(np.bincount(keys // 16384, minlength=count))
        pieces.append(np.stack([keys, counts], axis=1))
        array[f"{column}_sum_ns"] = np.bincount(owner, weights=times, minlength=count).astype(np.int64)
        np.maximum.at(array[f"{column}_max_ns"], owner, times)
    # As the kernel lays them out: a sample's responses, then its waits.
    pairs = np.concatenate(pieces)
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    pairs[:, 0] %= 8192
    array["response_entries"], array["wait_entries"] = entries
    both = entries[0] + entries[1]
    array["response_first"] = np.cumsum(both) - both
    array["wait_first"] = array["response_first"] + entries[0]
    return SampleBlock(array, pairs.astype(np.uint32))
