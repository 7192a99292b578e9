"""Recorded arrivals: reading them from a CSV file or from the configuration's rows.

The file has a header and one row per request, in order of arrival: ``arrival_seconds`` and, when recorded,
``cpu_seconds`` and ``call_seconds``. Arrivals become whole nanoseconds, exactly; demands stay seconds. Left
out: request sizes, classes, loops and speed factors.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from simulator.errors import Problem, TraceError, shown
from simulator.model.checks import MAX_TRACE_SECONDS
from simulator.model.sections.arrivals import Arrivals
from simulator.model.settings import MAX_DURATION_SECONDS

COLUMNS: Final = ("arrival_seconds", "cpu_seconds", "call_seconds")
MAX_FILE_ROWS: Final = 1_000_000
MAX_PROBLEMS: Final = 5
KEY: Final = "arrivals.trace_file"


@dataclass(frozen=True)
class Trace:
    """Recorded requests in order of arrival; a demand that was not recorded is None."""

    arrival_ns: npt.NDArray[np.int64]
    cpu_seconds: npt.NDArray[np.float64] | None
    call_seconds: npt.NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.arrival_ns)

    @property
    def gap_ns(self) -> npt.NDArray[np.float64]:
        """Time from each arrival to the one before it (the first: since 0), in whole nanoseconds."""
        return np.diff(self.arrival_ns, prepend=np.int64(0)).astype(np.float64)


def trace_of(arrivals: Arrivals) -> Trace | None:
    """The trace that the configuration names, if it names one."""
    if arrivals.trace_file is not None:
        return read_trace(Path(arrivals.trace_file))
    if not arrivals.trace:
        return None
    return _trace(np.array(arrivals.trace, dtype=np.float64))


def read_trace(path: Path) -> Trace:
    """Read a file; TraceError names the file and the lines that are wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refused(path, f"cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError:
        raise _refused(path, "is not a text file (UTF-8)") from None
    return parse_trace(text, path)


def parse_trace(text: str, path: Path | str = "trace") -> Trace:
    """Read the text of a file; blank lines are skipped."""
    reader = csv.reader(io.StringIO(text))
    header = [name.strip() for name in next(reader, [])]
    if not header or header != list(COLUMNS[: len(header)]):
        raise _refused(path, f"line 1: given {shown(','.join(header))}, allowed {_headers()}")
    rows: list[list[float]] = []
    problems: list[str] = []
    before = 0.0
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        row, problem = _row(cells, len(header), before)
        if problem:
            problems.append(f"line {reader.line_num}: given {shown(','.join(cells))}, allowed {problem}")
            if len(problems) == MAX_PROBLEMS:
                break
            continue
        rows.append(row)
        before = row[0]
        if len(rows) > MAX_FILE_ROWS:
            problems.append(f"line {reader.line_num}: more than {MAX_FILE_ROWS} requests")
            break
    if problems:
        raise _refused(path, *problems)
    if not rows:
        raise _refused(path, "holds no request")
    return _trace(np.array(rows, dtype=np.float64))


def _row(cells: list[str], columns: int, before: float) -> tuple[list[float], str]:
    """The numbers of one line, or what they should have been."""
    try:
        row = [float(cell) for cell in cells]
    except ValueError:
        return [], f"{columns} numbers of seconds"
    if len(row) != columns:
        return [], f"{columns} numbers, as in the header"
    if not 0 <= row[0] <= MAX_TRACE_SECONDS:
        return [], f"an arrival from 0 to {MAX_TRACE_SECONDS:.0f} s"
    if row[0] < before:
        return [], f"an arrival at or after the one before it ({before:.9g} s)"
    if any(not 0 <= demand <= MAX_DURATION_SECONDS for demand in row[1:]):
        return [], f"demands from 0 to {MAX_DURATION_SECONDS:.0f} s"
    return row, ""


def _trace(rows: npt.NDArray[np.float64]) -> Trace:
    columns = [np.ascontiguousarray(rows[:, column]) for column in range(rows.shape[1])]
    arrival_ns = np.rint(columns[0] * 1e9).astype(np.int64)
    return Trace(
        arrival_ns, columns[1] if len(columns) > 1 else None, columns[2] if len(columns) > 2 else None
    )


def _headers() -> str:
    return " or ".join(",".join(COLUMNS[:count]) for count in (1, 2, 3))


def _refused(path: Path | str, *reasons: str) -> TraceError:
    return TraceError(Problem(f"{KEY}: {path}: {reason}", KEY, str(path), None) for reason in reasons)
