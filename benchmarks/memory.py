"""What one run holds, however long it lasts: resident memory of a process that runs it with its history.

Read in a process of its own, after the kernel is loaded: the growth is the run's alone. The run is the
default pipeline with its history kept as the dashboard keeps it; it is looked at after a tenth of the time
and at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Report

ROOT = Path(__file__).resolve().parent.parent
MOST_MIB = 64.0


def resident_mib() -> float:
    """Resident memory of this process, MiB."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def run(simulated_seconds: float) -> None:
    """Runs and prints the growth, in MiB, a tenth of the way and at the end."""
    from simulator.metrics.history import History
    from simulator.model.resolve import parse_configuration
    from simulator.model.simulation import Simulation, warm_up

    warm_up()
    before = resident_mib()
    simulation = Simulation(parse_configuration({}))
    history = History("bench", "", 1)
    for tenth in range(1, 11):
        until_ns = int(simulated_seconds * tenth / 10 * 1e9)
        while True:
            progress = simulation.advance(until_ns)
            history.append(simulation.drain(), progress.reached_ns / 1e9)
            history.publish()
            if progress.reason != "drain":
                break
        if tenth in (1, 10):
            print(f"{resident_mib() - before:.1f}", flush=True)


def measure(report: Report, simulated_seconds: float) -> None:
    """Prints the memory of one long run."""
    report.title(f"Memory of one run with its history, {simulated_seconds / 3600:.3g} simulated hours")
    code = f"from benchmarks import memory; memory.run({simulated_seconds})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    tenth, end = (float(line) for line in done.stdout.split())
    report.line("after a tenth of it", f"{tenth:.1f} MiB")
    report.line("at the end", f"{end:.1f} MiB")
    if end > MOST_MIB:
        report.fail(f"one run holds {end:.1f} MiB; under {MOST_MIB:g} MiB is promised")


if __name__ == "__main__":
    run(float(sys.argv[1]))
