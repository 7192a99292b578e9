"""What routes and socket events share: the runs once the engine is loaded, rooms, allowances."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.runs.pacing import Clock
from simulator.web import green
from simulator.web.limits import HTTP, Buckets
from simulator.web.readiness import Readiness, load_engine
from simulator.web.rooms import Rooms

if TYPE_CHECKING:
    from simulator.model.schema import Configuration
    from simulator.runs.live_run import LiveRun
    from simulator.web.driver import Driver


@dataclass(frozen=True)
class Options:
    """How a server is set up. None: as the registry has it."""

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    most_runs: int | None = None
    pause_after_seconds: float | None = None
    remove_after_seconds: float | None = None
    lanes: int = 0

    def registry(self) -> dict[str, Any]:
        """What the registry is told."""
        told = {
            "limit": self.most_runs,
            "pause_after_seconds": self.pause_after_seconds,
            "remove_after_seconds": self.remove_after_seconds,
        }
        return {name: value for name, value in told.items() if value is not None}


def usable_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Engine:
    """The heart of the server, behind HTTP and Socket.IO."""

    def __init__(
        self,
        options: Options,
        socketio: Any,
        clock: Clock | None = None,
        load: Callable[[], Any] = load_engine,
    ) -> None:
        self.options = options
        self.clock = clock or Clock()
        self.rooms = Rooms(socketio)
        self.readiness = Readiness(self.clock, load)
        self._lanes = options.lanes or usable_cores()
        self._allowances = Buckets(HTTP, self.clock)
        self._driver: Driver | None = None

    def begin(self) -> None:
        """Load the engine in the background; runs can be made when that is done."""
        green.use_lanes(self._lanes)
        self.readiness.begin(self._loaded)

    def _loaded(self, registries: Any) -> None:
        from simulator.web.driver import Driver

        registry = registries.Registry(clock=self.clock, **self.options.registry())
        self._driver = Driver(registry, self.rooms, self._lanes)
        self._driver.start()

    def driver(self) -> Driver:
        """Who gives runs their turns; waits a little for the engine. NotReady."""
        self.readiness.require()
        assert self._driver is not None
        return self._driver

    def limit(self, address: str | None, cost: float = 1.0) -> None:
        """Use up one request of this client's allowance. TooManyRequests."""
        self._allowances.take(address or "", cost)

    def create(self, choose: Callable[[], tuple[str, Configuration]]) -> LiveRun:
        """Make a run of what `choose` says in a native thread. RunLimitReached, ConfigurationError."""
        driver = self.driver()
        registry = driver.registry
        registry.reserve()
        try:
            run = green.in_thread(lambda: registry.build(*choose()))
        except BaseException:
            registry.release()
            raise
        registry.add(run)
        driver.add(run)
        return run
