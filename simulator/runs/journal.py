"""What was changed during a run, when and by whom: the edits of the charts, of a joining page and of
events.csv.

Bounded: the newest `MOST_EDITS` edits are kept for the export, the newest `MOST_SHOWN` for a page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from simulator.metrics.events_csv import Event, events_csv

MOST_EDITS: Final = 20_000
MOST_SHOWN: Final = 500


@dataclass(frozen=True)
class Edit:
    """One edit, which may change several parameters (`changes`: those of model.simulation) at one instant."""

    wall_seconds: float
    simulated_seconds: float
    actor: str
    changes: tuple[Any, ...]

    def as_dict(self) -> dict[str, Any]:
        """The edit as the wire carries it, without `run`."""
        return {
            "simulated_seconds": self.simulated_seconds,
            "actor": self.actor,
            "changes": [
                {"parameter": c.parameter, "old_value": c.old_value, "new_value": c.new_value}
                for c in self.changes
            ],
        }

    def events(self) -> Iterator[Event]:
        """The edit as lines of events.csv."""
        for change in self.changes:
            yield Event(
                self.wall_seconds,
                self.simulated_seconds,
                self.actor,
                change.parameter,
                change.old_value,
                change.new_value,
            )


class Journal:
    """The edits of one generation of a run, in order."""

    def __init__(self) -> None:
        self._edits: deque[Edit] = deque(maxlen=MOST_EDITS)

    def add(self, edit: Edit) -> None:
        """Record one more."""
        self._edits.append(edit)

    def shown(self) -> list[dict[str, Any]]:
        """What a joining page is told."""
        return [edit.as_dict() for edit in list(self._edits)[-MOST_SHOWN:]]

    def csv(self) -> Iterator[str]:
        """events.csv in pieces."""
        edits: Sequence[Edit] = list(self._edits)
        return events_csv(event for edit in edits for event in edit.events())

    def __len__(self) -> int:
        return len(self._edits)
