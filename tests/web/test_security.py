from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from simulator.web.security import (
    EMPTY_STYLE_HASH,
    Guard,
    Names,
    content_security_policy,
    is_loopback,
    is_same_origin,
)


def inner(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Cache-Control", "no-cache")])
    return [b"inside"]


def ask(names: Names | None = None, **environ: str) -> tuple[str, dict[str, str], bytes]:
    answer: list[Any] = []
    request = {"REQUEST_METHOD": "GET", "HTTP_HOST": "127.0.0.1:5000", "wsgi.url_scheme": "http", **environ}
    guard = Guard(inner, names or Names())
    body = b"".join(guard(request, lambda status, headers, *_: answer.extend((status, dict(headers)))))
    return answer[0], answer[1], body


@pytest.mark.parametrize("host", ["127.0.0.1:5000", "localhost", "LOCALHOST:80", "[::1]:5000", "[::1]"])
def test_this_machine_may_be_called_by_its_own_names(host: str) -> None:
    assert ask(HTTP_HOST=host)[0] == "200 OK"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:5000",
        "127.0.0.1.evil.example",
        "localhost.evil.example:5000",
        "192.168.1.7:5000",
        "127.0.0.1:5000; script-src *",
        "localhost:5000 *",
        "",
    ],
)
def test_a_name_that_was_pointed_here_is_refused(host: str) -> None:
    status, headers, body = ask(HTTP_HOST=host)
    assert status.startswith("421")
    assert b"inside" not in body
    assert "evil" not in headers["Content-Security-Policy"]
    assert "*" not in headers["Content-Security-Policy"]


def test_the_host_given_at_the_start_is_a_name_too_and_so_are_those_added() -> None:
    names = Names("192.168.1.7", ["mill.example"])
    assert ask(names, HTTP_HOST="192.168.1.7:5000")[0] == "200 OK"
    assert ask(names, HTTP_HOST="Mill.Example")[0] == "200 OK"
    assert ask(names, HTTP_HOST="192.168.1.8:5000")[0].startswith("421")


def test_bound_to_every_address_any_address_will_do_but_no_foreign_name() -> None:
    names = Names("0.0.0.0")
    assert ask(names, HTTP_HOST="192.168.1.8:5000")[0] == "200 OK"
    assert ask(names, HTTP_HOST="[fe80::1]:5000")[0] == "200 OK"
    assert ask(names, HTTP_HOST="evil.example")[0].startswith("421")


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("http://127.0.0.1:5000", True),
        ("http://localhost:5000", False),
        ("http://127.0.0.1:5001", False),
        ("https://127.0.0.1:5000", False),
        ("http://evil.example", False),
        ("null", False),
        ("http://127.0.0.1:5000.evil.example", False),
    ],
)
def test_only_pages_of_this_very_origin_may_ask(origin: str, expected: bool) -> None:
    status, _, body = ask(HTTP_ORIGIN=origin, REQUEST_METHOD="POST")
    assert (status == "200 OK") is expected
    assert (body == b"inside") is expected


def test_a_default_port_may_be_left_out() -> None:
    environ = {"REQUEST_METHOD": "POST", "wsgi.url_scheme": "http", "HTTP_HOST": "localhost"}
    assert is_same_origin({**environ, "HTTP_ORIGIN": "http://localhost:80"})
    assert is_same_origin({**environ, "HTTP_HOST": "localhost:80", "HTTP_ORIGIN": "http://localhost"})


@pytest.mark.parametrize(
    ("site", "mode", "method", "expected"),
    [
        ("none", "navigate", "GET", True),
        ("same-origin", "cors", "POST", True),
        ("cross-site", "navigate", "GET", True),  # a link on another page
        ("cross-site", "no-cors", "GET", False),
        ("same-site", "no-cors", "GET", False),
        ("cross-site", "navigate", "POST", False),
    ],
)
def test_where_a_browser_says_nothing_of_the_origin_it_tells_the_site(
    site: str, mode: str, method: str, expected: bool
) -> None:
    status = ask(HTTP_SEC_FETCH_SITE=site, HTTP_SEC_FETCH_MODE=mode, REQUEST_METHOD=method)[0]
    assert (status == "200 OK") is expected


def test_every_answer_carries_the_headers_and_keeps_its_own() -> None:
    for status, headers, _ in (ask(), ask(HTTP_HOST="evil.example"), ask(HTTP_ORIGIN="null")):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == ("no-cache" if status == "200 OK" else "no-store")


def test_the_policy_allows_this_origin_alone_and_no_inline_code() -> None:
    policy = content_security_policy("127.0.0.1:5000", ["'sha256-abc='"])
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == "'self'"
    assert parts["style-src"] == f"'self' {EMPTY_STYLE_HASH} 'sha256-abc='"
    assert parts["connect-src"] == "'self' ws://127.0.0.1:5000 wss://127.0.0.1:5000"
    assert parts["base-uri"] == parts["form-action"] == parts["frame-ancestors"] == "'none'"
    assert not re.search(r"unsafe|\*|https?:", policy)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("x.org", False),
    ],
)
def test_what_only_this_machine_reaches(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
