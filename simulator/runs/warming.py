"""Everything a live run needs as machine code, compiled or loaded before the first one starts."""

from __future__ import annotations

from collections import deque
from time import perf_counter

from simulator.metrics import warming as metrics
from simulator.model import simulation
from simulator.model.scenarios import scenario_configuration
from simulator.runs.live_run import LiveRun
from simulator.runs.pacing import Clock
from simulator.runs.turns import Plan, Request, take_turns


def warm_up() -> float:
    """Give one run a turn with everything in it; returns the wall seconds it took."""
    started = perf_counter()
    simulation.warm_up()
    metrics.warm_up()
    run = LiveRun("", "", scenario_configuration(), Clock())
    asks = (
        lambda run: run.control("step"),
        lambda run: run.edit({"workers.count": 4}, ""),
        lambda run: run.join(),
        lambda run: run.summary(),
    )
    take_turns([Plan(run, deque(Request(ask) for ask in asks), watched=True)], slice_seconds=0.01)
    return perf_counter() - started
