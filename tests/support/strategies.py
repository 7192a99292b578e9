"""Random configurations and live edits for Hypothesis.

Made to meet trouble, not to look like servers: tiny capacities so that every kind of drop happens, overheads
as long as the work, few cores, short quanta. Times are such that tens of milliseconds hold thousands of
events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Settings = dict[str, Any]
NS = 1_000_000_000
MILLISECOND_NS = 1_000_000


def _one(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def _group(prefix: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    """Some of the settings of a section."""
    return st.fixed_dictionaries({}, optional={f"{prefix}.{name}": values for name, values in fields.items()})


_RATES = _one(2000.0, 0.0, 137.0, 500.0, 9_000.0, 30_000.0, 1_000_000.0)


def _process(name: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Settings]:
    """All settings that make up an arrival process: together they are acceptable."""
    together = {f"arrivals.{field}": values for field, values in fields.items()}
    return st.fixed_dictionaries({"arrivals.process": st.just(name), **together})


_MODEST = _one(2000.0, 137.0, 9_000.0, 30_000.0)

PROCESSES = st.one_of(
    _process("poisson", rate_per_second=_RATES),
    _process("constant", rate_per_second=_RATES),
    _process(
        "bursty",
        rate_per_second=_MODEST,
        burst_ratio=_one(3.0, 1.0, 5.0),
        burst_seconds=_one(0.001, 0.0001),
        calm_seconds=_one(0.004, 0.02),
    ),
    _process(
        "sine",
        rate_per_second=_MODEST,
        amplitude_ratio=_one(0.5, 0.0, 1.0),
        period_seconds=_one(0.01, 0.001, 0.0333),
    ),
    _process(
        "spike",
        rate_per_second=_MODEST,
        spike_ratio=_one(3.0, 0.0, 20.0),
        spike_start_seconds=_one(0.005, 0.0),
        spike_seconds=_one(0.002, 1e-6),
        spike_every_seconds=_one(0.0, 0.004),
    ),
    _process(
        "closed",
        users=st.integers(1, 40),
        think_seconds=_one(0.001, 1e-6, 0.01),
        think_distribution=_one("exponential", "constant"),
    ),
)


def _demand(part: str) -> st.SearchStrategy[Settings]:
    return _group(
        f"job.{part}",
        distribution=_one(
            *("exponential", "constant", "lognormal", "pareto"),
            *("bimodal", "hyperexponential", "erlang", "uniform"),
        ),
        mean_seconds=_one(0.0, 0.0002, 0.000_01, 0.001),
        cv=_one(2.0, 1.0),
        max_ratio=_one(1000.0, 10.0),
        slow_factor=_one(10.0, 100.0),
        stages=_one(4, 1),
    )


_COUNT = st.integers(1, 6)
_COST = _one(0.0, 0.000_002, 1e-7, 0.000_05, 0.000_3)

GROUPS = {
    "nic": _group("nic", ring_slots=_one(256, 1, 2, 5), queues=_one(1, 2, 3)),
    "io": _group(
        "io",
        threads=st.integers(1, 4),
        batch=_one(64, 1, 2),
        cpu_per_request_seconds=_one(0.0, 0.000_02, 0.000_2),
        cpu_distribution=_one("constant", "exponential"),
        cpu_per_wakeup_seconds=_COST,
    ),
    "queue": _group(
        "queue",
        capacity=_one(1000, 1, 2, 7),
        discipline=_one("fifo", "lifo", "priority", "sjf"),
        overflow=_one("reject", "drop_oldest", "block", "caller_runs"),
        fairness=_one("barging", "fair"),
        hold_seconds=_COST,
        handoff_seconds=_COST,
    ),
    "workers": _group("workers", count=_COUNT, wake_order=_one("lifo", "fifo")),
    "cpu": _group(
        "cpu",
        cores=_one(4, 0, 1, 2),
        quantum_seconds=_one(0.003, 0.000_02, 1e-6),
        context_switch_seconds=_COST,
        cache_refill_seconds=_one(0.0, 0.000_01),
    ),
    "costs": _group(
        "costs",
        profile=_one("bare_metal", "pure", "vm"),
        wake_call_seconds=_COST,
        wake_latency_seconds=_COST,
        spawn_seconds=_COST,
        reject_seconds=_COST,
    ),
    "cpu demand": _demand("cpu"),
    "call demand": _demand("call"),
    "connections": _group("job.call", connections=_one(0, 1, 2, 3)),
    "classes": _group("job", high_priority_ratio=_one(0.2, 0.0, 0.7, 1.0)),
}

_INTERVALS = st.fixed_dictionaries({"sample_interval_seconds": _one(0.005, 0.001, 0.0137)})


@st.composite
def _traces(draw: st.DrawFn) -> Settings:
    """Recorded arrivals within 30 ms, several at one instant among them, with demands or without."""
    instants = sorted(draw(st.lists(st.integers(0, 300), min_size=1, max_size=60)))
    columns = draw(st.integers(1, 3))
    demands = st.integers(0, 20)
    rows = [[at * 1e-4] + [draw(demands) * 1e-4 for _ in range(columns - 1)] for at in instants]
    return {"arrivals.process": "trace", "arrivals.trace": rows}


@st.composite
def configurations(draw: st.DrawFn, *, traces: bool = True) -> Settings:
    """Settings of a configuration that the schema accepts."""
    settings: Settings = {"seed": draw(st.integers(0, 2**63 - 1))}
    settings |= draw(st.one_of(PROCESSES, _traces()) if traces else PROCESSES)
    for values in GROUPS.values():
        settings |= draw(values)
    settings |= draw(_INTERVALS)
    return settings


@dataclass(frozen=True)
class Edit:
    """Changes made by hand at an instant."""

    at_ns: int
    changes: Settings


@st.composite
def edits(draw: st.DrawFn, horizon_ns: int, most: int = 6) -> list[Edit]:
    """Edits in order of time, within the horizon."""
    count = draw(st.integers(0, most))
    instants = sorted(draw(st.lists(st.integers(0, horizon_ns), min_size=count, max_size=count)))
    kinds = st.one_of(PROCESSES, _INTERVALS, *GROUPS.values())
    return [Edit(at_ns, draw(kinds)) for at_ns in instants]
