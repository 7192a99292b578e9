"""Runs and turns for tests: the real engine, a clock turned by hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from simulator.model.resolve import parse_configuration
from simulator.runs.live_run import LiveRun, Message
from simulator.runs.turns import Plan, Request, Turn, take_turns
from tests.runs.clocks import HandClock

# Light traffic on the textbook's machine: a tenth of a second is a few hundred events.
LIGHT: Mapping[str, Any] = {"costs.profile": "pure", "arrivals.rate_per_second": 400, "seed": 7}
THREE_JOBS: Mapping[str, Any] = {
    "costs.profile": "pure",
    "arrivals.process": "trace",
    "arrivals.trace": [[0.01], [0.02], [0.35]],
}


def make_run(clock: HandClock, settings: Mapping[str, Any] = LIGHT, id: str = "run") -> LiveRun:
    """A live run at simulated time 0."""
    return LiveRun(id, "a-scenario", parse_configuration(settings), clock)


def turn(
    run: LiveRun, *asks: Callable[[LiveRun], Any], watched: bool = True, slice_seconds: float = 1.0
) -> Turn:
    """One turn of one run, with some requests."""
    plan = Plan(run, deque(Request(ask) for ask in asks), watched)
    (only,) = take_turns([plan], slice_seconds)
    return only


def play(run: LiveRun, clock: HandClock, seconds: float, every: float = 0.1) -> list[Message]:
    """Turns over some wall seconds; what was said."""
    said: list[Message] = []
    for _ in range(round(seconds / every)):
        clock.pass_seconds(every)
        said += messages(turn(run))
    return said


def messages(*turns: Turn) -> list[Message]:
    """The messages of turns, in order."""
    return [item for one in turns for item in one.outgoing if isinstance(item, Message)]


def of_kind(said: list[Message], event: str) -> list[dict[str, Any]]:
    """The payloads of one kind of message."""
    return [message.payload for message in said if message.event == event]


def answers(one: Turn) -> list[Request]:
    """The answered requests of a turn, in order."""
    return [item for item in one.outgoing if isinstance(item, Request)]
