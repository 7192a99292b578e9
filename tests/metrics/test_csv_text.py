"""The text of history.csv and events.csv, read back by Python's own csv reader."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics import columns, csv_text
from simulator.metrics.csv_text import Identity
from simulator.metrics.events_csv import Event, events_csv
from simulator.metrics.rows import RowMaker, merge_all
from tests.metrics.hand_made import random_block, rows, unhurried

IDENTITY = Identity("r1", "notes-picture", 7)


def read(pieces: Iterable[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(pieces), newline="")))


def test_a_file_has_the_contracts_columns_and_every_row() -> None:
    part = RowMaker().rows(random_block(np.random.default_rng(1), 50, 20), 1_700_000_000.0, 1_699_999_000.0)
    lines = read(csv_text.csv_chunks([part.slice(0, 20), part.slice(20, 20), part.slice(20, 50)], IDENTITY))
    assert len(lines) == 50
    assert tuple(lines[0]) == columns.CSV_COLUMNS
    values = columns.table(part)
    for row, line in enumerate(lines):
        assert (line["run"], line["scenario"], line["seed"]) == ("r1", "notes-picture", "7")
        for place, name in enumerate(columns.WIRE_COLUMNS):
            value = values[row, place]
            if math.isnan(value):
                assert line[name] == ""
            else:
                assert abs(float(line[name]) - value) <= 0.5001 * 10.0 ** -columns.DECIMALS[place], name


def test_wall_times_are_rfc_3339_in_utc_with_milliseconds() -> None:
    part = RowMaker().rows(random_block(np.random.default_rng(1), 3, 5), 1_700_000_000.5, 1_699_999_999.0)
    stamps = [line["timestamp"] for line in read(csv_text.csv_chunks([part], IDENTITY))]
    assert stamps == ["2023-11-14T22:13:19.500Z", "2023-11-14T22:13:20.000Z", "2023-11-14T22:13:20.500Z"]
    assert csv_text.rfc3339(1_700_000_000.5) == stamps[-1]
    assert datetime.fromisoformat(stamps[0]).tzinfo == UTC


def test_empty_cells_and_times_to_the_nanosecond() -> None:
    part = rows(
        {"interval_ns": 1}, {"interval_ns": 10**9, "completed": 1, "response_sum_ns": 1, "response": [1]}
    )
    first, second = read(csv_text.csv_chunks([part], IDENTITY))
    assert first["simulated_seconds"] == "0.000000001"
    assert first["response_p50_seconds"] == first["response_mean_seconds"] == ""
    assert second["simulated_seconds"] == "1.000000001"
    assert second["interval_seconds"] == "1"
    assert second["response_p50_seconds"] == "0.000000001"
    assert second["throughput_per_second"] == "1"


def test_a_week_is_exact_to_the_nanosecond() -> None:
    week_ns = 7 * 86_400 * 10**9 + 1
    (line,) = read(csv_text.csv_chunks([merge_all(rows({"interval_ns": week_ns}))], IDENTITY))
    assert line["simulated_seconds"] == "604800.000000001"


cells = st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9).map(float) | st.just(math.nan)


@unhurried
@given(st.lists(cells, min_size=2, max_size=2), st.integers(0, 9))
def test_numbers_read_back_within_their_decimals(values: list[float], decimals: int) -> None:
    text = np.empty(200, dtype=np.uint8)
    stamp, identity = np.zeros((1, 0), dtype=np.uint8), np.frombuffer(b"x,", dtype=np.uint8)
    used = csv_text.write_lines(
        stamp, identity, np.array([values]), np.full(2, decimals), np.full(2, 10.0**decimals), text
    )
    line = text[:used].tobytes().decode()
    assert re.fullmatch(r",(-?\d+(\.\d*[1-9])?)?,x,(-?\d+(\.\d*[1-9])?)?\n", line), line
    found = line.strip("\n").split(",")
    for shown, value in zip((found[1], found[3]), values, strict=True):
        if math.isnan(value):
            assert shown == ""
        else:
            assert abs(float(shown) - value) <= 0.5001 * 10.0**-decimals + abs(value) * 1e-15


def test_names_with_commas_and_quotes_are_quoted() -> None:
    odd = Identity('a "run", 1', "sc\nen", 0)
    (line,) = read(csv_text.csv_chunks([rows({})], odd))
    assert (line["run"], line["scenario"]) == ('a "run", 1', "sc\nen")


@pytest.mark.parametrize(
    ("value", "text"),
    [(8, "8"), (0.1, "0.1"), (1e-9, "0.000000001"), (2.0, "2"), (None, ""), ("fifo", "fifo"), (True, "true")],
)
def test_events_show_values_as_set_takes_them(value: object, text: str) -> None:
    event = Event(1_700_000_000.0, 30.5, "command line", "workers.count", value, value)
    (line,) = read(events_csv([event]))
    assert list(line) == ["timestamp", "simulated_seconds", "actor", "parameter", "old_value", "new_value"]
    assert line["timestamp"] == "2023-11-14T22:13:20.000Z"
    assert line["simulated_seconds"] == "30.5"
    assert line["old_value"] == line["new_value"] == text
