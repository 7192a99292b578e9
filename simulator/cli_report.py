"""What the command line prints for people: the summary as a table, and the list of scenarios."""

from __future__ import annotations

import textwrap
from typing import Any, Final

_WIDTH: Final = 100
_TIMES: Final = ("mean", "p50", "p90", "p95", "p99", "p999", "max")
_NO_DATA: Final = "-"
_NOTABLE: Final = 5e-5  # shares of time below are not listed


def count_text(value: float) -> str:
    """A count, thousands separated; three figures when it is an average."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return _figures(value)


def _figures(value: float) -> str:
    """Three significant figures, without an exponent."""
    if value >= 1000:
        return f"{value:,.0f}"
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    if value >= 1:
        return f"{value:.2f}"
    return f"{value:.3g}" if value else "0"


def time_text(seconds: float | None) -> str:
    """A length of time in the unit that suits it; a dash for no data."""
    if seconds is None:
        return _NO_DATA
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size * 0.9995:
            return f"{_figures(seconds / size)} {unit}"
    return f"{seconds * 1e9:.0f} ns" if seconds else "0"


def percent_text(ratio: float | None) -> str:
    """A share in per cent; a dash for no data."""
    return _NO_DATA if ratio is None else f"{_figures(ratio * 100)} %"


def _speed(summary: dict[str, Any]) -> str:
    simulated, wall = summary["simulated_seconds"], summary["wall_seconds"]
    speed = f", {_figures(simulated / wall)} times real time" if wall > 0 else ""
    return f"{count_text(simulated)} s simulated in {time_text(wall)}{speed}"


def _shares(states: dict[str, float | None]) -> str:
    shown = sorted(
        ((share, name) for name, share in states.items() if share and share >= _NOTABLE), reverse=True
    )
    return ", ".join(f"{name.replace('_', ' ')} {percent_text(share)}" for share, name in shown) or _NO_DATA


def summary_text(summary: dict[str, Any]) -> str:
    """The summary as a table for people."""
    dropped = summary["dropped"]
    lost = sum(dropped.values())
    reasons = (
        f" (card {dropped['nic']:,}, queue full {dropped['queue']:,}, oldest {dropped['oldest']:,})"
        if lost
        else ""
    )
    busy, depth = summary["utilization"], summary["queue_depth"]
    requests = (
        f"{summary['offered']:,} offered, {summary['completed']:,} completed, {lost:,} dropped{reasons}, "
        f"{summary['in_flight']:,} still inside"
    )
    lines = [
        ("requests", requests),
        (
            "rate",
            f"{_rate(summary['arrival_rate_per_second'])} arriving, "
            f"{_rate(summary['throughput_per_second'])} completed",
        ),
        ("response", _times(summary["response_seconds"])),
        ("queue wait", _times(summary["queue_wait_seconds"])),
        ("queue", f"{_or_dash(depth['mean'])} jobs on average, {depth['max']:,} at most"),
        (
            "busy",
            f"workers {percent_text(busy['workers'])}, I/O threads {percent_text(busy['io_threads'])}, "
            f"cores {percent_text(busy['cores'])}",
        ),
        ("workers", _shares(summary["thread_states"]["workers"])),
        ("I/O threads", _shares(summary["thread_states"]["io_threads"])),
        ("check", f"Little's law residual {summary['littles_law_residual']:g}"),
    ]
    head = f"{summary['scenario']}, seed {summary['seed']}: {_speed(summary)}"
    if summary["warmup_seconds"]:
        head += f", after {count_text(summary['warmup_seconds'])} s of warm-up"
    if summary["ended"] == "interrupted":
        head += " (interrupted)"
    if summary["ended"] == "finished":
        head += " (all arrivals served)"
    body = "\n".join(f"  {name:<12} {text}" for name, text in lines)
    return f"{head}\n{body}\n  {summary['verdict']['sentence']}"


def _rate(value: float | None) -> str:
    return _NO_DATA if value is None else f"{count_text(round(value, 3))}/s"


def _or_dash(value: float | None) -> str:
    return _NO_DATA if value is None else count_text(value)


def _times(times: dict[str, float | None]) -> str:
    if times["mean"] is None:
        return "no data"
    names = {"p999": "p99.9"}
    return ", ".join(f"{names.get(name, name)} {time_text(times[name])}" for name in _TIMES)


def scenario_lines(scenario: Any) -> str:
    """One scenario: what it is, what to turn, what to watch."""
    lines = [f"{scenario.id}: {scenario.title}"]
    for label, text in (("", scenario.summary), ("turn:  ", scenario.turn), ("watch: ", scenario.watch)):
        lines += textwrap.wrap(
            text, _WIDTH, initial_indent=f"  {label}", subsequent_indent="  " + " " * len(label)
        )
    return "\n".join(lines)
