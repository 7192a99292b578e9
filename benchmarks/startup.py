"""What it costs to begin: a snapshot, the first start ever (which compiles), every later one.

Starts are timed from outside, in processes of their own, with an empty and then a filled cache folder.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import pipeline
from benchmarks.report import Report, duration
from simulator.model.simulation import Simulation, warm_up

ROOT = Path(__file__).resolve().parent.parent
MOST_COLD_SECONDS = 10.0
MOST_CACHED_SECONDS = 1.0
WARM_UP = "from simulator.model.simulation import warm_up; warm_up()"


def _start(cache: str) -> float:
    """Seconds from nothing to a kernel that has run, in a process of its own."""
    started = time.perf_counter()
    environment = {**os.environ, "MILLRACE_CACHE_DIR": cache}
    subprocess.run([sys.executable, "-c", WARM_UP], cwd=ROOT, env=environment, check=True)
    return time.perf_counter() - started


def measure(report: Report) -> None:
    """Prints the cost of a snapshot, of a cold start and of a cached one."""
    report.title("Start-up and snapshots")
    warm_up()
    simulation = Simulation(pipeline.configuration(1))
    pipeline.advance_and_drain(simulation, 10 * pipeline.NS, [])
    costs = []
    for _ in range(30):
        started = time.perf_counter()
        simulation.copy()
        costs.append(time.perf_counter() - started)
    size = f"{simulation.world.nbytes / 2**20:.1f} MiB at most"
    report.line("snapshot", f"{duration(statistics.median(costs))} ({size})")
    with tempfile.TemporaryDirectory(prefix="millrace-cache-") as cache:
        cold = _start(cache)
        cached = statistics.median(_start(cache) for _ in range(3))
    report.line("cold start (compiles)", duration(cold))
    report.line("cached start", duration(cached))
    if cold > MOST_COLD_SECONDS:
        report.warn(f"a cold start takes {duration(cold)}; under {MOST_COLD_SECONDS:g} s is wanted")
    if cached > MOST_CACHED_SECONDS:
        report.warn(f"a cached start takes {duration(cached)}; under {MOST_CACHED_SECONDS:g} s is wanted")
