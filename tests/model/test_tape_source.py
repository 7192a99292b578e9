"""Tapes: a chunk is a function of seed, stream, number and law; and what each stream carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from simulator.kernel import codes
from simulator.model import parse_configuration
from simulator.model.tape_source import TapeSource

CHUNK = 16384
ALL = range(codes.STREAMS)
UNIFORM = (codes.STREAM_CLASS, codes.STREAM_RING)


def chunk(configuration: dict[str, Any], stream: int, number: int) -> npt.NDArray[np.float64]:
    out = np.full(CHUNK, np.nan)
    TapeSource(parse_configuration(configuration)).fill(stream, number, out)
    assert not np.isnan(out).any()
    return out


@pytest.mark.parametrize("stream", ALL)
def test_a_chunk_is_a_function_of_its_place(stream: int) -> None:
    source = TapeSource(parse_configuration({}))
    out, again = np.empty(CHUNK), np.empty(CHUNK)
    source.fill(stream, 7, out)
    for other in ALL:
        source.fill(other, 3, again)
    source.fill(stream, 7, again)
    assert (out == again).all()
    assert (out == chunk({"workers.count": 3, "job.cpu.mean_seconds": 5}, stream, 7)).all()


def test_streams_chunks_and_seeds_differ() -> None:
    config = {"job.cpu.distribution": "uniform", "job.call.distribution": "uniform"}
    random = [codes.STREAM_GAP, codes.STREAM_CPU, codes.STREAM_CALL, *UNIFORM, codes.STREAM_PHASE]
    drawn = [
        chunk({**config, "seed": seed}, s, n)[:4]
        for seed in (1, 2, 2**63 - 1)
        for s in random
        for n in (0, 1)
    ]
    values = np.concatenate(drawn)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize(
    "stream", [codes.STREAM_GAP, codes.STREAM_PHASE, codes.STREAM_CPU, codes.STREAM_THINK]
)
def test_unit_exponentials(stream: int) -> None:
    values = np.concatenate([chunk({}, stream, number) for number in range(10)])
    error = 5 / np.sqrt(len(values))
    assert abs(values.mean() - 1) < error
    assert abs((values > 1).mean() - np.exp(-1)) < error / 2
    # neighbours do not know of each other, also across the border of chunks
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < error


@pytest.mark.parametrize("stream", UNIFORM)
def test_uniforms(stream: int) -> None:
    values = chunk({}, stream, 0)
    assert values.min() >= 0
    assert values.max() < 1
    assert abs(values.mean() - 0.5) < 5 * np.sqrt(1 / 12 / CHUNK)


@pytest.mark.parametrize("process", ["poisson", "bursty", "sine", "spike"])
def test_processes_with_a_rate_share_their_gaps(process: str) -> None:
    assert (chunk({"arrivals.process": process}, codes.STREAM_GAP, 2) == chunk({}, codes.STREAM_GAP, 2)).all()


def test_constant_gaps_start_at_a_random_phase() -> None:
    first = chunk({"arrivals.process": "constant"}, codes.STREAM_GAP, 0)
    assert 0 <= first[0] < 1
    assert (first[1:] == 1).all()
    assert (chunk({"arrivals.process": "constant"}, codes.STREAM_GAP, 1) == 1).all()
    assert first[0] != chunk({"arrivals.process": "constant", "seed": 2}, codes.STREAM_GAP, 0)[0]


def test_constant_laws_are_ones() -> None:
    config = {"job.cpu.distribution": "constant", "arrivals.think_distribution": "constant"}
    for stream in (codes.STREAM_CPU, codes.STREAM_THINK, codes.STREAM_IO):
        assert (chunk(config, stream, 3) == 1).all()
    assert chunk({"io.cpu_distribution": "exponential"}, codes.STREAM_IO, 3).std() > 0.5


def test_a_trace_is_a_tape() -> None:
    rows = [[0.000_000_001], [0.5], [0.5], [86_400.123_456_789]]
    config = {"arrivals": {"process": "trace", "trace": rows}}
    gaps = chunk(config, codes.STREAM_GAP, 0)
    assert gaps[:4].tolist() == [1, 499_999_999, 0, 86_400_123_456_789 - 500_000_000]
    assert np.isinf(gaps[4:]).all()
    assert np.isinf(chunk(config, codes.STREAM_GAP, 1)).all()
    assert (chunk(config, codes.STREAM_CPU, 0) == chunk({}, codes.STREAM_CPU, 0)).all()
    source = TapeSource(parse_configuration(config))
    assert not source.in_seconds(codes.STREAM_CPU)


def test_a_trace_brings_its_demands() -> None:
    rows = [[number / 10, number / 100, number / 1000] for number in range(20_000)]
    config = {"arrivals": {"process": "trace", "trace": rows}}
    source = TapeSource(parse_configuration(config))
    assert source.in_seconds(codes.STREAM_CPU)
    assert source.in_seconds(codes.STREAM_CALL)
    assert not source.in_seconds(codes.STREAM_GAP)
    cpu = chunk(config, codes.STREAM_CPU, 1)
    assert cpu[0] == CHUNK / 100
    assert cpu[20_000 - CHUNK] == 0
    assert chunk(config, codes.STREAM_CALL, 0)[5] == 0.005
    assert chunk(config, codes.STREAM_GAP, 0).sum() == pytest.approx((CHUNK - 1) * 1e8)


def test_a_trace_that_is_not_in_use_changes_nothing(tmp_path: Path) -> None:
    config = {"arrivals.trace": [[1, 2, 3]]}
    for stream in ALL:
        assert (chunk(config, stream, 0) == chunk({}, stream, 0)).all()


def test_a_trace_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "trace.csv"
    path.write_text("arrival_seconds,cpu_seconds\n0.25,0.001\n0.75,0.002\n")
    config = {"arrivals": {"process": "trace", "trace_file": str(path)}}
    assert chunk(config, codes.STREAM_GAP, 0)[:2].tolist() == [250e6, 500e6]
    assert chunk(config, codes.STREAM_CPU, 0)[:3].tolist() == [0.001, 0.002, 0]
