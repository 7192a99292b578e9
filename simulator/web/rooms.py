"""Who watches which run, and what each viewer's connection can take.

A message goes into the outgoing queue that Engine.IO keeps for each client. That queue has no bound: a
writer takes everything from it and waits until the network has swallowed it, while more piles up. So its
length is looked at before each message. A client that is a little late gets no pictures; one that is far
behind gets nothing more until its queue is empty, and is then told `missed`, upon which the page joins
again with `since`. A run never waits for a viewer, and a viewer costs a bounded amount of memory. A client
that stops reading altogether is closed by Engine.IO's own ping.

Joining: between the run's answer and the moment the acknowledgement is in the queue, messages are held back
for that viewer, so the first live sample comes after the acknowledgement and is the next one by number.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any, Final

from engineio.packet import Packet

from simulator.web.limits import SOCKET, Bucket
from simulator.web.wire import event_packet

MOST_QUEUED_FOR_A_VIEW: Final = 6
MOST_QUEUED: Final = 64
MOST_QUEUED_BYTES: Final = 4 << 20
_WEIGHED_FROM: Final = 4

_log = logging.getLogger("millrace.web")


@dataclass
class Viewer:
    """One connected page."""

    sid: str
    engine_sid: str
    bucket: Bucket
    run: str | None = None
    followed: int | None = None
    held: list[Packet] | None = None
    is_behind: bool = False

    @property
    def name(self) -> str:
        """How its edits are signed: enough to tell two viewers apart."""
        return f"viewer-{self.sid[:4]}"


@dataclass
class _Room:
    viewers: dict[str, Viewer] = field(default_factory=dict)


class Rooms:
    """All viewers. `socketio`: python-socketio's server, whose queues are looked at only here."""

    def __init__(self, socketio: Any) -> None:
        self._socketio = socketio
        self._viewers: dict[str, Viewer] = {}
        self._rooms: dict[str, _Room] = {}

    # ---------------------------------------------------------------- coming and going

    def connect(self, sid: str, now: float) -> None:
        """A page is connected."""
        engine_sid = self._socketio.manager.eio_sid_from_sid(sid, "/") or ""
        self._viewers[sid] = Viewer(sid, engine_sid, Bucket(SOCKET, now))

    def disconnect(self, sid: str) -> str | None:
        """A page is gone; returns the run it watched."""
        viewer = self._viewers.get(sid)
        run = self.leave(viewer) if viewer is not None else None
        self._viewers.pop(sid, None)
        return run

    def get(self, sid: str) -> Viewer | None:
        """The viewer with this socket."""
        return self._viewers.get(sid)

    def enter(self, viewer: Viewer, run: str) -> str | None:
        """From now on the viewer is sent what this run says, after `release`; returns the run it left."""
        if viewer.sid not in self._viewers:
            return None
        left = self.leave(viewer) if viewer.run != run else None
        viewer.run = run
        viewer.held = []
        viewer.is_behind = False
        self._rooms.setdefault(run, _Room()).viewers[viewer.sid] = viewer
        return left

    def release(self, viewer: Viewer) -> None:
        """The acknowledgement is in the queue: what was held back follows."""
        held, viewer.held = viewer.held or [], None
        for packet in held:
            self._put(viewer, packet, is_view=False)

    def leave(self, viewer: Viewer) -> str | None:
        """The viewer watches nothing any more; returns what it watched."""
        run, viewer.run = viewer.run, None
        viewer.followed, viewer.held, viewer.is_behind = None, None, False
        room = self._rooms.get(run) if run is not None else None
        if room is not None and run is not None:
            room.viewers.pop(viewer.sid, None)
            if not room.viewers:
                del self._rooms[run]
        return run

    # ---------------------------------------------------------------- what a run needs to know

    def count(self, run: str) -> int:
        """How many watch a run."""
        room = self._rooms.get(run)
        return len(room.viewers) if room else 0

    def followed(self, run: str) -> frozenset[int]:
        """The threads that viewers of a run follow."""
        room = self._rooms.get(run)
        if room is None:
            return frozenset()
        return frozenset(v.followed for v in room.viewers.values() if v.followed is not None)

    def __len__(self) -> int:
        return len(self._viewers)

    # ---------------------------------------------------------------- sending

    def send(self, run: str, packet: Packet, *, is_view: bool = False) -> None:
        """A message for everyone who watches a run."""
        room = self._rooms.get(run)
        for viewer in list(room.viewers.values()) if room else ():
            self._offer(viewer, packet, is_view)

    def send_views(self, run: str, views: dict[int | None, Packet]) -> None:
        """The picture for everyone who watches a run: with the thread each follows, or without."""
        room = self._rooms.get(run)
        for viewer in list(room.viewers.values()) if room else ():
            packet = views.get(viewer.followed) or views.get(None)
            if packet is not None:
                self._offer(viewer, packet, is_view=True)

    def backlog(self, viewer: Viewer) -> tuple[int, int]:
        """What waits in the client's outgoing queue: packets, and letters (0 while there are few)."""
        socket = self._socketio.eio.sockets.get(viewer.engine_sid)
        if socket is None:
            return 0, 0
        packets = socket.queue.qsize()
        if packets < _WEIGHED_FROM:
            return packets, 0
        return packets, sum(
            len(p.data) for p in socket.queue.queue if p is not None and isinstance(p.data, str)
        )

    def is_full(self, viewer: Viewer) -> bool:
        """Whether the client reads so slowly that nothing more should be put into its queue."""
        packets, letters = self.backlog(viewer)
        return packets >= MOST_QUEUED or letters >= MOST_QUEUED_BYTES

    def _offer(self, viewer: Viewer, packet: Packet, is_view: bool) -> None:
        if viewer.held is not None:
            if len(viewer.held) < MOST_QUEUED:
                viewer.held.append(packet)
            else:
                viewer.is_behind = True
        elif not viewer.is_behind:
            self._put(viewer, packet, is_view)

    def _put(self, viewer: Viewer, packet: Packet, is_view: bool) -> None:
        packets, letters = self.backlog(viewer)
        if is_view and packets >= MOST_QUEUED_FOR_A_VIEW:
            return
        if packets >= MOST_QUEUED or letters >= MOST_QUEUED_BYTES:
            viewer.is_behind = True
            return
        try:
            self._socketio.eio.send_packet(viewer.engine_sid, packet)
        except Exception:  # the client went away in between: its disconnect follows
            _log.debug("a packet could not be sent", exc_info=True)

    def recover(self, status_of: Any) -> None:
        """Tell those who were behind and have caught up that they missed something."""
        for viewer in list(self._viewers.values()):
            if not viewer.is_behind or viewer.run is None or viewer.held is not None:
                continue
            if self.backlog(viewer)[0] == 0:
                viewer.is_behind = False
                status = status_of(viewer.run)
                if status is not None:
                    self._put(viewer, event_packet("status", {**status, "missed": True}), is_view=False)

    def dismiss(self, run: str, status: dict[str, Any]) -> None:
        """A run is removed: its viewers are told to ask again, and hear that it is gone."""
        packet = event_packet("status", {**status, "missed": True})
        room = self._rooms.pop(run, None)
        for viewer in list(room.viewers.values()) if room else ():
            self.leave(viewer)
            self._put(viewer, packet, is_view=False)
