"""Merging rows: exact, in any grouping and order; and what a row adds to the kernel's sample."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.kernel import samples as kernel
from simulator.kernel.samples import SAMPLE_COLUMNS
from simulator.metrics import rows as row_module
from simulator.metrics.rows import RowMaker, Rows, joined, merge, merge_all, merge_pairs
from tests.metrics.hand_made import block, random_block, rows, unhurried

times = st.lists(st.integers(0, 2**40), max_size=12)
samples = st.lists(
    st.fixed_dictionaries(
        {
            "interval_ns": st.integers(1, 2**40),
            "queue_depth": st.integers(0, 1000),
            "completed": st.integers(0, 1000),
            "queue_max": st.integers(0, 1000),
            "response_max_ns": st.integers(0, 2**40),
            "workers_calling_ns": st.integers(0, 2**40),
            "context_switches": st.integers(0, 99),
            "response": times,
            "wait": times,
        }
    ),
    min_size=1,
    max_size=12,
)


def histogram(part: Rows, row: int, name: str) -> dict[int, int]:
    place = kernel.RESPONSE_FIRST if name == "response" else kernel.WAIT_FIRST
    first, entries = (int(part.values[row, place + k]) for k in (0, 1))
    return {int(bucket): int(count) for bucket, count in part.buckets[first : first + entries]}


def same(a: Rows, b: Rows) -> bool:
    """Whether two stretches of rows say the same, wherever their pairs lie."""
    places = [kernel.RESPONSE_FIRST, kernel.WAIT_FIRST]
    plain_a, plain_b = np.delete(a.values, places, axis=1), np.delete(b.values, places, axis=1)
    return np.array_equal(plain_a, plain_b) and all(
        histogram(a, row, name) == histogram(b, row, name)
        for row in range(len(a))
        for name in ("response", "wait")
    )


def merged_by_hand(given: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "interval_ns": sum(s["interval_ns"] for s in given),
        "queue_depth": given[-1]["queue_depth"],
        "completed": sum(s["completed"] for s in given),
        "queue_max": max(s["queue_max"] for s in given),
        "response_max_ns": max(s["response_max_ns"] for s in given),
        "workers_calling_ns": sum(s["workers_calling_ns"] for s in given),
    }


@unhurried
@given(samples)
def test_merging_adds_sums_keeps_the_last_level_and_the_largest_maximum(given: list[dict[str, Any]]) -> None:
    part = rows(*given)
    one = merge_all(part)
    assert len(one) == 1
    for name, value in merged_by_hand(given).items():
        assert one.values[0, SAMPLE_COLUMNS.index(name)] == value, name
    assert one.values[0, kernel.END_NS] == sum(s["interval_ns"] for s in given)
    for name in ("response", "wait"):
        total: Counter[int] = Counter()
        for row in range(len(part)):
            total.update(histogram(part, row, name))
        assert histogram(one, 0, name) == dict(total)
        assert list(histogram(one, 0, name)) == sorted(total)


@unhurried
@given(samples, st.data())
def test_merging_in_any_grouping_gives_the_same(given: list[dict[str, Any]], data: st.DataObject) -> None:
    part = rows(*given)
    places = data.draw(st.sets(st.integers(1, len(given) - 1) if len(given) > 1 else st.nothing()))
    starts = np.array([0, *sorted(places)], dtype=np.int64)
    assert same(merge_all(merge(part, starts)), merge_all(part))
    assert same(merge_all(merge_pairs(part)), merge_all(part))


@unhurried
@given(samples, st.data())
def test_slicing_and_joining_again_changes_nothing(given: list[dict[str, Any]], data: st.DataObject) -> None:
    part = rows(*given)
    middle = data.draw(st.integers(0, len(given)))
    pieces = [part.slice(0, middle), part.slice(middle, len(part))]
    assert same(joined(pieces), part)
    assert same(joined([piece.copied() for piece in pieces]), part)
    assert len(pieces[0].buckets) + len(pieces[1].buckets) <= len(part.buckets)


def test_every_column_has_a_rule_and_levels_are_the_ones_before_the_interval_begins() -> None:
    names = [*SAMPLE_COLUMNS, "cs", "wk", "sp", "lw", "wall", "number"]
    by_rule = {
        rule: {name for name, r in zip(names, row_module.MERGE_RULES, strict=True) if r == rule}
        for rule in (row_module.LEVEL, row_module.SUM, row_module.LARGEST)
    }
    assert by_rule[row_module.LARGEST] == {"response_max_ns", "queue_wait_max_ns", "queue_max", "ring_max"}
    assert {"end_ns", "queue_depth", "arrivals_total", "cores", "wall", "number"} <= by_rule[row_module.LEVEL]
    sums = {name for name in SAMPLE_COLUMNS if name.endswith(("_sum_ns", "_area_ns")) or "_ns" in name}
    levels_in_ns = {"end_ns", "response_max_ns", "queue_wait_max_ns"}
    assert sums - levels_in_ns <= by_rule[row_module.SUM]
    assert {"arrivals", "completed", "dropped_nic", "calls", "interval_ns"} <= by_rule[row_module.SUM]


def test_totals_and_numbers_run_on_from_block_to_block() -> None:
    maker = RowMaker()
    first = maker.rows(block({"context_switches": 3, "wakeups": 1}, {"context_switches": 4}), 2.0)
    second = maker.rows(block({"context_switches": 5, "lock_waits": 7}), 3.0)
    assert first.column(row_module.CONTEXT_SWITCHES_TOTAL).tolist() == [3, 7]
    assert second.column(row_module.CONTEXT_SWITCHES_TOTAL).tolist() == [12]
    assert second.column(row_module.WAKEUPS_TOTAL).tolist() == [1]
    assert second.column(row_module.LOCK_WAITS_TOTAL).tolist() == [7]
    assert [*first.column(row_module.NUMBER), *second.column(row_module.NUMBER)] == [1, 2, 3]


def test_wall_times_are_spread_evenly_and_never_over_a_pause() -> None:
    maker = RowMaker()
    samples_of_a_second: list[dict[str, int]] = [{} for _ in range(4)]
    first = maker.rows(block(*samples_of_a_second), 101.0, 100.0)
    assert first.column(row_module.WALL_MS).tolist() == [100_250, 100_500, 100_750, 101_000]
    follows = maker.rows(block({}, {}), 102.0)
    assert follows.column(row_module.WALL_MS).tolist() == [101_500, 102_000]
    after_a_pause = maker.rows(block({}, {}), 501.0, 500.0)
    assert after_a_pause.column(row_module.WALL_MS).tolist() == [500_500, 501_000]
    clock_set_back = maker.rows(block({}), 400.0)
    assert clock_set_back.column(row_module.WALL_MS).tolist() == [400_000]


def test_an_empty_block_has_no_rows() -> None:
    maker = RowMaker()
    empty = maker.rows(block(), 1.0)
    assert len(empty) == 0
    assert len(merge_all(empty)) == 0
    assert len(joined([empty, empty])) == 0


def test_a_bucket_may_hold_more_than_32_bits_after_merging() -> None:
    part = rows({"response": [1000]})
    part.buckets[0, 1] = 2**40
    double = merge_all(joined([part, part]))
    assert histogram(double, 0, "response") == {int(part.buckets[0, 0]): 2**41}


def test_ten_thousand_samples_merge_within_a_second() -> None:
    part = RowMaker().rows(random_block(np.random.default_rng(1), 10_000, 60), 1.0)
    one = merge_all(merge_pairs(part))
    assert int(one.values[0, kernel.COMPLETED]) == int(part.column(kernel.COMPLETED).sum())
    assert sum(histogram(one, 0, "response").values()) == int(one.values[0, kernel.COMPLETED])
