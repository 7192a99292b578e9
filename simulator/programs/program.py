"""How a thread program is written down, and turned into the kernel's step table.

A program is a tuple of steps in the order a reader would follow. A step goes on to the one below it, unless
`then` names another; the names are those given to `at`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulator.errors import KernelError
from simulator.kernel.limits import MAX_STEPS


@dataclass(frozen=True)
class Step:
    """One step: what a person reads, the kernel's operation, and where it leads.

    `alternative`, `second_alternative` and `again` are read by the operations that say so in kernel/steps.py.
    """

    label: str
    op: int
    help: str
    at: str = ""
    then: str = ""
    alternative: str = ""
    second_alternative: str = ""
    again: str = ""


@dataclass(frozen=True)
class Program:
    """What the threads of one kind do, for ever."""

    title: str
    note: str
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """The wire form (docs/wire.md): places in `steps` are the step numbers of a view."""
        return {
            "title": self.title,
            "note": self.note,
            "steps": [{"label": step.label, "help": step.help} for step in self.steps],
        }


def assemble(program: Program, rows: Any, first: int) -> int:
    """Write a program into the World's step table from row `first` on; returns the row after it.

    `rows` is modified in place. Raises KernelError if a step leads nowhere or the table is full.
    """
    places = {step.at: first + i for i, step in enumerate(program.steps) if step.at}
    if first + len(program.steps) > MAX_STEPS:
        raise KernelError(f"the step table has {MAX_STEPS} rows")

    def place(name: str, otherwise: int) -> int:
        if not name:
            return otherwise
        if name not in places:
            raise KernelError(f"{program.title}: no step is named {name!r}")
        return places[name]

    for i, step in enumerate(program.steps):
        here = first + i
        below = here + 1 if i + 1 < len(program.steps) else first
        rows[here]["op"] = step.op
        rows[here]["next"] = place(step.then, below)
        rows[here]["alternative"] = place(step.alternative, below)
        rows[here]["second_alternative"] = place(step.second_alternative, below)
        rows[here]["again"] = place(step.again, here)
    return first + len(program.steps)
