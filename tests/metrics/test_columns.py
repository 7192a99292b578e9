"""The columns: names and order of the contract, values by hand, no data where there is none."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest

from simulator.kernel import codes
from simulator.metrics import columns
from simulator.metrics.rows import RowMaker
from tests.metrics.hand_made import block, random_block, rows

# design.md section 5, as it stands there.
CONTRACT = [
    "timestamp",
    "simulated_seconds",
    "run",
    "scenario",
    "seed",
    "io_threads",
    "workers",
    "workers_busy",
    "queue_depth",
    "queue_capacity",
    "arrivals_total",
    "completed_total",
    "dropped_nic_total",
    "dropped_queue_total",
    "arrival_rate_per_second",
    "throughput_per_second",
    "utilization_workers_ratio",
    "queue_wait_p50_seconds",
    "queue_wait_p95_seconds",
    "queue_wait_p99_seconds",
    "response_p50_seconds",
    "response_p95_seconds",
    "response_p99_seconds",
]

MS = 1_000_000


def sample(**figures: object) -> dict[str, object]:
    (found,) = columns.wire_samples(rows(figures))
    return found


def test_the_contract_comes_first_and_unchanged() -> None:
    assert list(columns.CSV_COLUMNS[: len(CONTRACT)]) == CONTRACT
    assert len(set(columns.CSV_COLUMNS)) == len(columns.CSV_COLUMNS)


def test_the_wire_document_names_every_column() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[2] / "docs" / "wire.md").read_text(encoding="utf-8")
    section = text[text.index("### `sample`") : text.index("### `view`")]
    for name in columns.WIRE_COLUMNS:
        state = next((s for s in codes.STATE_NAMES if name.endswith(f"s_{s}_ratio")), None)
        shown = f'"{name}"' if state is None else f'"{name.split("_" + state)[0]}_<state>_ratio"'
        assert shown in section, name


def test_levels_totals_and_rates() -> None:
    shown = sample(
        io_threads_wanted=2,
        io_threads_live=3,
        workers_wanted=8,
        workers_live=9,
        workers_draining=1,
        workers_busy=7,
        queue_depth=14,
        queue_capacity=1000,
        ring_depth=5,
        ring_slots=256,
        cores=4,
        run_queue_depth=2,
        connections_in_use=6,
        connections_waiting=1,
        in_flight=21,
        arrivals_total=700,
        completed_total=660,
        dropped_nic_total=10,
        dropped_queue_total=5,
        dropped_oldest_total=4,
        arrivals=60,
        completed=59,
        dropped_nic=3,
        dropped_queue=2,
        dropped_oldest=1,
    )
    expected = {
        "simulated_seconds": 0.1,
        "interval_seconds": 0.1,
        "io_threads": 2,
        "io_threads_live": 3,
        "workers": 8,
        "workers_live": 9,
        "workers_draining": 1,
        "workers_busy": 7,
        "queue_depth": 14,
        "queue_capacity": 1000,
        "ring_depth": 5,
        "ring_slots": 256,
        "cores": 4,
        "run_queue_depth": 2,
        "connections_in_use": 6,
        "connections_waiting": 1,
        "in_flight": 21,
        "arrivals_total": 700,
        "completed_total": 660,
        "dropped_nic_total": 10,
        "dropped_queue_total": 5,
        "dropped_oldest_total": 4,
        "arrival_rate_per_second": 600,
        "throughput_per_second": 590,
        "dropped_nic_per_second": 30,
        "dropped_queue_per_second": 20,
        "dropped_oldest_per_second": 10,
    }
    assert {name: shown[name] for name in expected} == expected
    counts = {name for name, value in expected.items() if isinstance(value, int) and "per_second" not in name}
    assert all(isinstance(shown[name], int) for name in counts)


def test_means_maxima_and_percentiles_are_seconds() -> None:
    shown = sample(
        completed=4,
        queued=2,
        response_sum_ns=40 * MS,
        response_max_ns=25 * MS,
        queue_wait_sum_ns=3 * MS,
        nic_wait_sum_ns=8 * MS,
        io_sum_ns=4 * MS,
        service_sum_ns=25 * MS,
        queue_area_ns=150 * MS,
        queue_max=9,
        response=[2 * MS, 3 * MS, 10 * MS, 25 * MS],
        wait=[MS, 2 * MS],
    )
    assert shown["response_mean_seconds"] == 0.01
    assert shown["response_max_seconds"] == 0.025
    assert shown["queue_wait_mean_seconds"] == 0.0015
    assert shown["nic_wait_mean_seconds"] == 0.002
    assert shown["io_mean_seconds"] == 0.001
    assert shown["service_mean_seconds"] == 0.00625
    assert shown["queue_depth_mean"] == 1.5
    assert shown["queue_depth_max"] == 9
    assert shown["response_p50_seconds"] == pytest.approx(0.003, rel=2**-8)
    assert shown["response_p99_seconds"] == pytest.approx(0.025, rel=2**-8)
    assert shown["queue_wait_p50_seconds"] == pytest.approx(0.001, rel=2**-8)
    assert shown["queue_wait_p95_seconds"] == pytest.approx(0.002, rel=2**-8)
    shown_buckets: Any = shown["response_buckets"]
    first, counts = shown_buckets
    assert sum(counts) == 4
    assert first > 0


def test_an_interval_without_a_completion_has_no_times_rather_than_zero() -> None:
    shown = sample(arrivals=3)
    empty = {name for name, value in shown.items() if value is None}
    times = {
        name for name in shown if name.startswith(("response_", "queue_wait_")) and name != "response_buckets"
    }
    parts = {"nic_wait_mean_seconds", "io_mean_seconds", "service_mean_seconds"}
    no_threads = {name for name in shown if name.endswith("_ratio")}
    assert empty == times | parts | no_threads
    assert shown["response_buckets"] == [0, []]
    assert shown["throughput_per_second"] == 0


def test_shares_of_time_sum_to_one_and_leave_out_stopped_threads() -> None:
    times = {f"workers_{state}_ns": 10 * (k + 1) for k, state in enumerate(codes.STATE_NAMES)}
    shown = sample(**times)
    lifetime = sum(times.values()) - times["workers_stopped_ns"]
    states = [state for state in codes.STATE_NAMES if state != "stopped"]
    shares = [shown[f"workers_{state}_ratio"] for state in states]
    assert "workers_stopped_ratio" not in shown
    assert sum(shares) == pytest.approx(1, abs=1e-5)  # type: ignore[arg-type]
    assert shown["workers_calling_ratio"] == pytest.approx(times["workers_calling_ns"] / lifetime, abs=1e-6)
    idle = times["workers_parked_ns"] + times["workers_sleeping_ns"] + times["workers_starting_ns"]
    assert shown["utilization_workers_ratio"] == pytest.approx(1 - idle / lifetime, abs=1e-6)
    assert shown["utilization_io_threads_ratio"] is None


def test_a_worker_that_calls_is_utilized_while_its_core_is_not() -> None:
    shown = sample(
        workers_calling_ns=800, workers_parked_ns=0, cores_ns=400, cores_busy_ns=20, cores_switching_ns=5
    )
    assert shown["utilization_workers_ratio"] == 1
    assert shown["utilization_cores_ratio"] == 0.05
    assert shown["cores_switching_ratio"] == 0.0125


def test_rows_and_samples_say_the_same_and_are_json() -> None:
    part = RowMaker().rows(random_block(np.random.default_rng(3), 20, 30), 5.0)
    as_rows, samples = columns.wire_rows(part), columns.wire_samples(part)
    for row, shown in zip(as_rows, samples, strict=True):
        assert row == [shown[name] for name in columns.WIRE_COLUMNS]
    assert json.loads(json.dumps(samples, allow_nan=False)) == samples


def test_totals_of_a_row_are_of_the_run() -> None:
    shown = columns.wire_samples(
        rows({"context_switches": 5}, {"context_switches": 6, "spurious_wakeups": 1})
    )
    assert [s["context_switches_total"] for s in shown] == [5, 11]
    assert [s["spurious_wakeups_total"] for s in shown] == [0, 1]


def test_no_rows_make_an_empty_table() -> None:
    part = RowMaker().rows(block(), 1.0)
    assert columns.wire_rows(part) == []
    assert columns.wire_samples(part) == []
    assert columns.table(part).shape == (0, len(columns.WIRE_COLUMNS))


def test_a_table_of_ten_thousand_samples_takes_milliseconds() -> None:
    part = RowMaker().rows(random_block(np.random.default_rng(4), 10_000, 60), 5.0)
    columns.table(part)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        columns.table(part)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.2, "some 20 ms on an idle machine"
