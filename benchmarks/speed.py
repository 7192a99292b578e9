"""Jobs per wall second of one core, beside SimPy running the same pipeline in the same call.

Rounds alternate between the two, so that whatever else the machine does meets both; the figure is the median
round. A ratio is worth something only between two programs that compute the same: both are held to theory
first.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

from benchmarks import agreement, pipeline, simpy_pipeline
from benchmarks.figures import Figures
from benchmarks.report import Report, count, duration
from simulator.model.simulation import warm_up

LEAST_RATIO = 100.0
WANTED_JOBS_PER_SECOND = 5e6
ENGINES: dict[str, Callable[[int, float], Figures]] = {
    "Millrace": pipeline.run_round,
    "SimPy": simpy_pipeline.run_round,
}


def measure(report: Report, rounds: int, round_seconds: float) -> None:
    """Prints both engines, their agreement with theory and the ratio."""
    report.title(
        f"Speed: Poisson 7200/s -> ring 256 -> 2 I/O threads -> queue 1000 -> 8 workers; "
        f"median of {rounds} alternating rounds of {round_seconds:g} s"
    )
    warm_up()
    found: dict[str, list[Figures]] = {name: [] for name in ENGINES}
    for number in range(rounds):
        for name, run in ENGINES.items():
            found[name].append(run(number + 1, round_seconds))
    speeds = {
        name: statistics.median(one.jobs_per_wall_second for one in them) for name, them in found.items()
    }
    exact = agreement.theory()
    for name, them in found.items():
        total = sum(them[1:], them[0])
        rates = [one.jobs_per_wall_second for one in them]
        report.line(
            f"{name}, jobs per wall second",
            f"{count(speeds[name])}  ({count(min(rates))} to {count(max(rates))})",
        )
        report.line(
            f"{name}, agreement",
            f"queue wait {duration(total.mean_queue_wait_seconds)} (M/M/8: {duration(exact.mean_wait)}), "
            f"workers {100 * total.worker_utilization:.2f} % (90), {count(total.completed)} jobs, "
            f"{total.dropped} dropped",
        )
        for wrong in agreement.disagreements(total):
            report.fail(f"{name} does not simulate the pipeline: {wrong}")
    ratio = speeds["Millrace"] / speeds["SimPy"]
    report.line("Millrace : SimPy", f"{ratio:.0f} : 1")
    if ratio < LEAST_RATIO:
        report.fail(f"{ratio:.0f} times SimPy; {LEAST_RATIO:.0f} are promised")
    if speeds["Millrace"] < WANTED_JOBS_PER_SECOND:
        report.warn(
            f"{count(speeds['Millrace'])} jobs per wall second; {count(WANTED_JOBS_PER_SECOND)} are wanted"
        )
