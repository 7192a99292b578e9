"""The picture of this moment: what docs/wire.md calls a `view`, read from a World between two advances.

Only reads. Everything is taken in NumPy slices of the world's tables, so that a picture of 60 workers costs
well under a millisecond and one of 4000 a few.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from simulator.kernel import codes, steps
from simulator.metrics.inside import first_of_ring
from simulator.metrics.rows import Ints
from simulator.metrics.verdict_words import Verdict

MOST_SHOWN: Final = 64  # packets, jobs and cores listed one by one

_GLYPHS: Final = np.frombuffer(codes.STATE_GLYPHS.encode(), dtype=np.uint8)
# A thread that waits will begin again elsewhere; a person looks for it at the step that made it wait.
_WAITS_AT: Final = (
    (codes.THREAD_KIND_WORKER, codes.PARKED, steps.AWAIT_NOT_EMPTY),
    (codes.THREAD_KIND_IO, codes.WAITING_SPACE, steps.AWAIT_ROOM),
)


def view(simulation: Any, followed: int | None = None, verdict: Verdict | None = None) -> dict[str, Any]:
    """The view without `run`. `followed` is a thread id; `verdict` is the judge's latest (verdict.py)."""
    world = simulation.world
    table = world["threads"]["rows"][: int(world["threads"]["used"])]
    state = np.array(table["state"])
    living = np.flatnonzero(state != codes.STOPPED)
    kind = table["kind"][living]
    numbers = world["jobs"]["rows"]["number"]
    shown = {
        "simulated_seconds": int(world["now_ns"]) / 1e9,
        "ring": _ring(world["nic"], numbers),
        "io_threads": _threads(world, table, living[kind == codes.THREAD_KIND_IO], codes.THREAD_KIND_IO),
        "workers": _threads(world, table, living[kind == codes.THREAD_KIND_WORKER], codes.THREAD_KIND_WORKER),
        "queue": _queue(world),
        "cores": _cores(world["cpu"], state),
        "backend": {
            "connections": int(world["backend"]["connections"]),
            "in_use": int(world["backend"]["in_use"]),
            "waiting": int(world["backend"]["waiters"]["count"]),
        },
        "totals": _totals(world["metrics"]),
        "verdict": (verdict or Verdict.nothing_yet()).as_dict(),
    }
    if followed is not None:
        shown["followed"] = followed_thread(simulation, followed)
    return shown


def _threads(world: Any, table: Any, ids: Ints, kind: int) -> dict[str, Any]:
    rows = table[ids]
    return {
        "ids": ids.tolist(),
        "states": _GLYPHS[rows["state"]].tobytes().decode(),
        "steps": _step_numbers(world, rows, kind).tolist(),
        "jobs": _job_numbers(world, rows["job"]),
        "draining": ids[rows["draining"] != 0].tolist(),
        "wanted": int(world["threads"]["wanted"][kind]),
    }


def _step_numbers(world: Any, rows: Any, kind: int) -> Ints:
    """On which step of its program each thread stands, or which makes it wait."""
    start = int(world["program_start"][kind])
    numbers: Ints = rows["step"] - start
    for waiting_kind, state, operation in _WAITS_AT:
        if waiting_kind == kind:
            waiting = rows["state"] == state
            if waiting.any():
                numbers[waiting] = int(np.argmax(world["steps"]["op"][start:] == operation))
    return numbers


def _job_numbers(world: Any, jobs: Ints) -> list[int | None]:
    numbers = world["jobs"]["rows"]["number"][np.maximum(jobs, 0)].tolist()
    for place in np.flatnonzero(jobs == codes.NOBODY):
        numbers[place] = None
    return numbers  # type: ignore[no-any-return]


def _ring(nic: Any, numbers: Ints) -> dict[str, Any]:
    rings = nic["rings"][: max(int(nic["rings_used"]), int(nic["queues"]))]
    depths = rings["count"].tolist()
    oldest = [
        numbers[first_of_ring(ring["slots"], int(ring["head"]), min(depth, MOST_SHOWN))]
        for ring, depth in zip(rings, depths, strict=True)
        if depth
    ]
    packets = np.sort(np.concatenate(oldest))[:MOST_SHOWN].tolist() if oldest else []
    return {
        "slots": int(nic["slots"] * nic["queues"]),
        "depth": int(nic["count"]),
        "queues": depths,
        "packets": packets,
    }


def _queue(world: Any) -> dict[str, Any]:
    queue = world["queue"]
    guard = queue["guard"]
    owner = int(guard["owner"])
    return {
        "depth": int(queue["count"]),
        "capacity": int(queue["capacity"]),
        "jobs": world["jobs"]["rows"]["number"][_next_jobs(world)].tolist(),
        "lock": {
            "owner": None if owner == codes.NOBODY else owner,
            "waiters": int(guard["waiters"]["count"]),
        },
        "putters_waiting": int(queue["putters"]["count"]),
    }


def _next_jobs(world: Any) -> Ints:
    """Rows of the jobs that will be taken next, in that order, if no other comes."""
    queue = world["queue"]
    slots, head, count = queue["slots"], int(queue["head"]), int(queue["count"])
    shown = min(count, MOST_SHOWN)
    discipline = int(queue["discipline"])
    if discipline == codes.FIFO:
        return first_of_ring(slots, head, shown)
    if discipline == codes.LIFO:
        return first_of_ring(slots, head + count - shown, shown)[::-1]
    jobs: Ints = slots[:count]
    rows = world["jobs"]["rows"]
    if discipline == codes.PRIORITY:
        key = rows["class_"][jobs].astype(np.float64)
    else:
        key = rows["cpu_units"][jobs] * world["job_cpu_ns"] + rows["call_units"][jobs] * world["job_call_ns"]
    first = _smallest(key, rows["put_order"][jobs], shown)
    return jobs[first]


def _smallest(key: Any, order: Ints, count: int) -> Ints:
    """Places of the `count` smallest keys in order, ties by `order`, without sorting all of a long queue."""
    if count < len(key):
        bound = np.partition(key, count - 1)[count - 1]
        below, ties = np.flatnonzero(key < bound), np.flatnonzero(key == bound)
        wanted = count - len(below)
        if wanted < len(ties):
            ties = ties[np.argpartition(order[ties], wanted - 1)[:wanted]]
        places = np.concatenate([below, ties])
    else:
        places = np.arange(len(key))
    return places[np.lexsort((order[places], key[places]))]


def _cores(cpu: Any, state: Ints) -> dict[str, Any]:
    count = int(cpu["cores"])
    if count == 0:
        busy = int(((state == codes.RUNNING) | (state == codes.SPINNING)).sum())
        return {"count": 0, "busy": busy, "threads": [], "run_queue": 0}
    threads = cpu["rows"]["thread"][:count]
    shown = [None if thread == codes.NOBODY else thread for thread in threads[:MOST_SHOWN].tolist()]
    return {
        "count": count,
        "busy": int((threads != codes.NOBODY).sum()),
        "threads": shown,
        "run_queue": int(cpu["run_queue"]["count"]),
    }


def _totals(metrics: Any) -> dict[str, int]:
    dropped = metrics["dropped_total"].tolist()
    return {
        "arrivals": int(metrics["arrivals_total"]),
        "completed": int(metrics["completed_total"]),
        **{f"dropped_{name}": dropped[reason] for reason, name in enumerate(codes.DROP_NAMES)},
    }


def followed_thread(simulation: Any, thread: int) -> dict[str, Any] | None:
    """One thread in detail; None when there is no such living thread."""
    world = simulation.world
    table = world["threads"]["rows"][: int(world["threads"]["used"])]
    if not 0 <= thread < len(table) or table["state"][thread] == codes.STOPPED:
        return None
    row = table[thread : thread + 1]
    kind, state = int(row["kind"][0]), int(row["state"][0])
    open_ns = int(world["now_ns"]) - int(row["since_ns"][0])
    times = row["times_ns"][0].tolist()
    times[state] += open_ns
    return {
        "thread": thread,
        "kind": codes.THREAD_KIND_NAMES[kind],
        "state": codes.STATE_NAMES[state],
        "step": int(_step_numbers(world, row, kind)[0]),
        "job": _job_numbers(world, row["job"])[0],
        "since_seconds": (int(world["now_ns"]) - open_ns) / 1e9,
        "times": {codes.STATE_NAMES[s]: times[s] / 1e9 for s in range(codes.STATES) if s != codes.STOPPED},
        "jobs_done": int(row["jobs_done"][0]),
    }
