"""Rules that involve several settings at once.

Each rule lists the keys it reads, so that it is left out while one of them is itself not acceptable, and
returns the problems it finds, each named by the key that a person would most likely change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from simulator.errors import Problem
from simulator.model.schema import Configuration
from simulator.model.settings import MAX_DURATION_SECONDS, MAX_RATE_PER_SECOND

Check = Callable[[Configuration], Iterable[Problem]]

MAX_RING_SLOTS_TOTAL = 32_768
MAX_TRACE_ROWS_INLINE = 100_000

# exact integers of nanoseconds in a double end at 2**53 ns
MAX_TRACE_SECONDS = 9e6

_checks: list[tuple[frozenset[str], Check]] = []


def _reads(*keys: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        _checks.append((frozenset(keys), check))
        return check

    return register


def cross_problems(configuration: Configuration, bad_keys: Iterable[str] = ()) -> list[Problem]:
    """Every problem between settings; rules that read a key of `bad_keys` are skipped."""
    bad = set(bad_keys)
    return [problem for keys, check in _checks if not keys & bad for problem in check(configuration)]


@_reads("nic.ring_slots", "nic.queues")
def _ring_memory(configuration: Configuration) -> Iterator[Problem]:
    nic = configuration.nic
    if nic.ring_slots * nic.queues > MAX_RING_SLOTS_TOTAL:
        most = MAX_RING_SLOTS_TOTAL // nic.queues
        why = (
            f"all rings together hold at most {MAX_RING_SLOTS_TOTAL} packets, and nic.queues is {nic.queues}"
        )
        yield Problem.of("nic.ring_slots", nic.ring_slots, f"1 to {most}", why)


@_reads("arrivals.process", "arrivals.burst_ratio", "arrivals.burst_seconds", "arrivals.calm_seconds")
def _calm_rate(configuration: Configuration) -> Iterator[Problem]:
    arrivals = configuration.arrivals
    if arrivals.process == "bursty" and arrivals.burst_ratio * arrivals.burst_share > 1 + 1e-12:
        why = "the calm would need a negative rate to keep the mean; shorten the bursts or lengthen the calm"
        yield Problem.of(
            "arrivals.burst_ratio", arrivals.burst_ratio, f"1 to {1 / arrivals.burst_share:.6g}", why
        )


@_reads(
    "arrivals.process",
    "arrivals.rate_per_second",
    "arrivals.burst_ratio",
    "arrivals.amplitude_ratio",
    "arrivals.spike_ratio",
)
def _peak_rate(configuration: Configuration) -> Iterator[Problem]:
    arrivals = configuration.arrivals
    key, peak = {
        "bursty": ("burst_ratio", arrivals.burst_ratio),
        "sine": ("amplitude_ratio", 1 + arrivals.amplitude_ratio),
        "spike": ("spike_ratio", arrivals.spike_ratio),
    }.get(arrivals.process, ("", 1.0))
    if arrivals.rate_per_second * peak > MAX_RATE_PER_SECOND:
        most = MAX_RATE_PER_SECOND / arrivals.rate_per_second - (1 if arrivals.process == "sine" else 0)
        why = f"the peak would be {arrivals.rate_per_second * peak:g}/s, over {MAX_RATE_PER_SECOND:g}/s"
        yield Problem.of(f"arrivals.{key}", getattr(arrivals, key), f"at most {most:.6g}", why)


@_reads("arrivals.process", "arrivals.spike_seconds", "arrivals.spike_every_seconds")
def _spikes_apart(configuration: Configuration) -> Iterator[Problem]:
    arrivals = configuration.arrivals
    every, length = arrivals.spike_every_seconds, arrivals.spike_seconds
    if arrivals.process == "spike" and 0 < every < length:
        yield Problem.of(
            "arrivals.spike_every_seconds",
            every,
            f"0, or {length:g} to {MAX_DURATION_SECONDS:g} s",
            f"a spike lasts {length:g} s",
        )


@_reads("job.cpu.distribution", "job.cpu.cv")
def _cpu_variation(configuration: Configuration) -> Iterator[Problem]:
    demand = configuration.job.cpu
    if demand.distribution == "hyperexponential" and demand.cv < 1:
        yield Problem.of(
            "job.cpu.cv", demand.cv, "1 to 50", "a hyperexponential law varies at least this much"
        )


@_reads("job.call.distribution", "job.call.cv")
def _call_variation(configuration: Configuration) -> Iterator[Problem]:
    demand = configuration.job.call
    if demand.distribution == "hyperexponential" and demand.cv < 1:
        yield Problem.of(
            "job.call.cv", demand.cv, "1 to 50", "a hyperexponential law varies at least this much"
        )


@_reads("arrivals.process", "arrivals.trace", "arrivals.trace_file")
def _trace_given(configuration: Configuration) -> Iterator[Problem]:
    arrivals = configuration.arrivals
    if arrivals.trace and arrivals.trace_file is not None:
        yield Problem(
            "arrivals.trace_file: given together with arrivals.trace; give one of the two",
            "arrivals.trace_file",
            arrivals.trace_file,
            "nothing, when arrivals.trace is given",
        )
    elif arrivals.process == "trace" and not arrivals.trace and arrivals.trace_file is None:
        yield Problem(
            "arrivals.trace: given no rows, but arrivals.process is trace; give rows, or arrivals.trace_file",
            "arrivals.trace",
            None,
            "at least one row",
        )


@_reads("arrivals.trace")
def _trace_rows(configuration: Configuration) -> Iterator[Problem]:
    rows = configuration.arrivals.trace
    if len(rows) > MAX_TRACE_ROWS_INLINE:
        why = "put longer traces into arrivals.trace_file"
        yield Problem.of("arrivals.trace", f"{len(rows)} rows", f"at most {MAX_TRACE_ROWS_INLINE} rows", why)
        return
    before, columns = 0.0, len(rows[0]) if rows else 1
    for number, row in enumerate(rows, 1):
        why = _row_problem(row, columns, before)
        if why:
            yield Problem(
                f"arrivals.trace: given {list(row)} in row {number}, allowed {why}",
                "arrivals.trace",
                str(list(row)),
                why,
            )
            return
        before = row[0]


def _row_problem(row: tuple[float, ...], columns: int, before: float) -> str:
    """What the row should have been, or nothing when it is right."""
    if not 1 <= len(row) <= 3:
        return "1 to 3 numbers: arrival, CPU and call seconds"
    if len(row) != columns:
        return f"{columns} numbers, as in the first row"
    if not 0 <= row[0] <= MAX_TRACE_SECONDS:
        return f"an arrival from 0 to {MAX_TRACE_SECONDS:g} s"
    if row[0] < before:
        return f"an arrival at or after the one before it ({before:g} s)"
    if any(not 0 <= demand <= MAX_DURATION_SECONDS for demand in row[1:]):
        return f"demands from 0 to {MAX_DURATION_SECONDS:g} s"
    return ""
