"""What is kept of a run's samples: the bounded history, the sums for the summary, the window of the verdict.

Sums and verdict are brought up to date only when somebody asks, or when much has come together: many samples
at once cost little more than one.
"""

from __future__ import annotations

from typing import Any, Final

from simulator.metrics.history import History
from simulator.metrics.rows import Rows, joined
from simulator.metrics.summary import Ledger
from simulator.metrics.verdict import Judge

_MOST_UNREAD_PARTS: Final = 32


class Figures:
    """The figures of one generation of a run, from its start."""

    def __init__(self, run: str, scenario: str, simulation: Any) -> None:
        self.history = History(run, scenario, int(simulation.configuration.seed))
        self.unpublished = 0  # samples taken in since `published`
        self._simulation = simulation
        self._ledger = Ledger(simulation)
        self._judge = Judge()
        self._unread: list[Rows] = []

    def take_in(self, block: Any, unix_seconds: float, began_unix_seconds: float | None) -> None:
        """Samples drained just now, and when (Unix) the run began to advance for them if it stood before."""
        rows = self.history.append(block, unix_seconds, began_unix_seconds)
        self.unpublished += len(rows)
        self._unread.append(rows)
        if len(self._unread) >= _MOST_UNREAD_PARTS:
            self._read()

    def edited(self) -> None:
        """A setting changed now."""
        self._read()
        self._judge.edited()

    def verdict(self) -> Any:
        """The judge's verdict on the last seconds."""
        self._read()
        return self._judge.verdict(self._simulation.configuration)

    def summary(self, wall_seconds: float) -> dict[str, Any]:
        """The contract's summary, as of now."""
        self._read()
        return self._ledger.summary(wall_seconds)

    def _read(self) -> None:
        if self._unread:
            rows = joined(self._unread)
            self._unread = []
            self._ledger.add(rows)
            self._judge.add(rows)
