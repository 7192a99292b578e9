"""Speed against another commit: both trees measured in turns, by the same code and the same interpreter.

The other commit is checked out into a temporary work tree. Judged by jobs per second of processor time, which
other programs on the machine disturb less than wall time; both are printed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import Report, count

ROOT = Path(__file__).resolve().parent.parent
MOST_LOSS = 0.05


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True
    ).stdout


def _round(tree: Path, seconds: float) -> tuple[float, float]:
    """Jobs per wall second and per second of processor time of one tree."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, str(ROOT / "benchmarks" / "pipeline.py"), "1", str(seconds)]
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"the pipeline does not run on {tree}:\n{done.stderr}")
    wall, cpu, _ = json.loads(done.stdout)
    return wall, cpu


def measure(report: Report, base: str, rounds: int, round_seconds: float) -> None:
    """Prints both commits and the relative difference; more than five per cent lost is a failure."""
    commit = _git("rev-parse", "--short", f"{base}^{{commit}}").strip()
    report.title(f"Against {base} ({commit}): median of {rounds} alternating rounds of {round_seconds:g} s")
    with tempfile.TemporaryDirectory(prefix="millrace-base-") as folder:
        tree = Path(folder) / "tree"
        _git("worktree", "add", "--detach", str(tree), commit)
        try:
            sides = {"base": tree, "here": ROOT}
            for side in sides.values():
                _round(side, 0.1)  # compiles
            found: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
            for _ in range(rounds):
                for name, side in sides.items():
                    found[name].append(_round(side, round_seconds))
        finally:
            _git("worktree", "remove", "--force", str(tree))
    medians = {
        name: [statistics.median(column) for column in zip(*them, strict=True)]
        for name, them in found.items()
    }
    for name, (wall, cpu) in medians.items():
        report.line(f"{name}, jobs per second", f"{count(wall)} of wall time, {count(cpu)} of processor time")
    change = medians["here"][1] / medians["base"][1] - 1
    report.line("here against base", f"{100 * change:+.1f} %")
    if change < -MOST_LOSS:
        report.fail(f"{-100 * change:.1f} % slower than {base}; up to {100 * MOST_LOSS:.0f} % is tolerated")
