"""A batch of runs has its turn: each moves, samples are published, requests answered, pictures drawn.

The samples of all runs of the batch become messages in one pass: a hundred runs at ten samples a second
would otherwise spend most of a core on small arrays. What a turn brings is in the order in which viewers
may see it: who joins in it gets the samples published before as history, and the later ones as messages.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from simulator.metrics.columns import wire_samples
from simulator.metrics.rows import Rows, joined, no_rows
from simulator.runs.live_run import LiveRun, Message

Result = TypeVar("Result")


@dataclass
class Request:
    """Something asked of a run, answered in its turn: `ask(run)` is called between two slices."""

    ask: Callable[[LiveRun], Any]
    answer: Any = None
    error: Exception | None = None


@dataclass
class Plan:
    """One run's part of a batch. `requests` is emptied; more may be added by others meanwhile."""

    run: LiveRun
    requests: deque[Request]
    watched: bool
    followed: frozenset[int] = frozenset()


@dataclass
class Turn:
    """What a turn brought: messages and answered requests in order, and when the next one is needed."""

    run: LiveRun
    outgoing: list[Message | Request] = field(default_factory=list)
    next_turn: float = 0.0
    seconds: float = 0.0


def take_turns(plans: Sequence[Plan], slice_seconds: float) -> list[Turn]:
    """Give each run of the batch its turn. An error makes one run `failed` and leaves the others alone."""
    turns = [Turn(plan.run) for plan in plans]
    for plan, turn in zip(plans, turns, strict=True):
        began = plan.run.clock.seconds()
        _guarded(plan.run, lambda run: run.move(slice_seconds), None)
        turn.seconds = plan.run.clock.seconds() - began
    _publish(plans, turns)
    for plan, turn in zip(plans, turns, strict=True):
        began = plan.run.clock.seconds()
        _answer(plan, turn)
        _tell(plan, turn)
        turn.seconds += plan.run.clock.seconds() - began
    return turns


def _guarded(run: LiveRun, part: Callable[[LiveRun], Result], otherwise: Result) -> Result:
    try:
        return part(run)
    except Exception as error:
        run.fail(error)
        return otherwise


def _tell(plan: Plan, turn: Turn) -> None:
    """What viewers are told at the end of a turn, and when the next one is."""
    run = plan.run
    if plan.watched:
        _guarded(run, lambda run: run.tell(plan.followed), None)
    turn.next_turn = _guarded(run, lambda run: run.next_turn(plan.watched), math.inf)
    turn.outgoing += run.take_outgoing()


def _publish(plans: Sequence[Plan], turns: Sequence[Turn]) -> None:
    """Number the samples of every run that has some to send, and make messages of those that are watched."""
    parts: list[Rows] = []
    owners: list[tuple[Turn, int]] = []
    for plan, turn in zip(plans, turns, strict=True):
        first_seq, rows = _guarded(plan.run, _take, (0, no_rows()))
        if plan.watched and len(rows):
            parts.append(rows)
            owners += [(turn, first_seq + place) for place in range(len(rows))]
    if not parts:
        return
    for (turn, seq), sample in zip(owners, wire_samples(joined(parts)), strict=True):
        turn.outgoing.append(Message("sample", {"run": turn.run.id, "seq": seq, **sample}))


def _take(run: LiveRun) -> tuple[int, Rows]:
    count = run.rows_to_publish()
    return run.figures.history.take(count) if count else (0, no_rows())


def _answer(plan: Plan, turn: Turn) -> None:
    """Answer what was asked so far; what an answer has to tell viewers comes before it."""
    for _ in range(len(plan.requests)):
        request = plan.requests.popleft()
        try:
            request.answer = request.ask(plan.run)
        except Exception as error:
            request.error = error
        turn.outgoing += plan.run.take_outgoing()
        turn.outgoing.append(request)
