"""All live runs: their ids, their cap, who watches them, and how long one without viewers is kept.

A run that nobody watches pauses after `pause_after_seconds` and is removed `remove_after_seconds` later;
one that somebody joins in between goes on where it was. Left out: doing the pausing, which belongs into the
run's turn.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.errors import RunLimitReached, RunNotFound
from simulator.model.schema import Configuration
from simulator.runs.live_run import LiveRun
from simulator.runs.pacing import Clock

MOST_RUNS: Final = 128
PAUSE_AFTER_SECONDS: Final = 60.0
REMOVE_AFTER_SECONDS: Final = 30 * 60.0

# No vowels, no look-alikes: 14 letters are 65 bits that nobody guesses and everybody can read out.
_ALPHABET: Final = "bcdfghjkmnpqrstvwxyz23456789"
_ID_LETTERS: Final = 14

Maker = Callable[[str, str, Configuration, Clock], LiveRun]


def new_id() -> str:
    """An id that cannot be guessed and needs no escaping in an address."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LETTERS))


@dataclass
class _Kept:
    run: LiveRun
    alone_since: float | None


class Registry:
    """The live runs by id. One thread uses it (the hub's); only `build` may be called from another."""

    def __init__(
        self,
        *,
        limit: int = MOST_RUNS,
        pause_after_seconds: float = PAUSE_AFTER_SECONDS,
        remove_after_seconds: float = REMOVE_AFTER_SECONDS,
        clock: Clock | None = None,
        make: Maker = LiveRun,
    ) -> None:
        self.limit = limit
        self.clock = clock or Clock()
        self._pause_after = pause_after_seconds
        self._remove_after = remove_after_seconds
        self._make = make
        self._kept: dict[str, _Kept] = {}
        self._reserved = 0

    def __iter__(self) -> Iterator[LiveRun]:
        return iter([kept.run for kept in self._kept.values()])

    def __len__(self) -> int:
        return len(self._kept)

    def reserve(self) -> None:
        """Take a place for a run that is about to be built. RunLimitReached when there is none.

        Then either `add` what was built, or `release` the place.
        """
        if len(self._kept) + self._reserved >= self.limit:
            raise RunLimitReached(self.limit)
        self._reserved += 1

    def release(self) -> None:
        """The run was not built after all."""
        self._reserved -= 1

    def build(self, scenario: str, configuration: Configuration) -> LiveRun:
        """Make a run; it is not in the registry yet."""
        return self._make(new_id(), scenario, configuration, self.clock)

    def add(self, run: LiveRun) -> None:
        """Put a built run into its reserved place; nobody watches it yet."""
        self._reserved -= 1
        self._kept[run.id] = _Kept(run, self.clock.seconds())

    def get(self, id: str) -> LiveRun:
        """The run with this id. RunNotFound."""
        kept = self._kept.get(id)
        if kept is None:
            raise RunNotFound(id)
        return kept.run

    def remove(self, id: str) -> LiveRun:
        """Forget a run; returns it. RunNotFound."""
        kept = self._kept.pop(id, None)
        if kept is None:
            raise RunNotFound(id)
        return kept.run

    def watched(self, id: str, viewers: int) -> None:
        """How many watch a run now."""
        kept = self._kept.get(id)
        if kept is None:
            return
        kept.run.viewers = viewers
        if viewers:
            kept.alone_since = None
        elif kept.alone_since is None:
            kept.alone_since = self.clock.seconds()

    def expired(self) -> tuple[list[LiveRun], list[LiveRun]]:
        """Runs without viewers that should pause now, and those that should be removed now."""
        now = self.clock.seconds()
        to_pause, to_remove = [], []
        for kept in self._kept.values():
            if kept.alone_since is None:
                continue
            alone = now - kept.alone_since
            if alone >= self._pause_after + self._remove_after:
                to_remove.append(kept.run)
            elif alone >= self._pause_after and kept.run.state == "running":
                to_pause.append(kept.run)
        return to_pause, to_remove
