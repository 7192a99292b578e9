"""The text of events.csv: every edit of a run, one line a changed parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from simulator.metrics.csv_text import csv_line, rfc3339

EVENT_COLUMNS: Final = ("timestamp", "simulated_seconds", "actor", "parameter", "old_value", "new_value")
EVENTS_HEADER: Final = csv_line(EVENT_COLUMNS)


@dataclass(frozen=True)
class Event:
    """One parameter changed: when (wall Unix seconds, simulated seconds), by whom, from what to what."""

    wall_seconds: float
    simulated_seconds: float
    actor: str
    parameter: str
    old_value: Any
    new_value: Any

    def line(self) -> str:
        """The event as a line of events.csv."""
        return csv_line(
            [
                rfc3339(self.wall_seconds),
                number_text(self.simulated_seconds),
                self.actor,
                self.parameter,
                value_text(self.old_value),
                value_text(self.new_value),
            ]
        )


def number_text(value: float) -> str:
    """A number without an exponent and without trailing zeros, to the nanosecond."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.9f}".rstrip("0").rstrip(".")


def value_text(value: Any) -> str:
    """A configuration value as `--set` takes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    return str(value)


def events_csv(events: Iterable[Event]) -> Iterator[str]:
    """The whole file in pieces."""
    yield EVENTS_HEADER
    for event in events:
        yield event.line()
