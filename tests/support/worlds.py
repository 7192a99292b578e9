"""Worlds compared: their bytes, a digest of them, and the fields in which two differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from simulator.kernel.struct import allocate
from simulator.kernel.world import WORLD
from simulator.model.simulation import Simulation


def world_bytes(simulation: Simulation) -> bytes:
    """All bytes of a simulation's World."""
    content: bytes = simulation.world.tobytes()
    return content


def world_digest(simulation: Simulation) -> str:
    """SHA-256 of the World's bytes."""
    return hashlib.sha256(world_bytes(simulation)).hexdigest()


def world_from(content: bytes) -> Any:
    """A World record with these bytes."""
    worlds = allocate(WORLD)
    worlds.view(np.uint8)[:] = np.frombuffer(content, dtype=np.uint8)
    return worlds[0]


def differing_fields(one: Any, other: Any, most: int = 20) -> list[str]:
    """Up to `most` fields in which two records differ, as `path: value in one != value in the other`."""
    found: list[str] = []
    for line in _differences(one, other, ""):
        found.append(line)
        if len(found) == most:
            break
    return found


def _differences(one: Any, other: Any, path: str) -> Iterator[str]:
    for name in one.dtype.names:
        a, b = one[name], other[name]
        place = f"{path}{name}"
        if isinstance(a, np.void):
            yield from _differences(a, b, f"{place}.")
        elif isinstance(a, np.ndarray) and a.dtype.names:
            raw_a = a.view(np.uint8).reshape(len(a), -1)
            raw_b = b.view(np.uint8).reshape(len(b), -1)
            for i in np.flatnonzero((raw_a != raw_b).any(axis=1)):
                yield from _differences(a[i], b[i], f"{place}[{i}].")
        elif isinstance(a, np.ndarray):
            for index in np.argwhere(a != b):
                yield f"{place}{list(map(int, index))}: {a[tuple(index)]} != {b[tuple(index)]}"
        elif a != b and not (a != a and b != b):
            yield f"{place}: {a} != {b}"


def assert_same_world(one: Simulation, other: Simulation) -> None:
    """The two simulations stand at the same place, to the last byte."""
    if world_bytes(one) != world_bytes(other):
        raise AssertionError("the Worlds differ:\n" + "\n".join(differing_fields(one.world, other.world)))
