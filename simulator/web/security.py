"""What every answer carries and every request has to prove, in one layer around Flask and Socket.IO alike.

* The Host header has to name this server: a page on another name that was pointed here (DNS rebinding) is
  refused.
* A request that says where it comes from (Origin) has to come from here: no other site can edit a run or
  listen.
* Every answer has a Content-Security-Policy under which the page may load from here alone.

Plotly makes an empty <style> element and fills it by script; the hash of the empty text allows just that.
What else its bundle puts in at load time is allowed by its hash (assets.py).
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

EMPTY_STYLE_HASH: Final = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_FIXED_HEADERS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_PORTS: Final = {"http": "80", "https": "443"}

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server bound to this host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def split_host(header: str) -> tuple[str, str]:
    """A Host header's name, in lower case and without brackets, and its port (may be empty)."""
    if header.startswith("["):
        name, _, rest = header[1:].partition("]")
        return name.lower(), rest.removeprefix(":")
    name, _, port = header.partition(":")
    return name.lower(), port


class Names:
    """The names under which the server may be asked: loopback, what it was bound to, and those given."""

    def __init__(self, bound_to: str = "127.0.0.1", others: Sequence[str] = ()) -> None:
        self._names = {*LOOPBACK_NAMES, bound_to.strip("[]").lower(), *(name.lower() for name in others)}
        # Bound to every address: any address will do, since rebinding needs a name.
        self._any_address = bound_to in ("", "0.0.0.0", "::")
        if self._any_address:
            self._names.add(socket.gethostname().lower())

    def allow(self, header: str) -> bool:
        """Whether a Host header names this server."""
        name, port = split_host(header)
        if port and not port.isdigit():
            return False
        if name in self._names:
            return True
        if not self._any_address:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def is_same_origin(environ: Environ) -> bool:
    """Whether the request comes from this server's own pages, or does not say where from."""
    origin = environ.get("HTTP_ORIGIN")
    if not origin:
        follows_a_link = (
            environ["REQUEST_METHOD"] == "GET" and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        )
        return follows_a_link or environ.get("HTTP_SEC_FETCH_SITE", "none") in ("none", "same-origin")
    scheme, _, host = origin.partition("://")
    return _with_port(scheme, host) == _with_port(
        environ.get("wsgi.url_scheme", "http"), environ.get("HTTP_HOST", "")
    )


def _with_port(scheme: str, host: str) -> tuple[str, str, str]:
    name, port = split_host(host)
    return scheme.lower(), name, port or _PORTS.get(scheme.lower(), "")


def content_security_policy(host: str, style_hashes: Sequence[str] = ()) -> str:
    """The policy of a page asked for under this (already checked) Host."""
    styles = " ".join(("'self'", EMPTY_STYLE_HASH, *style_hashes))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            # 'self' does not cover WebSocket in every browser that is still around.
            f"connect-src 'self' ws://{host} wss://{host}",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


class Guard:
    """The outermost WSGI layer."""

    def __init__(
        self, application: Application, names: Names, style_hashes: Callable[[], Sequence[str]] = tuple
    ) -> None:
        self._application = application
        self._names = names
        self._style_hashes = style_hashes

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Check, pass on, and put the headers on the answer."""
        host = environ.get("HTTP_HOST", "")
        allowed = self._names.allow(host)
        policy = content_security_policy(host if allowed else "", self._style_hashes())

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            present = {name.lower() for name, _ in headers}
            more = [(name, value) for name, value in _FIXED_HEADERS if name.lower() not in present]
            more.append(("Content-Security-Policy", policy))
            if "cache-control" not in present:
                more.append(("Cache-Control", "no-store"))
            return start_response(status, [*headers, *more], *((exc_info,) if exc_info else ()))

        if not allowed:
            return _refuse(
                start, "421 Misdirected Request", "this server is not called that; use its own address"
            )
        if not is_same_origin(environ):
            return _refuse(start, "403 Forbidden", "requests from other sites are refused")
        return self._application(environ, start)


def _refuse(start: StartResponse, status: str, message: str) -> list[bytes]:
    body = json.dumps({"error": {"message": message}}).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
