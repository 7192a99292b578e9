"""The kernel without the JIT, under the unchanged Python layers.

With MILLRACE_KERNEL=python the kernel's functions are plain Python, which needs objects with attributes;
the layers above hold records. `install` puts a step between: each entry point copies its records into twin
objects, runs the plain function on those, and copies them back. Nothing else is replaced, so a Simulation is
built, edited, read and copied as always.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulator.kernel import control, engine, jit, snapshot
from simulator.kernel.struct import TwinRecord, pack, twin, unpack
from simulator.model import simulation

Entry = Callable[..., Any]


def install() -> None:
    """Put the twin in the kernel's place, in this process and for good."""
    if not jit.PLAIN_PYTHON:
        raise RuntimeError("start the process with MILLRACE_KERNEL=python")
    setattr(engine, "advance", _on_twins(engine.advance))  # noqa: B010
    setattr(control, "control", _on_twins(control.control))  # noqa: B010
    setattr(simulation, "close_copy", _on_twins(snapshot.close_copy))  # noqa: B010


def _on_twins(entry: Entry) -> Entry:
    """An entry point of the kernel that takes records and works on twins of them."""

    def call(*arguments: Any) -> Any:
        twins = [_twin_of(argument) for argument in arguments]
        answer = entry(*twins)
        for record, copied in zip(arguments, twins, strict=True):
            if isinstance(copied, TwinRecord):
                pack(copied, record)
        return answer

    return call


def _twin_of(argument: Any) -> Any:
    return unpack(argument, twin(argument.dtype)) if isinstance(argument, np.void) else argument
