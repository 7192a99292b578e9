"""The form of a verdict, and how its sentence speaks of numbers. What it says is decided in verdict.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["ok", "watch", "bad"]
Component = Literal["nic", "io_threads", "queue", "workers", "backend", "cores", "arrivals", ""]


@dataclass(frozen=True)
class Verdict:
    """Which component limits the run, how bad it is, and the sentence that says so.

    `code` and `figures` carry the same in parts, so that a page can say it in another language.
    """

    code: str
    severity: Severity
    component: Component
    sentence: str
    figures: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def nothing_yet(cls) -> Verdict:
        """Before the first sample."""
        return cls("starting", "ok", "", "Just started: no figures yet.")

    def as_dict(self) -> dict[str, Any]:
        """The verdict as the wire carries it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "component": self.component,
            "sentence": self.sentence,
            "figures": self.figures,
        }


def number(value: float) -> str:
    """Three significant figures, thousands separated."""
    if value >= 1000:
        digits = len(str(int(value)))
        return f"{int(round(value, 3 - digits)):,}"
    if value >= 100 or value == int(value):
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def rough(value: float) -> str:
    """Two significant figures, for what is an estimate."""
    if value < 10:
        return f"{value:.1f}"
    return number(round(value, 2 - len(str(int(value)))))


def whole(value: float) -> str:
    """A count of things on average, as a whole number."""
    return f"{int(value + 0.5):,}"


def percent(ratio: float) -> str:
    """A share, as whole per cent; the ends are said only when they are true."""
    shown = int(ratio * 100 + 0.5)
    if shown == 100 and ratio < 0.9995:
        shown = 99
    if shown == 0 and ratio > 0:
        return "under 1 %"
    return f"{shown} %"


def seconds(value: float) -> str:
    """A length of time ahead, roughly."""
    if value < 0.95:
        return f"{value * 1000:.0f} ms" if value >= 0.001 else "under 1 ms"
    if value < 90:
        return f"{value:.0f} s"
    return f"{value / 60:.0f} min"


def counted(count: float, one: str, many: str) -> str:
    """A whole count with its noun: `1 thread`, `5 threads`."""
    text = whole(count)
    return f"{text} {one if text == '1' else many}"


def all_of(count: int) -> str:
    """`all 8`, `both`, `the only one`."""
    return {1: "the only one", 2: "both"}.get(count, f"all {count:,}")
