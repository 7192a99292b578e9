"""Puts the server together: Flask's routes, Socket.IO's events, the engine, the guard around them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask_socketio import SocketIO

from simulator.runs.pacing import Clock
from simulator.web import api, assets, exports, green, pages, replies, wire
from simulator.web.engine import Engine, Options
from simulator.web.readiness import load_engine
from simulator.web.security import Guard, Names
from simulator.web.sockets import Events

ROOT: Final = Path(__file__).resolve().parents[2]
# A trace of 100,000 rows with three numbers each fits.
MOST_BODY_BYTES: Final = 6 << 20
MOST_MESSAGE_BYTES: Final = 1 << 16
PING_INTERVAL_SECONDS: Final = 20
PING_TIMEOUT_SECONDS: Final = 20
# A green thread waits for the GIL at most this long after its system call.
_SWITCH_SECONDS: Final = 0.00002


@dataclass
class Server:
    """A server that is ready to listen. `application` is the WSGI application with everything around it."""

    flask: Flask
    socketio: SocketIO
    engine: Engine
    application: Any

    def serve(self, listener: Any) -> None:
        """Answer requests on a listening socket, for ever; the engine is loaded meanwhile."""
        sys.setswitchinterval(_SWITCH_SECONDS)
        self.engine.begin()
        green.serve(listener, self.application)


def make_server(
    options: Options | None = None, clock: Clock | None = None, load: Callable[[], Any] = load_engine
) -> Server:
    """Build a server; nothing listens and nothing is loaded yet."""
    options = options or Options()
    flask = Flask("millrace", root_path=str(ROOT), template_folder="templates", static_folder="static")
    flask.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    flask.config["SEND_FILE_MAX_AGE_DEFAULT"] = None  # kept by the browser, but asked about
    socketio = _socketio(flask)
    engine = Engine(options, socketio.server, clock, load)
    bundle = assets.Bundle()
    for routes in (
        pages.blueprint(engine.readiness, bundle.prepare),
        api.blueprint(engine),
        exports.blueprint(engine),
        assets.blueprint(bundle),
    ):
        flask.register_blueprint(routes)
    replies.answer_errors(flask)
    flask.after_request(assets.Compressor())
    Events(engine).register(socketio)
    names = Names(options.host, options.names)
    guard = Guard(flask, names, lambda: bundle.style_hashes)
    return Server(flask, socketio, engine, guard)


def _socketio(flask: Flask) -> SocketIO:
    """Socket.IO for same-origin pages, with bounded messages and no second opinion in the log."""
    silent = logging.getLogger("millrace.socketio")
    silent.setLevel(logging.CRITICAL)
    socketio = SocketIO(
        flask,
        async_mode=green.ASYNC_MODE,
        json=wire,
        serializer=wire.TextPacket,
        cors_allowed_origins=None,
        manage_session=False,
        max_http_buffer_size=MOST_MESSAGE_BYTES,
        ping_interval=PING_INTERVAL_SECONDS,
        ping_timeout=PING_TIMEOUT_SECONDS,
        logger=silent,
        engineio_logger=silent,
    )
    green.bound_websockets(socketio.server.eio)
    return socketio
