"""Filling the cache of compiled code from two processes at once, when it is empty.

Numba compiles one function at a time in a process. A second process compiles what a run needs beside its
main loop (changes from outside, and the metrics) while this one compiles the loop: on two cores a cold
start takes two thirds of the time. Where a second process cannot be had, everything is compiled here, a
little later.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from simulator.kernel import engine
from simulator.kernel.jit import PLAIN_PYTHON, cache_directory
from simulator.kernel.samples import OUTBOX
from simulator.kernel.struct import allocate
from simulator.kernel.tapes import TAPES
from simulator.kernel.world import WORLD

_ROOT: Final = Path(__file__).resolve().parents[2]
# The metrics' part runs in a process of its own, so this layer imports nothing from above it.
_OTHER_PART: Final = (
    "from simulator.model.simulation import Simulation; from simulator.model import Configuration; "
    "Simulation(Configuration()).open_interval(); "
    "from simulator.metrics.warming import warm_up; warm_up()"
)
_OTHER_PART_SECONDS: Final = 120


def compile_in_parallel() -> None:
    """Compile what is not in the cache yet; returns when both processes are done."""
    if PLAIN_PYTHON or (os.cpu_count() or 1) < 2 or any(cache_directory().glob("*/engine.advance-*.nbi")):
        return
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    try:
        other = subprocess.Popen(
            [sys.executable, "-c", _OTHER_PART],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return
    try:
        compile_loop()
        other.wait(_OTHER_PART_SECONDS)
    except BaseException:
        other.kill()
        raise


def compile_loop() -> None:
    """Compile the main loop alone, by letting no time pass in a World that has nothing in it."""
    worlds, tapes, outboxes = allocate(WORLD), allocate(TAPES), allocate(OUTBOX)
    engine.advance(worlds[0], tapes[0], outboxes[0], -1, 0)
