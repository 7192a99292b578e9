"""One live run: a simulation, its bounded history, its edits, its pace, and what it has to tell its
viewers.

A run is touched by one thread at a time, in turns (turns.py): it moves, its samples are published, requests
are answered, a picture is drawn. So every request sees a run between two slices, and what it says about the
numbering of samples is exact. Left out: sockets, threads, who watches (registry), and when the next turn
comes (agenda).

States: `running`, `paused` (by a person, or because nobody watches), `finished` (nothing will ever
happen again), `failed` (an error of its own; the figures so far stay readable).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from simulator.errors import ConfigurationError, MillraceError, RunError, RunFailed
from simulator.metrics.view import followed_thread, view
from simulator.model.resolve import to_nested
from simulator.model.schema import Configuration
from simulator.model.simulation import Simulation
from simulator.runs.figures import Figures
from simulator.runs.journal import Edit, Journal
from simulator.runs.pacing import END_OF_TIME_NS, Clock, Pace, Rhythm, Speed
from simulator.runs.slices import Slicer

State = Literal["running", "paused", "finished", "failed"]
Action = Literal["play", "pause", "step", "reset", "speed"]

SAMPLE_GAP_SECONDS: Final = 0.1
# A sample interval that takes longer than this at the run's pace is sent by itself.
_EACH_SAMPLE_SECONDS: Final = 0.08
_MOST_LATE_SAMPLES: Final = 8
_VIEW_GAP_SECONDS: Final = 0.2
_SLOW_MOTION: Final = 0.1
_SLOW_MOTION_VIEW_GAP_SECONDS: Final = 0.05
_STATUS_GAP_SECONDS: Final = 1.0
_VERDICT_GAP_SECONDS: Final = 0.5
_UNWATCHED_TURN_SECONDS: Final = 0.25
_MOST_FOLLOWED: Final = 8

_log = logging.getLogger("millrace.runs")


@dataclass(frozen=True)
class Message:
    """Something for everyone who watches the run. `followed`: only for those who follow this thread."""

    event: Literal["sample", "view", "edited", "status"]
    payload: dict[str, Any]
    followed: int | None = None


class LiveRun:
    """One run of the server. All methods but the properties belong into a turn."""

    def __init__(self, id: str, scenario: str, configuration: Configuration, clock: Clock) -> None:
        self.id = id
        self.scenario = scenario
        self.clock = clock
        self.state: State = "running"
        self.reason: str | None = None
        self.rests = False  # paused only because nobody watches
        self.generation = 0
        self.viewers = 0
        self.was_cut = False  # the last turn ended before the run was where it should be
        self.pace = Pace()
        self._samples = Rhythm(SAMPLE_GAP_SECONDS)
        self._views = Rhythm(_VIEW_GAP_SECONDS)
        self._statuses = Rhythm(_STATUS_GAP_SECONDS, early=0.1)
        self._verdicts = Rhythm(_VERDICT_GAP_SECONDS)
        self._step_to_ns: int | None = None
        self._changed = True  # something a viewer should be told at once
        self._outgoing: list[Message] = []
        self._begin(configuration)

    def _begin(self, configuration: Configuration) -> None:
        """Start a generation: everything at simulated time 0."""
        self.simulation = Simulation(configuration)
        self.figures = Figures(self.id, self.scenario, self.simulation)
        self.journal = Journal()
        self.generation += 1
        self._slicer = Slicer(self.clock)
        self._engine_seconds = 0.0
        self._verdict: Any = None
        self._step_to_ns = None
        self._resume()

    def _resume(self, speed: Speed | None = None) -> None:
        self.pace.start(self.clock.seconds(), self.simulation.now_ns, speed)
        self._began_unix: float | None = self.clock.unix_seconds()
        self._views.gap = _VIEW_GAP_SECONDS
        if self.pace.speed != "max" and self.pace.speed < _SLOW_MOTION:
            self._views.gap = _SLOW_MOTION_VIEW_GAP_SECONDS
        self._changed = True

    @property
    def seed(self) -> int:
        """The seed of its randomness."""
        return int(self.simulation.configuration.seed)

    @property
    def simulated_seconds(self) -> float:
        """Where it stands."""
        return self.simulation.now_ns / 1e9

    def status(self) -> dict[str, Any]:
        """The wire's `status`."""
        status = {
            "run": self.id,
            "state": self.state,
            "simulated_seconds": self.simulated_seconds,
            "speed": self.pace.speed,
            "speed_achieved": self.pace.achieved if self.state == "running" else None,
            "viewers": self.viewers,
            "scenario": self.scenario,
            "seed": self.seed,
            "generation": self.generation,
            "seq": self.figures.history.seq,
        }
        return status if self.reason is None else {**status, "reason": self.reason}

    def config(self) -> dict[str, Any]:
        """The configuration as it stands now, nested, nothing left to the profile."""
        return to_nested(self.simulation.configuration)

    def move(self, budget_seconds: float) -> None:
        """Advance towards where the run should be by now, for about `budget_seconds` of wall time at most."""
        self.was_cut = False
        if self.state != "running":
            return
        began = self.clock.seconds()
        simulation = self.simulation
        until_ns = self._step_to_ns or self.pace.wanted_ns(began, simulation.now_ns)
        stopped = self._slicer.advance(simulation, until_ns, budget_seconds, self._take_in)
        now = self.clock.seconds()
        self._engine_seconds += now - began
        self.pace.moved(now, simulation.now_ns)
        if stopped == "finished":
            self._stop("finished", "the source has no more arrivals, and everything is served")
        elif stopped == "budget":
            self.was_cut = True
        elif self._step_to_ns is not None:
            self._stop("paused")
        elif simulation.now_ns >= END_OF_TIME_NS:
            self._stop("finished", "simulated time has reached its end, after 73 years")

    def _stop(self, state: State, reason: str | None = None) -> None:
        self.state, self.reason = state, reason
        self._step_to_ns = None
        self._changed = True

    def _take_in(self, block: Any) -> None:
        self.figures.take_in(block, self.clock.unix_seconds(), self._began_unix)
        self._began_unix = None

    def rows_to_publish(self) -> int:
        """How many messages the samples taken in should become now; 0: not yet."""
        if not self.figures.unpublished:
            return 0
        now = self.clock.seconds()
        if self._is_fast and self.state == "running" and not self._samples.is_due(now):
            return 0
        self._samples.done(now)
        most = 1 if self._is_fast else _MOST_LATE_SAMPLES
        count, self.figures.unpublished = min(self.figures.unpublished, most), 0
        return count

    @property
    def _is_fast(self) -> bool:
        """Whether samples come too fast to be sent one by one."""
        interval_ns = int(self.simulation.world["metrics"]["sample_interval_ns"])
        return self.pace.wall_per(interval_ns) < _EACH_SAMPLE_SECONDS

    def tell(self, followed: frozenset[int]) -> None:
        """Draw the picture and say the status, if it is time or something changed."""
        now = self.clock.seconds()
        if self.state != "failed" and (
            self._changed or (self.state == "running" and self._views.is_due(now))
        ):
            self._views.done(now)
            picture = self.picture()
            self._outgoing.append(Message("view", picture))
            for thread in sorted(followed)[:_MOST_FOLLOWED]:
                detail = followed_thread(self.simulation, thread)
                self._outgoing.append(Message("view", {**picture, "followed": detail}, thread))
        if self._changed or self._statuses.is_due(now):
            self._statuses.done(now)
            self._outgoing.append(Message("status", self.status()))
        self._changed = False

    def picture(self) -> dict[str, Any]:
        """The wire's `view`."""
        now = self.clock.seconds()
        if self._verdict is None or self._changed or self._verdicts.is_due(now):
            self._verdicts.done(now)
            self._verdict = self.figures.verdict()
        return {"run": self.id, **view(self.simulation, verdict=self._verdict)}

    def take_outgoing(self) -> list[Message]:
        """What is to be sent, in order; empties it."""
        outgoing, self._outgoing = self._outgoing, []
        return outgoing

    def next_turn(self, watched: bool) -> float:
        """The wall time at which the run needs its next turn; infinite if never by itself."""
        now = self.clock.seconds()
        if self.was_cut or (self.figures.unpublished and self.state != "running"):
            return now
        if self.state != "running":
            return self._statuses.next if watched else math.inf
        if not watched:
            return now + _UNWATCHED_TURN_SECONDS
        due = self.pace.wall_when(int(self.simulation.world["metrics"]["next_sample_ns"]))
        if self._is_fast:
            due = max(due, self._samples.next)
        return max(now, min(due, self._views.next, self._statuses.next))

    def join(self, since: int | None = None, generation: int | None = None) -> dict[str, Any]:
        """The join ack: what a page needs, with all samples published so far or those after `since`."""
        if self.rests:
            self._wake()
        same = generation is None or generation == self.generation
        history = (
            self.figures.history.overview()
            if since is None or not same
            else self.figures.history.rows_since(since)
        )
        return {
            "run": self.id,
            "scenario": self.scenario,
            "config": self.config(),
            "status": self.status(),
            "history": history,
            "edits": self._edits(),
            "programs": {kind: program.as_dict() for kind, program in self.simulation.programs.items()},
            "view": None if self.state == "failed" else self.picture(),
        }

    def edit(self, changes: Mapping[str, Any], actor: str) -> float:
        """Change settings at the present simulated instant; returns it, in seconds.

        ConfigurationError: nothing was changed. RunFailed: the run cannot go on, so nothing can take
        effect.
        """
        self._refuse_if_failed()
        try:
            changed = self.simulation.edit(changes)
        except ConfigurationError:
            raise
        except Exception as error:
            self.fail(error)
            raise RunFailed(f"the run has failed: {self.reason}") from error
        seconds = self.simulated_seconds
        if changed:
            edit = Edit(self.clock.unix_seconds(), seconds, actor, tuple(changed))
            self.journal.add(edit)
            self.figures.edited()
            self._outgoing.append(
                Message("edited", {"run": self.id, **edit.as_dict(), "config": self.config()})
            )
            self._changed = True
            if self.state == "finished":  # it may have a source again
                self.state, self.reason = "running", None
                self._resume()
        return seconds

    def control(self, action: Action, speed: Speed | None = None) -> dict[str, Any]:
        """Play, pause, step, reset or change the speed; returns the status after it."""
        if action == "reset":
            self._reset()
        elif action != "speed":
            self._refuse_if_failed()
        if action in ("play", "step") and self.state == "finished":
            raise RunError(f"the run is finished: {self.reason}; reset it to begin again")
        self.rests = False
        if action == "play":
            self.state = "running"
            self._step_to_ns = None
        elif action == "pause" and self.state == "running":
            self._stop("paused")
        elif action == "step":
            self.state = "running"
            self._step_to_ns = int(self.simulation.world["metrics"]["next_sample_ns"])
        self._resume(speed)
        if action == "step":
            self.move(budget_seconds=0.02)
        return self.status()

    def _reset(self) -> None:
        if self.state in ("finished", "failed"):
            self.state = "running"
        self.reason = None
        self._begin(self.simulation.configuration)

    def rest(self) -> None:
        """Nobody watches: stop until somebody does."""
        if self.state == "running":
            self.rests = True
            self._stop("paused")

    def _wake(self) -> None:
        self.rests = False
        if self.state == "paused":
            self.state = "running"
            self._resume()

    def show(self) -> None:
        """Draw the picture in this turn, whatever the time: someone looks at something new."""
        self._changed = True

    def summary(self) -> dict[str, Any]:
        """The contract's summary, as of now. `wall_seconds`: what the engine needed so far."""
        return self.figures.summary(self._engine_seconds)

    def describe(self) -> dict[str, Any]:
        """Everything about the run but its history: GET /api/runs/<id>."""
        return {
            "run": self.id,
            "scenario": self.scenario,
            "config": self.config(),
            "status": self.status(),
            "edits": self._edits(),
            "summary": None if self.state == "failed" else self.summary(),
        }

    def _edits(self) -> list[dict[str, Any]]:
        return [{"run": self.id, **edit} for edit in self.journal.shown()]

    def _refuse_if_failed(self) -> None:
        if self.state == "failed":
            raise RunFailed(f"the run has failed: {self.reason}; reset it to begin again")

    def fail(self, error: Exception) -> None:
        """An error ended a turn: the run stops, says so in words fit for a person, and logs the rest."""
        _log.error("run %s failed at %.9f s", self.id, self.simulated_seconds, exc_info=error)
        words = (
            str(error)
            if isinstance(error, MillraceError)
            else "an internal error; the server's log has the details"
        )
        self.was_cut = False
        self._stop("failed", words)
        self._changed = False
        self._outgoing = [Message("status", self.status())]
