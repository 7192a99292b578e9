"""The history: nothing lost at any age, messages numbered, what was missed given back, memory bounded."""

from __future__ import annotations

import csv
import io
import threading
from typing import Any

import numpy as np
import pytest

from simulator.kernel import samples as kernel
from simulator.metrics import history as history_module
from simulator.metrics import pyramid as pyramid_module
from simulator.metrics.columns import WIRE_COLUMNS
from simulator.metrics.history import History, overview
from simulator.metrics.pyramid import LEVELS, Pyramid
from simulator.metrics.rows import NUMBER, RowMaker, Rows, merge_all
from tests.metrics.hand_made import INTERVAL_NS, block, random_block

MIB = 1 << 20


def filled(samples: int, *, jobs: int = 3, a_block: int = 500, publish: bool = True) -> History:
    history = History("r1", "notes-picture", 1)
    generator = np.random.default_rng(1)
    for first in range(0, samples, a_block):
        history.append(random_block(generator, min(a_block, samples - first), jobs, first=first), first / 10)
        if publish:
            history.publish(a_block)
    return history


def column(payload: dict[str, Any], name: str) -> list[Any]:
    place = WIRE_COLUMNS.index(name)
    return [row[place] for row in payload["rows"]]


def assert_tiles(payload: dict[str, Any], until_seconds: float, since_seconds: float = 0.0) -> None:
    """Rows follow each other without a hole or an overlap."""
    ends, lengths = column(payload, "simulated_seconds"), column(payload, "interval_seconds")
    begin = since_seconds
    for end, length in zip(ends, lengths, strict=True):
        assert end - length == pytest.approx(begin, abs=1e-6)
        begin = end
    assert begin == pytest.approx(until_seconds)


class TestPyramid:
    @pytest.mark.parametrize("a_block", [1, 7, 64, 1000])
    def test_counts_sums_maxima_and_histograms_of_everything_stay_exact(self, a_block: int) -> None:
        pyramid, maker, generator = Pyramid(), RowMaker(), np.random.default_rng(5)
        sums = np.zeros(kernel.COLUMNS, dtype=np.int64)
        largest = responses = 0
        samples = 3000 if a_block == 1 else 30_000
        for first in range(0, samples, a_block):
            part = maker.rows(random_block(generator, min(a_block, samples - first), 4, first=first), 1.0)
            pyramid.append(part)
            sums += part.values[:, : kernel.COLUMNS].sum(axis=0)
            largest = max(largest, int(part.column(kernel.RESPONSE_MAX_NS).max()))
            responses += int(part.buckets[:, 1].sum())
        kept = pyramid.rows()
        assert len(kept) == pyramid.kept_rows < samples or samples <= 8192
        one = merge_all(kept)
        for place in (kernel.INTERVAL_NS, kernel.COMPLETED, kernel.RESPONSE_SUM_NS, kernel.STATE_NS + 18):
            assert one.values[0, place] == sums[place]
        assert one.values[0, kernel.RESPONSE_MAX_NS] == largest
        assert int(one.buckets[:, 1].sum()) == responses
        assert np.array_equal(np.cumsum(kept.column(kernel.INTERVAL_NS)), kept.column(kernel.END_NS))

    def test_the_newest_samples_are_kept_one_by_one_and_the_grain_doubles_with_age(self) -> None:
        pyramid, maker, generator = Pyramid(), RowMaker(), np.random.default_rng(6)
        for first in range(0, 60_000, 1000):
            pyramid.append(maker.rows(random_block(generator, 1000, 2, first=first), 1.0))
        kept = pyramid.rows()
        grains = kept.column(kernel.INTERVAL_NS) // INTERVAL_NS
        assert (np.diff(grains) <= 0).all()
        assert set(grains.tolist()) <= {2**k for k in range(LEVELS)}
        assert int((grains == 1).sum()) >= 8192 - 64
        singles = kept.column(NUMBER)[grains == 1]
        assert pyramid.first_single == singles[0]
        assert singles[-1] == 60_000

    def test_the_last_level_merges_within_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("simulator.metrics.pyramid.LEVELS", 3)
        pyramid, maker = Pyramid(), RowMaker()
        generator = np.random.default_rng(7)
        for first in range(0, 40_000, 1000):
            pyramid.append(maker.rows(random_block(generator, 1000, 1, first=first), 1.0))
        assert pyramid.kept_rows < 8192 + 64 + 2 * (512 + 64)
        kept = pyramid.rows()
        assert np.array_equal(np.cumsum(kept.column(kernel.INTERVAL_NS)), kept.column(kernel.END_NS))
        assert int(kept.column(kernel.INTERVAL_NS).max()) > 4 * INTERVAL_NS

    def test_rows_after_a_number_are_the_newer_ones(self) -> None:
        pyramid, maker, generator = Pyramid(), RowMaker(), np.random.default_rng(8)
        pyramid.append(maker.rows(random_block(generator, 500, 1), 1.0))
        assert pyramid.rows(437).column(NUMBER).tolist() == list(range(438, 501))
        assert len(pyramid.rows(500)) == 0

    def test_it_keeps_no_hold_of_the_blocks_it_was_given(self) -> None:
        pyramid, maker, generator = Pyramid(), RowMaker(), np.random.default_rng(9)
        part = maker.rows(random_block(generator, 1000, 500), 1.0)
        pyramid.append(part)
        assert part.buckets.nbytes > 4 * MIB
        assert pyramid.kept_bytes < MIB + part.buckets.nbytes // 4
        assert not any(np.shares_memory(piece.buckets, part.buckets) for piece in pyramid._open)


class TestMemory:
    @pytest.mark.slow
    def test_a_week_takes_less_than_16_mib(self) -> None:
        """A sample a second for seven days: one block of 5000, drawn once and fed again and again."""
        history = History("r1", "notes-picture", 1)
        template = random_block(np.random.default_rng(10), 5000, 60)
        template.samples["interval_ns"] = 10**9
        blocks = 7 * 86_400 // 5000 + 1
        most = 0
        for number in range(blocks):
            template.samples["end_ns"] = (number * 5000 + 1 + np.arange(5000)) * 10**9
            history.append(template, float(number))
            history.publish(1)
            most = max(most, history.kept_bytes)
        assert most < 16 * MIB
        kept = history._pyramid.rows()
        assert int(kept.column(kernel.INTERVAL_NS).sum()) == blocks * 5000 * 10**9
        assert int(kept.column(kernel.COMPLETED).sum()) == blocks * int(template.samples["completed"].sum())
        assert int(kept.buckets[:, 1].sum()) == blocks * int(template.buckets[:, 1].sum())

    def test_the_levels_together_stay_below_16_mib_however_long_the_run(self) -> None:
        levels = pyramid_module.LEVELS - 1
        most = pyramid_module._NEWEST_BYTES + levels * pyramid_module._LEVEL_BYTES
        assert most + history_module._MERGED_MESSAGES_BYTES < 14 * MIB
        covered = pyramid_module._LEVEL_ROWS * 2 ** (levels - 1)
        assert covered > 4_000_000, "before the last level merges within itself"

    @pytest.mark.slow
    @pytest.mark.parametrize("jobs", [700, 20_000])
    def test_a_heavy_load_keeps_fewer_samples_one_by_one_but_no_more_memory(self, jobs: int) -> None:
        history = History()
        generator = np.random.default_rng(11)
        template = random_block(generator, 500, jobs, mean_ns=3e7)
        samples = 60_000
        for first in range(0, samples, 500):
            template.samples["end_ns"] = (first + 1 + np.arange(500)) * INTERVAL_NS
            history.append(template, float(first))
            history.publish(1)
            assert history.kept_bytes < 16 * MIB
        one = merge_all(history._pyramid.rows())
        assert one.values[0, kernel.INTERVAL_NS] == samples * INTERVAL_NS

    def test_what_nobody_publishes_does_not_pile_up(self) -> None:
        history = filled(20_000, publish=False)
        assert sum(len(part) for part in history._pending) <= 512 + 1000
        (message,) = history.publish()
        assert message["seq"] == 1
        assert message["interval_seconds"] == 2000


class TestMessages:
    def test_they_are_numbered_without_gaps_and_cover_all_time(self) -> None:
        history, generator = History(), np.random.default_rng(12)
        messages = []
        for first, count, most in ((0, 1, 5), (1, 7, 1), (8, 30, 4), (38, 2, 2)):
            history.append(random_block(generator, count, 3, first=first), 1.0)
            messages += history.publish(most)
        assert (
            [m["seq"] for m in messages]
            == list(range(1, len(messages) + 1))
            == list(range(1, history.seq + 1))
        )
        assert len(messages) == 1 + 1 + 4 + 2
        assert sum(m["interval_seconds"] for m in messages) == pytest.approx(4.0)
        assert history.publish() == []

    def test_a_merged_message_has_all_responses(self) -> None:
        history = History()
        history.append(block({"completed": 1, "response": [10]}, {"completed": 2, "response": [10, 30]}), 1.0)
        (message,) = history.publish(1)
        assert sum(message["response_buckets"][1]) == 3
        assert message["throughput_per_second"] == 15


class TestWhatWasMissed:
    def test_single_samples_come_back_one_by_one(self) -> None:
        history = filled(300)
        missed = history.rows_since(250)
        assert (missed["gap"], missed["seq"], len(missed["rows"])) == (False, 300, 50)
        assert_tiles(missed, 30.0, 25.0)
        assert missed["columns"] == list(WIRE_COLUMNS)
        assert len(missed["response_buckets"]) == 50

    def test_they_are_exactly_what_was_sent(self) -> None:
        history, generator = History(), np.random.default_rng(13)
        sent: list[dict[str, Any]] = []
        for first, count, most in ((0, 50, 50), (50, 40, 3), (90, 1, 1), (91, 600, 2), (691, 5, 5)):
            history.append(random_block(generator, count, 10, first=first), 1.0)
            sent += history.publish(most)
        for since in range(len(sent) + 1):
            missed = history.rows_since(since)
            assert missed["gap"] is False
            assert missed["seq"] == len(sent)
            shown = [dict(zip(missed["columns"], row, strict=True)) for row in missed["rows"]]
            for row, buckets in zip(shown, missed["response_buckets"], strict=True):
                row["response_buckets"] = buckets
            assert [{"seq": since + 1 + k, **row} for k, row in enumerate(shown)] == sent[since:]

    def test_messages_of_a_fast_run_come_back_though_its_samples_are_merged_by_now(self) -> None:
        history, generator = History(), np.random.default_rng(14)
        sent = []
        for first in range(0, 40_000, 1000):
            history.append(random_block(generator, 1000, 2, first=first), 1.0)
            sent += history.publish(1)
        missed = history.rows_since(3)
        assert missed["gap"] is False
        assert column(missed, "completed_total") == [m["completed_total"] for m in sent[3:]]
        assert column(missed, "response_p99_seconds") == [m["response_p99_seconds"] for m in sent[3:]]

    def test_what_is_no_longer_kept_so_comes_merged_and_says_so(self) -> None:
        history = filled(30_000)
        missed = history.rows_since(100)
        assert missed["gap"] is True
        assert len(missed["rows"]) <= 1000
        ends, lengths = column(missed, "simulated_seconds"), column(missed, "interval_seconds")
        assert ends[-1] == 3000
        assert ends[0] - lengths[0] <= 30_000 / 10
        assert sum(lengths) == pytest.approx(3000, rel=0.01)

    def test_too_many_to_send_come_merged(self) -> None:
        history = filled(5000)
        assert history.rows_since(3000, limit=2000)["gap"] is False
        missed = history.rows_since(2999, limit=2000)
        assert missed["gap"] is True
        assert_tiles(missed, 500.0, 299.9)

    def test_a_number_from_another_life_gets_everything(self) -> None:
        history = filled(100)
        missed = history.rows_since(101)
        assert missed["gap"] is True
        assert_tiles(missed, 10.0)

    def test_nothing_missed_is_nothing(self) -> None:
        history = filled(100)
        missed = history.rows_since(100)
        assert (missed["rows"], missed["gap"], missed["seq"]) == ([], False, 100)
        assert History().rows_since(0)["rows"] == []


class TestOverview:
    def test_a_short_run_comes_in_full(self) -> None:
        shown = filled(900).overview()
        assert (len(shown["rows"]), shown["gap"], shown["seq"]) == (900, False, 900)
        assert_tiles(shown, 90.0)

    @pytest.mark.parametrize("samples", [1001, 5000, 100_000])
    def test_a_long_run_comes_in_about_a_thousand_rows_newest_in_full(self, samples: int) -> None:
        shown = filled(samples, jobs=1).overview()
        assert 500 <= len(shown["rows"]) <= 1000
        assert_tiles(shown, samples / 10)
        lengths = column(shown, "interval_seconds")
        assert lengths[-50:] == [0.1] * 50
        # Evenly spread enough for a chart of everything: no row hides more than a few hundredths of it.
        assert max(lengths) < samples / 10 / 100

    def test_merged_rows_have_exact_counts(self) -> None:
        history = filled(5000)
        rows = history._pyramid.rows()
        few = overview(rows, 100)
        assert 50 <= len(few) <= 101
        assert few.column(kernel.COMPLETED).sum() == rows.column(kernel.COMPLETED).sum()
        assert few.buckets[:, 1].sum() == rows.buckets[:, 1].sum()

    def test_it_shows_nothing_that_the_next_message_will_bring(self) -> None:
        history = filled(100)
        history.append(random_block(np.random.default_rng(1), 10, 3, first=100), 1.0)
        assert_tiles(history.overview(), 10.0)
        (message,) = history.publish()
        assert message["seq"] == 101
        assert message["simulated_seconds"] - message["interval_seconds"] == pytest.approx(10.0)

    def test_an_empty_history_has_no_rows(self) -> None:
        shown = History().overview()
        assert (shown["rows"], shown["seq"], shown["gap"]) == ([], 0, False)


class TestExport:
    def test_the_file_tiles_all_time_and_ends_with_the_newest_sample(self) -> None:
        history = filled(20_000, jobs=1)
        lines = list(csv.DictReader(io.StringIO("".join(history.csv()))))
        lengths = [float(line["interval_seconds"]) for line in lines]
        ends = [float(line["simulated_seconds"]) for line in lines]
        assert np.allclose(np.cumsum(lengths), ends)
        assert ends[-1] == 2000
        assert {line["run"] for line in lines} == {"r1"}
        assert lengths[-8000:] == [0.1] * 8000
        stamps = [line["timestamp"] for line in lines]
        assert stamps == sorted(stamps)

    def test_it_comes_in_pieces_and_is_of_one_moment(self) -> None:
        history = filled(1000)
        pieces = history.csv()
        next(pieces)
        history.append(random_block(np.random.default_rng(1), 500, 3, first=1000), 200.0)
        rest = list(pieces)
        assert len(rest) > 10
        assert sum(piece.count("\n") for piece in rest) == 1000


def test_one_thread_appends_while_others_read() -> None:
    history, generator = History(), np.random.default_rng(15)
    blocks = [random_block(generator, 200, 3, first=first) for first in range(0, 20_000, 200)]
    problems: list[BaseException] = []

    def read() -> None:
        try:
            while history.seq < len(blocks):
                shown = history.overview()
                ends, lengths = column(shown, "simulated_seconds"), column(shown, "interval_seconds")
                if ends:
                    assert sum(lengths) == pytest.approx(ends[-1])
                    history.rows_since(max(0, shown["seq"] - 5))
                    list(history.csv())
        except BaseException as error:
            problems.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for part in blocks:
        history.append(part, 1.0)
        history.publish()
    for reader in readers:
        reader.join()
    assert not problems
    assert history_module.OVERVIEW_ROWS == 1000


def test_overview_of_a_view_of_rows_takes_rows_as_they_are() -> None:
    part = RowMaker().rows(random_block(np.random.default_rng(1), 10, 2), 1.0)
    assert isinstance(overview(part, 20), Rows)
    assert overview(part, 20) is part
