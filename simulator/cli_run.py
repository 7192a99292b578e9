"""`run`: advance a simulation to its end, streaming its samples to disk, and say what came out.

Memory stays the same however long the run is: each drained block is written, added up and forgotten.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from tqdm import tqdm

from simulator.cli_input import Order
from simulator.cli_outputs import Outputs
from simulator.cli_report import summary_text
from simulator.metrics.csv_text import HEADER, Identity, csv_text
from simulator.metrics.events_csv import EVENTS_HEADER, Event
from simulator.metrics.rows import RowMaker
from simulator.metrics.summary import Ledger
from simulator.metrics.verdict import Judge
from simulator.metrics.warming import warm_up as warm_up_metrics
from simulator.model.simulation import FOREVER, Simulation, warm_up

INTERRUPTED: Final = 130
RUN: Final = "cli"
ACTOR: Final = "command line"
_EVENTS_A_SLICE: Final = 1_000_000  # a fraction of a second, after which the bar moves and Ctrl-C is seen


class Interrupt:
    """Whether Ctrl-C was pressed. A second one ends the program at once."""

    def __init__(self) -> None:
        self.wanted = False

    def press(self, _number: int, _frame: FrameType | None) -> None:
        """The signal handler."""
        if self.wanted:
            raise KeyboardInterrupt
        self.wanted = True

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Listen for Ctrl-C."""
        before = signal.signal(signal.SIGINT, self.press)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


class Run:
    """One run under way: the simulation, and everybody who takes its samples."""

    def __init__(self, order: Order, outputs: Outputs, interrupt: Interrupt, bar: Any) -> None:
        self._outputs, self._interrupt, self._bar = outputs, interrupt, bar
        self._simulation = Simulation(order.configuration, warmup_seconds=order.warmup_seconds)
        self._identity = Identity(RUN, order.scenario, order.configuration.seed)
        self._rows = RowMaker()
        self._judge = Judge()
        self._ledger = Ledger(self._simulation)
        self._edits = deque(order.edits)
        self._began = time.perf_counter()
        for output, header in ((outputs.csv, HEADER), (outputs.events, EVENTS_HEADER)):
            if output is not None:
                output.write(header)

    def simulate(self, order: Order) -> str:
        """Go to the end; returns why it ended: "duration", "finished" (no more arrivals) or "interrupted"."""
        warmup_ns = round(order.warmup_seconds * 1e9)
        if warmup_ns > 0 and self._reach(warmup_ns):
            self._ledger = Ledger(self._simulation)
            self._began = time.perf_counter()
        if order.duration_seconds is not None:
            self._reach(warmup_ns + round(order.duration_seconds * 1e9))
            return "interrupted" if self._interrupt.wanted else "duration"
        while not self._interrupt.wanted:
            step_ns = round(self._simulation.configuration.sample_interval_seconds * 1e9)
            if not self._reach(self._simulation.now_ns + step_ns):
                break
            if self._is_over:
                return "finished"
        return "interrupted"

    def close(self, ended: str) -> dict[str, Any]:
        """The summary, after the interval under way was written as the last line."""
        wall_seconds = time.perf_counter() - self._began
        self._take(self._simulation.drain(), time.time())
        summary = self._ledger.summary(wall_seconds)
        last = self._simulation.open_interval()
        if int(last.samples["interval_ns"][0]) > 0:
            self._write(last, time.time())
        verdict = self._judge.verdict(self._simulation.configuration).as_dict()
        return {
            **summary,
            "scenario": self._identity.scenario,
            "seed": self._identity.seed,
            "ended": ended,
            "verdict": verdict,
        }

    @property
    def _is_over(self) -> bool:
        """Nothing will ever happen again."""
        world = self._simulation.world
        return (
            bool(world["arrivals"]["ended"]) and int(world["metrics"]["in_system"]) == 0 and not self._edits
        )

    def _reach(self, until_ns: int) -> bool:
        """Advance to a time, making the edits on the way; False when interrupted before."""
        while self._edits and round(self._edits[0].at_seconds * 1e9) <= until_ns:
            if not self._advance(round(self._edits[0].at_seconds * 1e9)):
                return False
            self._edit(self._edits.popleft().changes)
        return self._advance(until_ns)

    def _advance(self, until_ns: int) -> bool:
        while not self._interrupt.wanted:
            began = time.time()
            progress = self._simulation.advance(until_ns, _EVENTS_A_SLICE)
            self._take(self._simulation.drain(), time.time(), began)
            if self._bar is not None:
                self._bar.update(progress.reached_ns / 1e9 - self._bar.n)
            if progress.reason in ("time", "finished"):
                return True
        return False

    def _take(self, block: Any, wall_seconds: float, began_wall_seconds: float | None = None) -> None:
        if len(block) == 0:
            return
        self._ledger.add(block)
        self._write(block, wall_seconds, began_wall_seconds)

    def _write(self, block: Any, wall_seconds: float, began_wall_seconds: float | None = None) -> None:
        rows = self._rows.rows(block, wall_seconds, began_wall_seconds)
        self._judge.add(rows)
        if self._outputs.csv is not None:
            self._outputs.csv.write(csv_text(rows, self._identity))

    def _edit(self, changes: Any) -> None:
        for change in self._simulation.edit(changes):
            self._judge.edited()
            if self._outputs.events is not None:
                seconds = self._simulation.now_ns / 1e9
                event = Event(
                    time.time(), seconds, ACTOR, change.parameter, change.old_value, change.new_value
                )
                self._outputs.events.write(event.line())


def run(order: Order, outputs: Outputs, *, as_json: bool) -> int:
    """Simulate, write the files, print the summary; returns the exit status."""
    interrupt = Interrupt()
    with interrupt.watched():
        on_terminal = sys.stderr.isatty()
        if on_terminal:
            print("loading the kernel (compiled on the first start) ...", end="", file=sys.stderr, flush=True)
        warm_up()
        warm_up_metrics()
        if on_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
        bar = _bar(order) if on_terminal else None
        try:
            work = Run(order, outputs, interrupt, bar)
            ended = work.simulate(order)
            summary = work.close(ended)
        finally:
            if bar is not None:
                bar.close()
    text = json.dumps(summary, indent=2, allow_nan=False)
    if outputs.summary is not None:
        outputs.summary.write(text + "\n")
    print(text if as_json else summary_text(summary))
    return INTERRUPTED if ended == "interrupted" else 0


def _bar(order: Order) -> Any:
    """A progress bar in simulated seconds: how far, how fast, how long still."""
    known = order.duration_seconds is not None
    total = order.warmup_seconds + (order.duration_seconds or 0.0)
    layout = (
        "{n:.1f} of {total:.1f} s |{bar}| {rate_noinv_fmt}, {remaining} left"
        if known
        else "{n:.1f} s, {rate_noinv_fmt}"
    )
    return tqdm(
        total=total if known else None,
        unit=" simulated s",
        unit_scale=False,
        file=sys.stderr,
        leave=False,
        bar_format=layout,
        mininterval=0.2,
    )


assert FOREVER > _EVENTS_A_SLICE
