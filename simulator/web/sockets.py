"""The Socket.IO events of docs/wire.md: each payload checked, each answered by an acknowledgement.

An acknowledgement is `{"ok": true, ...}` or `{"ok": false, "error": {...}}`, whatever was sent. A client
that goes on asking after it was told to wait is disconnected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

from flask import request
from flask_socketio import SocketIO

from simulator.web import green, payloads
from simulator.web.engine import Engine
from simulator.web.payloads import Field
from simulator.web.refusals import BadRequest, Busy, TooManyRequests, refusal_of
from simulator.web.rooms import Viewer

Handler = Callable[[Viewer, dict[str, Any]], dict[str, Any]]

# So many refused requests without a pause, and the connection is closed.
MOST_REFUSED: Final = 500
# A joining page is sent its whole history; an edit is one line.
_JOIN_COST: Final = 3.0


class Events:
    """The handlers. They run in green threads of their own, several of one client at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def register(self, socketio: SocketIO) -> None:
        """Make these the handlers of a Flask-SocketIO server."""
        socketio.on_event("connect", self._connect)
        socketio.on_event("disconnect", self._disconnect)
        for name, fields, handler, cost in (
            ("join", payloads.JOIN, self._join, _JOIN_COST),
            ("edit", payloads.EDIT, self._edit, 1.0),
            ("control", payloads.CONTROL, self._control, 1.0),
            ("follow", payloads.FOLLOW, self._follow, 1.0),
            ("leave", payloads.LEAVE, self._leave, 1.0),
        ):
            socketio.on_event(name, self._answered(fields, handler, cost))
        socketio.on_event("*", self._answered({}, self._unknown, 1.0))
        self._socketio = socketio

    def _answered(self, fields: Mapping[str, Field], handler: Handler, cost: float) -> Callable[..., Any]:
        """The handler with its payload checked and everything it raises turned into an answer."""

        @wraps(handler)
        def answer(*received: Any) -> dict[str, Any]:
            try:
                viewer = self._viewer(cost)
                if handler == self._unknown:
                    return handler(viewer, {"event": received[0] if received else ""})
                payload = payloads.read(received[0] if len(received) == 1 else None, fields)
                return {"ok": True, **handler(viewer, payload)}
            except Exception as error:
                return {"ok": False, "error": refusal_of(error)[1]}

        return answer

    def _viewer(self, cost: float) -> Viewer:
        sid: str = request.sid  # type: ignore[attr-defined]
        viewer = self._engine.rooms.get(sid)
        if viewer is None:
            raise BadRequest("this connection is closed")
        if not viewer.bucket.take(self._engine.clock.seconds(), cost):
            if viewer.bucket.refused > MOST_REFUSED:
                self._socketio.server.disconnect(sid)
            raise TooManyRequests("too many requests; wait a second")
        return viewer

    # ---------------------------------------------------------------- connections

    def _connect(self, _auth: Any = None) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        self._engine.rooms.connect(sid, self._engine.clock.seconds())

    def _disconnect(self, _reason: Any = None) -> None:
        sid: str = request.sid  # type: ignore[attr-defined]
        run = self._engine.rooms.disconnect(sid)
        if run is not None:
            self._engine.driver().watched(run)

    # ---------------------------------------------------------------- events

    def _join(self, viewer: Viewer, payload: dict[str, Any]) -> dict[str, Any]:
        engine = self._engine
        driver = engine.driver()
        rooms = engine.rooms
        if rooms.is_full(viewer):
            raise Busy("this client does not read what it is sent; wait")
        run: str = payload["run"]
        left: list[str | None] = []
        joined: dict[str, Any] = driver.ask(
            run,
            lambda live: live.join(payload["since"], payload["generation"]),
            arrived=lambda _: left.append(rooms.enter(viewer, run)),
        )
        driver.watched(left[0])
        driver.watched(run)
        viewers = rooms.count(run)
        # This runs when the acknowledgement below is in the client's queue.
        green.start(rooms.release, viewer)
        return {**joined, "status": {**joined["status"], "viewers": viewers}}

    def _edit(self, viewer: Viewer, payload: dict[str, Any]) -> dict[str, Any]:
        changes: Mapping[str, Any] = payload["changes"]
        payloads.bound_settings(changes)
        seconds = self._engine.driver().ask(payload["run"], lambda live: live.edit(changes, viewer.name))
        return {"applied_at_seconds": seconds}

    def _control(self, viewer: Viewer, payload: dict[str, Any]) -> dict[str, Any]:
        action, speed = payload["action"], payload["speed"]
        if action == "speed" and speed is None:
            raise BadRequest.about("speed", None, payloads.CONTROL["speed"].allowed)
        return {"status": self._engine.driver().ask(payload["run"], lambda live: live.control(action, speed))}

    def _follow(self, viewer: Viewer, payload: dict[str, Any]) -> dict[str, Any]:
        run: str = payload["run"]
        driver = self._engine.driver()
        driver.registry.get(run)
        if viewer.run != run:
            raise BadRequest("join the run first")
        viewer.followed = payload["thread"]
        driver.ask(run, lambda live: live.show())
        return {}

    def _leave(self, viewer: Viewer, payload: dict[str, Any]) -> dict[str, Any]:
        if viewer.run == payload["run"]:
            self._engine.driver().watched(self._engine.rooms.leave(viewer))
        return {}

    def _unknown(self, viewer: Viewer, payload: dict[str, Any]) -> dict[str, Any]:
        raise BadRequest.about("event", payload["event"], "one of join, edit, control, follow, leave")
