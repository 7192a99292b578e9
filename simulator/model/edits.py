"""Applying a changed configuration to a running World, at its present instant.

Plain parameters are simply written. The rest goes through the kernel's `control`, each kind of change where
it belongs in the order: what shrinks or stops before what grows, the source last. What is already scheduled
stays as it is (a call under way keeps its length), but for the pending gap of the source, which is
rescaled, and threads that lose their core.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.kernel import codes
from simulator.kernel import control as kernel
from simulator.kernel.limits import MAX_QUEUE, MAX_RING_SLOTS, TAPE_CHUNK
from simulator.model.schema import Configuration
from simulator.model.tape_source import TapeSource
from simulator.model.world_builder import DISCIPLINES, write_parameters

_DEMAND_STREAMS = (
    codes.STREAM_CPU,
    codes.STREAM_CALL,
    codes.STREAM_IO,
    codes.STREAM_CLASS,
    codes.STREAM_RING,
)
# Demands a trace may record: their column there, scale in the World, units in the job table.
_RECORDABLE = (("cpu_seconds", "job_cpu_ns", "cpu_units"), ("call_seconds", "job_call_ns", "call_units"))


def load_tapes(world: Any, tapes: Any, source: TapeSource) -> None:
    """Bring every tape to the place where the run stands (tapes modified in place)."""
    a = world["arrivals"]
    places = dict.fromkeys(_DEMAND_STREAMS, int(world["metrics"]["arrivals_total"]))
    places[codes.STREAM_GAP] = int(a["gap_index"])
    for stream, index in places.items():
        fill_tape(tapes, source, stream, index // TAPE_CHUNK)
    for ahead in (0, 1):  # a change of process draws two sojourns at once
        fill_tape(tapes, source, codes.STREAM_PHASE, int(a["phase_index"]) // TAPE_CHUNK + ahead)
    _load_think(world, tapes, source)


def _load_think(world: Any, tapes: Any, source: TapeSource) -> None:
    """The next chunk's worth of think times, and more: they are drawn in the middle of an event."""
    for ahead in (0, 1):
        chunk = int(world["arrivals"]["think_index"]) // TAPE_CHUNK + ahead
        fill_tape(tapes, source, codes.STREAM_THINK, chunk)


def fill_tape(tapes: Any, source: TapeSource, stream: int, chunk: int) -> None:
    """Put one chunk of a tape into memory (tapes modified in place)."""
    place = chunk % 2 * TAPE_CHUNK
    source.fill(stream, chunk, tapes["values"][stream, place : place + TAPE_CHUNK])
    tapes["loaded"][stream] = chunk


def draw_gap(world: Any, tapes: Any) -> None:
    """Begin a fresh gap of the source now (world modified in place)."""
    a = world["arrivals"]
    index = int(a["gap_index"])
    gap = float(tapes["values"][codes.STREAM_GAP, index % (2 * TAPE_CHUNK)])
    a["gap_index"] = index + 1
    a["ended"] = gap == float("inf")
    a["gap_left"] = 0.0 if a["ended"] else gap
    a["gap_from_ns"] = world["now_ns"]


def begin(world: Any, tapes: Any, configuration: Configuration, source: TapeSource) -> None:
    """Set a blank World going at time 0 (world and tapes modified in place)."""
    write_parameters(world, configuration, source)
    world["queue"]["discipline"] = DISCIPLINES[configuration.queue.discipline]
    world["metrics"]["next_sample_ns"] = world["metrics"]["sample_interval_ns"]
    load_tapes(world, tapes, source)
    if configuration.arrivals.process != "closed":
        draw_gap(world, tapes)
    for command, argument in (
        (kernel.SET_CORES, configuration.cpu.cores),
        (kernel.RESIZE_IO, configuration.io.threads),
        (kernel.SET_RINGS, configuration.nic.queues),
        (kernel.RESIZE_WORKERS, configuration.workers.count),
        (kernel.ENTER_PROCESS, 0),
    ):
        kernel.control(world, tapes, command, argument)
    _set_users(world, tapes, source, configuration.arrivals.users)


def apply(
    world: Any,
    tapes: Any,
    configuration: Configuration,
    source: TapeSource,
    changed: Mapping[str, tuple[Any, Any]],
) -> None:
    """Make a running World follow a configuration in which some keys `changed` from an old to a new value
    (modified in place).
    """
    keys = set(changed)

    def command(code: int, argument: int = 0) -> None:
        kernel.control(world, tapes, code, argument)

    source_changed = any(key.startswith("arrivals.") for key in keys)
    if source_changed:
        command(kernel.SPEND_GAP)
    scales = [float(world[scale]) for _column, scale, _units in _RECORDABLE]
    write_parameters(world, configuration, source)
    if "arrivals.process" in keys:
        world["arrivals"]["gap_index"] = world["metrics"]["arrivals_total"]
        if "trace" in changed["arrivals.process"]:
            _keep_demands(world, source, scales)
    if source_changed or any(key.startswith(("job.", "io.", "nic.", "queue.")) for key in keys):
        load_tapes(world, tapes, source)
    _apply_queue(world, configuration, source, keys, command)
    if "cpu.cores" in keys:
        command(kernel.SET_CORES, configuration.cpu.cores)
    if "io.threads" in keys:
        command(kernel.RESIZE_IO, configuration.io.threads)
    if "nic.queues" in keys:
        command(kernel.SET_RINGS, configuration.nic.queues)
    if "workers.count" in keys:
        command(kernel.RESIZE_WORKERS, configuration.workers.count)
    if "job.call.connections" in keys:
        command(kernel.ADMIT_CALLS)
    if "sample_interval_seconds" in keys:
        interval_ns = int(world["metrics"]["sample_interval_ns"])
        world["metrics"]["next_sample_ns"] = (int(world["now_ns"]) // interval_ns + 1) * interval_ns
    if source_changed:
        _apply_source(world, tapes, configuration, source, keys)


def _keep_demands(world: Any, source: TapeSource, scales_before: list[float]) -> None:
    """Jobs inside keep the demands they came with when these change between recorded seconds and units of
    the mean.
    """
    rows = world["jobs"]["rows"][: int(world["jobs"]["used"])]
    for (column, scale, units), before in zip(_RECORDABLE, scales_before, strict=True):
        if getattr(source.trace, column, None) is not None:
            now = float(world[scale])
            rows[units] *= before / now if now > 0 else 0.0


def _classify(world: Any, source: TapeSource) -> None:
    """Give the jobs that wait the class that is theirs: it is not looked at while it does not matter."""
    nic, queue, threads = world["nic"], world["queue"], world["threads"]
    places = int(queue["head"]) + np.arange(int(queue["count"]))
    heap = queue["discipline"] >= codes.PRIORITY
    waiting = [queue["slots"][places - int(queue["head"]) if heap else places % MAX_QUEUE]]
    for ring in nic["rings"][: int(nic["rings_used"])]:
        places = int(ring["head"]) + np.arange(int(ring["count"]))
        waiting.append(ring["slots"][places % MAX_RING_SLOTS])
    held = threads["rows"][: int(threads["used"])]
    held = held[(held["state"] != codes.STOPPED) & (held["kind"] == codes.THREAD_KIND_IO)]["job"]
    waiting.append(held[held != codes.NOBODY])
    jobs = np.concatenate(waiting)
    rows, draws = world["jobs"]["rows"], np.empty(TAPE_CHUNK)
    numbers = rows["number"][jobs]
    for chunk in np.unique(numbers // TAPE_CHUNK):
        source.fill(codes.STREAM_CLASS, int(chunk), draws)
        here = numbers // TAPE_CHUNK == chunk
        low = draws[numbers[here] % TAPE_CHUNK] >= world["arrivals"]["high_ratio"]
        rows["class_"][jobs[here]] = low


def _apply_queue(
    world: Any, configuration: Configuration, source: TapeSource, keys: set[str], command: Any
) -> None:
    queue = world["queue"]
    if configuration.queue.discipline == "priority" and "queue.discipline" in keys:
        _classify(world, source)
    if "queue.discipline" in keys:
        command(kernel.REORDER, DISCIPLINES[configuration.queue.discipline])
    elif configuration.queue.discipline == "sjf" and any(key.endswith("mean_seconds") for key in keys):
        # The sizes of waiting jobs changed: put them in order anew.
        command(kernel.REORDER, codes.FIFO)
        command(kernel.REORDER, codes.SJF)
    if "queue.overflow" in keys:
        command(kernel.ADMIT_PUTTERS, int(queue["putters"]["count"]))
    elif "queue.capacity" in keys:
        command(kernel.ADMIT_PUTTERS, max(0, int(queue["capacity"]) - int(queue["count"])))


def _apply_source(
    world: Any, tapes: Any, configuration: Configuration, source: TapeSource, keys: set[str]
) -> None:
    if "arrivals.process" in keys:
        if configuration.arrivals.process == "closed":
            world["arrivals"]["ended"] = 0
        else:
            draw_gap(world, tapes)
        kernel.control(world, tapes, kernel.ENTER_PROCESS, 0)
    else:
        kernel.control(world, tapes, kernel.RESCHEDULE, 0)
    if "arrivals.users" in keys or "arrivals.process" in keys:
        _set_users(world, tapes, source, configuration.arrivals.users)


def _set_users(world: Any, tapes: Any, source: TapeSource, wanted: int) -> None:
    """Set the number of users, no more new ones at a time than there are think times in memory."""
    a = world["arrivals"]
    while True:
        now = min(wanted, int(a["users_live"]) + TAPE_CHUNK)
        if a["process"] != codes.ARRIVALS_CLOSED:
            now = wanted
        kernel.control(world, tapes, kernel.SET_USERS, now)
        if now == wanted:
            return
        _load_think(world, tapes, source)
