"""Reading recorded arrivals from CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.errors import ConfigurationError, TraceError
from simulator.model.trace import parse_trace, read_trace


def test_one_two_or_three_columns() -> None:
    one = parse_trace("arrival_seconds\n0.1\n0.3\n")
    assert one.arrival_ns.tolist() == [100_000_000, 300_000_000]
    assert one.cpu_seconds is None
    three = parse_trace("arrival_seconds, cpu_seconds, call_seconds\r\n0,1,2\r\n\r\n0,3,4\r\n")
    assert len(three) == 2
    assert three.cpu_seconds is not None
    assert three.call_seconds is not None
    assert three.cpu_seconds.tolist() == [1, 3]
    assert three.call_seconds.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: given"),
        ("time\n1\n", 'line 1: given "time", allowed arrival_seconds or'),
        ("arrival_seconds\n", "holds no request"),
        ("arrival_seconds\n1\nx\n", 'line 3: given "x", allowed 1 numbers of seconds'),
        ("arrival_seconds\n1\n2,3\n", 'line 3: given "2,3", allowed 1 numbers, as in the header'),
        (
            "arrival_seconds\n2\n1\n",
            'line 3: given "1", allowed an arrival at or after the one before it (2 s)',
        ),
        ("arrival_seconds\n-1\n", 'line 2: given "-1", allowed an arrival from 0 to 9000000 s'),
        ("arrival_seconds\nnan\n", "line 2: given"),
        ("arrival_seconds,cpu_seconds\n1,inf\n", "line 2: given"),
        ("arrival_seconds,cpu_seconds\n1,-1\n", "demands from 0 to 10000 s"),
    ],
)
def test_errors_name_the_line(text: str, message: str) -> None:
    with pytest.raises(TraceError) as caught:
        parse_trace(text, "log.csv")
    assert message in str(caught.value)
    assert all(problem.field == "arrivals.trace_file" for problem in caught.value.problems)


def test_several_bad_lines_come_at_once_but_not_thousands() -> None:
    with pytest.raises(TraceError) as caught:
        parse_trace("arrival_seconds\n" + "x\n" * 1000)
    assert len(caught.value.problems) == 5


def test_a_missing_or_binary_file_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.csv: cannot be read"):
        read_trace(tmp_path / "absent.csv")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ConfigurationError, match="not a text file"):
        read_trace(binary)
