"""`make bench`: measures what is promised, prints it, and fails when a promise is not kept.

    python -m benchmarks [--only speed startup memory load] [--base REVISION] [--quick]

`--base` measures the speed against another commit and nothing else. `--quick` shortens every part: for trying
the benchmarks out, not for figures to quote.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks import load, memory, speed, startup, versus
from benchmarks.report import Report

PARTS = ("speed", "startup", "memory", "load")


def main() -> int:
    """Runs the parts asked for; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts alone")
    parser.add_argument("--base", metavar="REVISION", help="the speed against another commit, nothing else")
    parser.add_argument("--quick", action="store_true", help="shorter everywhere: for trying out")
    chosen = parser.parse_args()
    report = Report()
    rounds, seconds = (3, 1.0) if chosen.quick else (5, 3.0)
    if chosen.base:
        versus.measure(report, chosen.base, 2 * rounds + 1, seconds)
        return report.close()
    if "speed" in chosen.only:
        speed.measure(report, rounds, seconds)
    if "startup" in chosen.only:
        startup.measure(report)
    if "memory" in chosen.only:
        memory.measure(report, 600.0 if chosen.quick else 4 * 3600.0)
    if "load" in chosen.only:
        load.measure(report, clients=100, seconds=5.0 if chosen.quick else 20.0)
    return report.close()


if __name__ == "__main__":
    sys.exit(main())
