"""Applying a changed configuration to a running World, at its present instant.

Plain parameters are simply written. The rest goes through the kernel's `control`, each kind of change where
it belongs in the order: what shrinks or stops before what grows, the source last. What is already scheduled
stays as it is (a call under way keeps its length), but for the pending gap of the source, which is
rescaled, and threads that lose their core.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.kernel import codes
from simulator.kernel import control as kernel
from simulator.kernel.limits import TAPE_CHUNK
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


def load_tapes(world: Any, tapes: Any, source: TapeSource) -> None:
    """Bring every tape to the place where the run stands (tapes modified in place)."""
    a = world["arrivals"]
    places = dict.fromkeys(_DEMAND_STREAMS, int(world["metrics"]["arrivals_total"]))
    places[codes.STREAM_GAP] = int(a["gap_index"])
    places[codes.STREAM_PHASE] = int(a["phase_index"])
    for stream, index in places.items():
        fill_tape(tapes, source, stream, index // TAPE_CHUNK)
    for ahead in (0, 1):  # a user's think time is drawn in the middle of an event
        fill_tape(tapes, source, codes.STREAM_THINK, int(a["think_index"]) // TAPE_CHUNK + ahead)


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
        (kernel.SET_USERS, configuration.arrivals.users),
    ):
        kernel.control(world, tapes, command, argument)


def apply(
    world: Any, tapes: Any, configuration: Configuration, source: TapeSource, changed: Iterable[str]
) -> None:
    """Make a running World follow a configuration in which the keys `changed` are new (modified in place)."""
    keys = set(changed)

    def command(code: int, argument: int = 0) -> None:
        kernel.control(world, tapes, code, argument)

    source_changed = any(key.startswith("arrivals.") for key in keys)
    if source_changed:
        command(kernel.SPEND_GAP)
    write_parameters(world, configuration, source)
    if source_changed or any(key.startswith(("job.", "io.", "nic.", "queue.")) for key in keys):
        load_tapes(world, tapes, source)
    _apply_queue(world, configuration, keys, command)
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
        _apply_source(world, tapes, configuration, keys, command)


def _apply_queue(world: Any, configuration: Configuration, keys: set[str], command: Any) -> None:
    queue = world["queue"]
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


def _apply_source(world: Any, tapes: Any, configuration: Configuration, keys: set[str], command: Any) -> None:
    a = world["arrivals"]
    if "arrivals.process" in keys:
        if configuration.arrivals.process != "closed":
            draw_gap(world, tapes)
        command(kernel.ENTER_PROCESS)
    else:
        command(kernel.RESCHEDULE)
    if "arrivals.users" in keys or "arrivals.process" in keys:
        command(kernel.SET_USERS, configuration.arrivals.users)
    assert a["process"] >= 0
