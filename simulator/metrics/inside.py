"""Who is inside a World now, and since when: what is needed to balance the books at an instant."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.kernel import codes
from simulator.metrics.rows import Ints

_LOW_BITS = 31


def exact_sum(values: Ints) -> int:
    """The sum of non-negative int64 values, which may be beyond int64."""
    high = int((values >> _LOW_BITS).sum())
    return (high << _LOW_BITS) + int((values & ((1 << _LOW_BITS) - 1)).sum())


def exact_sums(matrix: Ints) -> list[int]:
    """The sums of the columns of a matrix of non-negative int64 values."""
    high = (matrix >> _LOW_BITS).sum(axis=0).tolist()
    low = (matrix & ((1 << _LOW_BITS) - 1)).sum(axis=0).tolist()
    return [(h << _LOW_BITS) + rest for h, rest in zip(high, low, strict=True)]


def first_of_ring(slots: Ints, head: int, count: int) -> Ints:
    """The `count` oldest entries of a ring buffer."""
    return slots[(head + np.arange(count)) % len(slots)]


def jobs_inside(world: Any) -> Ints:
    """Rows of the job table of every packet and job inside: in the rings, in the queue, in the hands of a
    thread.
    """
    nic, queue, threads = world["nic"], world["queue"], world["threads"]
    held = [first_of_ring(ring["slots"], int(ring["head"]), int(ring["count"])) for ring in nic["rings"]]
    count = int(queue["count"])
    if int(queue["discipline"]) in (codes.FIFO, codes.LIFO):
        held.append(first_of_ring(queue["slots"], int(queue["head"]), count))
    else:
        held.append(queue["slots"][:count])
    table = threads["rows"][: int(threads["used"])]
    held.append(table["job"][(table["state"] != codes.STOPPED) & (table["job"] != codes.NOBODY)])
    return np.concatenate(held)


def ages_inside_ns(world: Any) -> int:
    """The sum of the times that all who are inside have been there."""
    arrived = world["jobs"]["rows"]["arrived_ns"][jobs_inside(world)]
    return exact_sum(int(world["now_ns"]) - arrived)
