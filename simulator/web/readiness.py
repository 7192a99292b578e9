"""Loading the engine: compiling the kernel takes ten seconds the first time, and the page is served
meanwhile.

Everything that imports Numba is imported here, in a native thread, after the server has begun to listen.
Until it is there, requests that need it wait a little and are then told to come back.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import logging
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Final, Literal

from simulator.web import green
from simulator.web.refusals import NotReady

Status = Literal["compiling", "ok", "failed"]

# A compiled kernel is loaded within this time; who asks then need not ask twice.
WAIT_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.05
_M_MMAP_THRESHOLD: Final = -3
_MAPPED_FROM_BYTES: Final = 1 << 20

_log = logging.getLogger("millrace.web")


def load_engine() -> Any:
    """Import the runs layer and compile, or load, all machine code; returns where registries are made."""
    _take_memory_as_used()
    importlib.import_module("simulator.runs.warming").warm_up()
    registries = importlib.import_module("simulator.runs.registry")
    # The compiler leaves a million objects that stay; looking through them would stop everything for 0.2 s
    # now and then.
    gc.freeze()
    return registries


def _take_memory_as_used() -> None:
    """Have large arrays come from the system page by page: a run reserves 15 MB and uses 2.

    With huge pages, or out of memory that another run gave back, it would take all of it at once, and ten
    times as long to make.
    """
    os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library than glibc
            ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _MAPPED_FROM_BYTES)


class Readiness:
    """Whether the engine is loaded, since when it is being loaded, and who wants to know."""

    def __init__(self, clock: Any, load: Callable[[], Any] = load_engine) -> None:
        self._clock = clock
        self._load = load
        self._began = clock.seconds()
        self._ended: float | None = None
        self.status: Status = "compiling"

    @property
    def elapsed_seconds(self) -> float:
        """How long loading has taken so far, or took in all."""
        end = self._clock.seconds() if self._ended is None else self._ended
        return float(end - self._began)

    @property
    def is_loading(self) -> bool:
        """Whether the end is not known yet."""
        return self.status == "compiling"

    def begin(self, then: Callable[[Any], None]) -> None:
        """Load in a native thread of its own; `then(loaded)` is called in the hub when that is done."""
        self._began = self._clock.seconds()
        outcome: list[Any] = []

        def work() -> None:
            try:
                outcome.append(self._load())
            except BaseException as error:
                outcome.append(error)

        # Not one of the pool's threads: those are waited for when the process ends, and this may take long.
        threading.Thread(target=work, name="millrace-load", daemon=True).start()
        green.start(self._await, outcome, then)

    def _await(self, outcome: list[Any], then: Callable[[Any], None]) -> None:
        while not outcome:
            green.sleep(_LOOK_SECONDS)
        self._ended = self._clock.seconds()
        if isinstance(outcome[0], BaseException):
            self.status = "failed"
            _log.error("the engine could not be loaded", exc_info=outcome[0])
            return
        then(outcome[0])
        self.status = "ok"

    def require(self) -> None:
        """Wait a little for the engine. NotReady when it takes longer, or cannot be loaded."""
        deadline = self._clock.seconds() + WAIT_SECONDS
        while self.is_loading and self._clock.seconds() < deadline:
            green.sleep(_LOOK_SECONDS)
        if self.is_loading:
            raise NotReady(
                f"the kernel is being compiled, for {self.elapsed_seconds:.0f} s so far; this is needed once"
            )
        if self.status == "failed":
            raise NotReady("the kernel could not be compiled; the server's log says why")
