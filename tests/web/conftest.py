"""A server within the test process, driven through Flask's and Flask-SocketIO's test clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator.runs.pacing import Clock
from simulator.web import green
from simulator.web.engine import Options
from simulator.web.server import Server, make_server

Starter = Callable[..., Server]


def start(options: Options | None = None, clock: Clock | None = None, **more: Any) -> Server:
    """A server whose engine is loaded."""
    server = make_server(options or Options(lanes=2), clock, **more)
    server.engine.begin()
    for _ in range(2400):
        if not server.engine.readiness.is_loading:
            return server
        green.sleep(0.05)
    raise TimeoutError("the engine was not loaded within two minutes")


@pytest.fixture(scope="module")
def server() -> Server:
    """One server for the tests of a module."""
    return start()


@pytest.fixture
def starter() -> Starter:
    """Makes servers with options of their own."""
    return start
