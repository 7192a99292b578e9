"""The only module that knows eventlet: green threads, native threads behind them, the listening socket,
WebSocket.

Eventlet is in maintenance mode; to leave it, this file is what has to be rewritten (and `ASYNC_MODE`
renamed). Nothing is monkey-patched: `time`, `threading` and `socket` are the real ones everywhere else, so
code that may block has to go through `in_thread`.
"""

from __future__ import annotations

import contextlib
import socket
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

with warnings.catch_warnings():
    # It says on import that it is in maintenance mode; the choice is made and the reason is in the README.
    warnings.filterwarnings("ignore", message=r"(?s)\s*Eventlet is deprecated")
    import eventlet
    import eventlet.event
    import eventlet.queue
    import eventlet.semaphore
    import eventlet.tpool
    import eventlet.websocket
    import eventlet.wsgi
    from engineio.async_drivers.eventlet import WebSocketWSGI

ASYNC_MODE: Final = "eventlet"
_KEEP_ALIVE_SECONDS: Final = 75
_REQUEST_SECONDS: Final = 60
_MOST_CONNECTIONS: Final = 1024
# Threads for work that is not a run's turn: exports, new runs, large answers.
_OTHER_THREADS: Final = 4
_HOP_BYTES: Final = 1 << 18

Result = TypeVar("Result")
_others = eventlet.semaphore.Semaphore(_OTHER_THREADS)


def use_lanes(lanes: int) -> None:
    """Before the first `in_lane`: how many native threads are kept for the turns of runs."""
    eventlet.tpool.set_num_threads(lanes + _OTHER_THREADS)


def in_lane(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in a native thread that is kept for this; other green threads go on meanwhile."""
    result: Result = eventlet.tpool.execute(function, *arguments)
    return result


def in_thread(function: Callable[..., Result], *arguments: Any) -> Result:
    """Call a function in one of a few native threads; other green threads go on meanwhile."""
    with _others:
        return in_lane(function, *arguments)


def in_threads(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, made in native threads, about a quarter of a megabyte at a time."""
    iterator = iter(pieces)

    def gather() -> bytes:
        gathered: list[bytes] = []
        size = 0
        for piece in iterator:
            gathered.append(piece)
            size += len(piece)
            if size >= _HOP_BYTES:
                break
        return b"".join(gathered)

    while gathered := in_thread(gather):
        yield gathered


def start(function: Callable[..., Any], *arguments: Any) -> None:
    """Run a function in a green thread of its own, once this one waits."""
    eventlet.spawn_n(function, *arguments)


def sleep(seconds: float) -> None:
    """Let others run."""
    eventlet.sleep(seconds)


class Signal:
    """Something one green thread waits for and another says, once."""

    def __init__(self) -> None:
        self._event = eventlet.event.Event()

    def send(self) -> None:
        """Say it; later calls do nothing."""
        if not self._event.ready():
            self._event.send(True)

    def wait(self, seconds: float) -> bool:
        """Wait for it, for so long at most; whether it was said."""
        return bool(self._event.wait(seconds))


class Bell:
    """Wakes a green thread that sleeps until some time, or rings in advance."""

    def __init__(self) -> None:
        self._rings = eventlet.queue.LightQueue(1)

    def ring(self) -> None:
        """Wake the one who waits, or the next one who would."""
        if not self._rings.full():
            self._rings.put(True)

    def wait(self, seconds: float) -> None:
        """Sleep for so long, or until it rings."""
        with contextlib.suppress(eventlet.queue.Empty):
            self._rings.get(timeout=max(0.0, seconds))


Lock = eventlet.semaphore.Semaphore


class _BoundedWebSocket(eventlet.websocket.RFC6455WebSocket):  # type: ignore[misc]
    """Bounds a message, not only each of its frames, and takes the mask off quickly."""

    def _recv_frame(self, message: Any = None) -> Any:
        received = super()._recv_frame(message)
        if sum(map(len, received.data)) > self.max_frame_length:
            raise eventlet.websocket.FailedConnectionError(1009, "The message is too long.")
        return received

    @staticmethod
    def _apply_mask(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
        size = len(data)
        turned = bytes(mask[(offset + place) % 4] for place in range(4))
        key = (turned * (size // 4 + 1))[:size]
        return (int.from_bytes(data, "little") ^ int.from_bytes(key, "little")).to_bytes(size, "little")


class BoundedWebSocketWSGI(WebSocketWSGI):  # type: ignore[misc]
    """The WebSocket that Engine.IO is given: bounded, current protocol only, no compression.

    Compressing would cost more than all the rest of sending, and a quarter of a megabyte a page.
    """

    def __init__(self, handler: Any, server: Any) -> None:
        super().__init__(handler, server)
        self.support_legacy_versions = False

    def _handle_hybi_request(self, environ: dict[str, Any]) -> _BoundedWebSocket:
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        plain = super()._handle_hybi_request(environ)
        return _BoundedWebSocket(
            plain.socket,
            environ,
            plain.version,
            protocol=plain.protocol,
            max_frame_length=self.max_frame_length,
        )


def bound_websockets(engine: Any) -> None:
    """Make an Engine.IO server use the bounded WebSocket."""
    engine._async = {**engine._async, "websocket": BoundedWebSocketWSGI}


def listen(host: str, port: int) -> Any:
    """A listening socket. OSError when the address is taken or not this machine's."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    # With eventlet's default a second server would share the port of the first in silence.
    return eventlet.listen(address[:2], family, backlog=256, reuse_port=False)


def serve(listener: Any, application: Any) -> None:
    """Answer requests for ever; nothing about a failure is shown to the client."""
    eventlet.wsgi.server(
        listener,
        application,
        log_output=False,
        debug=False,
        max_size=_MOST_CONNECTIONS,
        keepalive=_KEEP_ALIVE_SECONDS,
        socket_timeout=_REQUEST_SECONDS,
    )
