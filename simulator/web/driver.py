"""Gives every live run its turns: takes batches from the agenda, has them computed in native threads, sends
the rest.

There are as many lanes as cores. A lane is a green thread that takes a batch of due runs, hands it to a
native thread and, when it comes back, puts messages into the rooms and answers into the hands of those who
wait, in order. One lane at a time stands watch for the next due run; the others compute or wait for the
watch.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeGuard

from engineio.packet import Packet

from simulator.errors import RunNotFound
from simulator.runs.agenda import Agenda
from simulator.runs.live_run import LiveRun, Message
from simulator.runs.registry import Registry
from simulator.runs.turns import Plan, Request, Turn, take_turns
from simulator.web import green
from simulator.web.refusals import Busy
from simulator.web.rooms import Rooms
from simulator.web.wire import event_packet

ANSWER_SECONDS: Final = 20.0
_LONGEST_SLEEP_SECONDS: Final = 1.0
_EXPIRY_SECONDS: Final = 1.0
_RECOVERY_SECONDS: Final = 0.25

_log = logging.getLogger("millrace.web")


@dataclass
class _Asked(Request):
    """A request someone waits for. `arrived` is called in its place among the messages."""

    arrived: Callable[[Any], None] | None = None
    done: green.Signal = field(default_factory=green.Signal)
    is_given_up: bool = False


class Driver:
    """The loop of the server."""

    def __init__(self, registry: Registry, rooms: Rooms, lanes: int) -> None:
        self.registry = registry
        self._rooms = rooms
        self._agenda = Agenda(lanes)
        self._requests: dict[str, deque[Request]] = {}
        self._watch = green.Lock(1)
        self._bell = green.Bell()
        self._lanes = lanes

    def start(self) -> None:
        """Begin to give turns."""
        for _ in range(self._lanes):
            green.start(self._lane)
        green.start(self._tidy)

    # ---------------------------------------------------------------- runs come and go

    def add(self, run: LiveRun) -> None:
        """A run is in the registry: it gets turns from now on."""
        self._requests[run.id] = deque()
        self._agenda.add(run.id, self.registry.clock.seconds())
        self._bell.ring()

    def remove(self, id: str) -> None:
        """Forget a run; those who wait for it and those who watch it are told. RunNotFound."""
        run = self.registry.remove(id)
        self._agenda.remove(id)
        for request in list(self._requests.pop(id)):  # a copy: its turn may be under way in another thread
            request.error = RunNotFound(id)
            if isinstance(request, _Asked):
                request.done.send()
        self._rooms.dismiss(id, run.status())

    def ask(
        self, id: str, ask: Callable[[LiveRun], Any], arrived: Callable[[Any], None] | None = None
    ) -> Any:
        """Have something done in the run's next turn, and wait for the answer.

        `arrived(answer)` is called in the hub exactly between the messages before and after it.
        RunNotFound, Busy, or whatever `ask` raises.
        """
        self.registry.get(id)
        asked = _Asked(ask, arrived=arrived)
        self._requests[id].append(asked)
        self._hurry(id)
        if not asked.done.wait(ANSWER_SECONDS):
            asked.is_given_up = True
            raise Busy("the run did not answer in time")
        if asked.error is not None:
            raise asked.error
        return asked.answer

    def watched(self, id: str | None) -> None:
        """The viewers of a run have changed."""
        if id is not None:
            self.registry.watched(id, self._rooms.count(id))
            self._hurry(id)

    def _hurry(self, id: str) -> None:
        self._agenda.hurry(id, self.registry.clock.seconds())
        self._bell.ring()

    # ---------------------------------------------------------------- turns

    def _lane(self) -> None:
        while True:
            try:
                with self._watch:
                    plans = self._next_batch()
                self._give_turns(plans)
            except Exception:
                _log.exception("a lane stumbled")
                green.sleep(_LONGEST_SLEEP_SECONDS)

    def _give_turns(self, plans: list[Plan]) -> None:
        turns: list[Turn] = []
        try:
            turns, packets = green.in_lane(_turns, plans, self._agenda.slice_seconds)
            for turn, encoded in zip(turns, packets, strict=True):
                self._deliver(turn, encoded)
        finally:
            self._put_back(plans, turns)

    def _next_batch(self) -> list[Plan]:
        clock = self.registry.clock
        while True:
            batch = self._agenda.take(clock.seconds())
            if batch:
                return [self._plan(id) for id in batch]
            self._bell.wait(min(self._agenda.next_due - clock.seconds(), _LONGEST_SLEEP_SECONDS))

    def _plan(self, id: str) -> Plan:
        run = self.registry.get(id)
        return Plan(run, self._requests[id], self._rooms.count(id) > 0, self._rooms.followed(id))

    def _put_back(self, plans: list[Plan], turns: list[Turn]) -> None:
        now = self.registry.clock.seconds()
        for turn in turns:
            run = turn.run
            self._agenda.back(run.id, turn.next_turn, now, turn.seconds, run.was_cut)
            if self._requests.get(run.id):
                self._agenda.hurry(run.id, now)
        if not turns:
            for plan in plans:
                self._agenda.back(plan.run.id, now, now, 0.0, False)
        self._bell.ring()

    def _deliver(self, turn: Turn, packets: list[Packet | None]) -> None:
        run = turn.run.id
        views: dict[int | None, Packet] = {}
        for item, packet in zip(turn.outgoing, packets, strict=True):
            if isinstance(item, Message) and item.event == "view" and packet is not None:
                views[item.followed] = packet
                continue
            self._send_views(run, views)
            if packet is not None:
                self._rooms.send(run, packet)
            elif isinstance(item, _Asked):
                self._hand_over(run, item)
        self._send_views(run, views)

    def _send_views(self, run: str, views: dict[int | None, Packet]) -> None:
        if views:
            self._rooms.send_views(run, views)
            views.clear()

    def _hand_over(self, run: str, asked: _Asked) -> None:
        if run not in self._requests:  # removed while the turn was under way
            asked.error = RunNotFound(run)
        elif asked.arrived is not None and asked.error is None and not asked.is_given_up:
            asked.arrived(asked.answer)
        asked.done.send()

    # ---------------------------------------------------------------- housekeeping

    def _tidy(self) -> None:
        """Pause and remove runs that nobody watches; tell slow viewers when they have caught up."""
        next_expiry = 0.0
        while True:
            green.sleep(_RECOVERY_SECONDS)
            try:
                self._rooms.recover(self._status_of)
                if self.registry.clock.seconds() >= next_expiry:
                    next_expiry = self.registry.clock.seconds() + _EXPIRY_SECONDS
                    self._expire()
            except Exception:
                _log.exception("tidying up failed")

    def _expire(self) -> None:
        to_pause, to_remove = self.registry.expired()
        for run in to_pause:
            self._requests[run.id].append(Request(lambda run: run.rest()))
            self._hurry(run.id)
        for run in to_remove:
            self.remove(run.id)

    def _status_of(self, id: str) -> dict[str, Any] | None:
        try:
            return self.registry.get(id).status()
        except RunNotFound:
            return None


def _turns(plans: list[Plan], slice_seconds: float) -> tuple[list[Turn], list[list[Packet | None]]]:
    """In a native thread: the turns, and a packet for each message that somebody will see."""
    turns = take_turns(plans, slice_seconds)
    packets = [
        [_packet(item) if _is_for_somebody(item, plan) else None for item in turn.outgoing]
        for plan, turn in zip(plans, turns, strict=True)
    ]
    return turns, packets


def _is_for_somebody(item: Message | Request, plan: Plan) -> TypeGuard[Message]:
    """An edit may follow the request of the first viewer to join, so it is always told."""
    return isinstance(item, Message) and (plan.watched or item.event == "edited")


def _packet(message: Message) -> Packet:
    return event_packet(message.event, message.payload)
