"""From a resolved configuration to the numbers in a World: the one place where seconds become nanoseconds.

`write_parameters` may be called at any time with any configuration; it writes plain numbers only. What
needs the kernel's lists to change (threads, cores, the order of the queue, the source) is edits.py's.
"""

from __future__ import annotations

import math
from typing import Any

from simulator.kernel import codes, control
from simulator.kernel.struct import allocate
from simulator.kernel.tapes import TAPES
from simulator.kernel.world import WORLD
from simulator.model.distributions import CONSTANT
from simulator.model.schema import Configuration
from simulator.model.tape_source import TapeSource
from simulator.programs.catalogue import IO_PROGRAMS, WORKER_PROGRAMS
from simulator.programs.program import Program, assemble

PROCESSES = {
    "poisson": codes.ARRIVALS_STEADY,
    "constant": codes.ARRIVALS_STEADY,
    "trace": codes.ARRIVALS_STEADY,
    "bursty": codes.ARRIVALS_BURSTY,
    "sine": codes.ARRIVALS_SINE,
    "spike": codes.ARRIVALS_SPIKE,
    "closed": codes.ARRIVALS_CLOSED,
}
DISCIPLINES = {"fifo": codes.FIFO, "lifo": codes.LIFO, "priority": codes.PRIORITY, "sjf": codes.SJF}
OVERFLOWS = {
    "reject": codes.OVERFLOW_REJECT,
    "drop_oldest": codes.OVERFLOW_DROP_OLDEST,
    "block": codes.OVERFLOW_BLOCK,
    "caller_runs": codes.OVERFLOW_CALLER_RUNS,
}
FAIRNESS = {"barging": codes.BARGING, "fair": codes.FAIR}
WAKE_ORDERS = {"lifo": codes.WAKE_LIFO, "fifo": codes.WAKE_FIFO}


def whole_ns(seconds: float | None) -> int:
    """A duration of the configuration in the kernel's unit, rounded to the nearest nanosecond."""
    assert seconds is not None, "the configuration is resolved"
    return round(seconds * 1e9)


def programs(configuration: Configuration) -> dict[str, Program]:
    """The program of each thread kind, by the kind's wire name."""
    return {
        "io_threads": IO_PROGRAMS[configuration.io.model],
        "workers": WORKER_PROGRAMS[configuration.workers.wait],
    }


def blank_world(configuration: Configuration) -> tuple[Any, Any]:
    """An empty World with its programs, and tapes with nothing on them; both arrays of one record."""
    worlds, tapes = allocate(WORLD), allocate(TAPES)
    world = worlds[0]
    tapes[0]["loaded"] = -1
    control.control(world, tapes[0], control.BLANK, 0)
    first = 0
    for kind, program in enumerate(programs(configuration).values()):
        world["program_start"][kind] = first
        first = assemble(program, world["steps"], first)
    world["metrics"]["warmup_ns"] = codes.NEVER
    return worlds, tapes


def write_parameters(world: Any, configuration: Configuration, source: TapeSource) -> None:
    """Write every plain parameter of a resolved configuration into a World (modified in place)."""
    costs = configuration.costs
    world["wake_call_ns"] = whole_ns(costs.wake_call_seconds)
    world["wake_latency_ns"] = whole_ns(costs.wake_latency_seconds)
    world["spawn_ns"] = whole_ns(costs.spawn_seconds)
    world["reject_ns"] = whole_ns(costs.reject_seconds)
    cpu = world["cpu"]
    cpu["quantum_ns"] = whole_ns(configuration.cpu.quantum_seconds)
    cpu["context_switch_ns"] = whole_ns(configuration.cpu.context_switch_seconds)
    cpu["cache_refill_ns"] = whole_ns(configuration.cpu.cache_refill_seconds)
    nic = world["nic"]
    nic["slots"] = configuration.nic.ring_slots
    nic["batch"] = configuration.io.batch
    nic["io_wakeup_ns"] = whole_ns(configuration.io.cpu_per_wakeup_seconds)
    assert configuration.io.cpu_per_request_seconds is not None
    nic["io_cpu_ns"] = configuration.io.cpu_per_request_seconds * 1e9
    queue = world["queue"]
    queue["capacity"] = configuration.queue.capacity
    queue["overflow"] = OVERFLOWS[configuration.queue.overflow]
    queue["hold_ns"] = whole_ns(configuration.queue.hold_seconds)
    queue["wake_order"] = WAKE_ORDERS[configuration.workers.wake_order]
    queue["guard"]["fairness"] = FAIRNESS[configuration.queue.fairness]
    queue["guard"]["handoff_ns"] = whole_ns(configuration.queue.handoff_seconds)
    world["backend"]["connections"] = configuration.job.call.connections
    world["metrics"]["sample_interval_ns"] = whole_ns(configuration.sample_interval_seconds)
    _write_demands(world, configuration, source)
    _write_source(world["arrivals"], configuration)


def _write_demands(world: Any, configuration: Configuration, source: TapeSource) -> None:
    """Scales of the demand tapes, and which of them are read at all."""
    job, arrivals = configuration.job, world["arrivals"]
    for stream, part, scale, reads in (
        (codes.STREAM_CPU, job.cpu, "job_cpu_ns", "reads_cpu"),
        (codes.STREAM_CALL, job.call, "job_call_ns", "reads_call"),
    ):
        recorded = source.in_seconds(stream)
        world[scale] = 1e9 if recorded else part.mean_seconds * 1e9
        arrivals[reads] = recorded or (part.mean_seconds > 0 and source.law(stream) != CONSTANT)
    arrivals["reads_io"] = source.law(codes.STREAM_IO) != CONSTANT
    arrivals["reads_class"] = configuration.queue.discipline == "priority"
    arrivals["high_ratio"] = job.high_priority_ratio


def _write_source(a: Any, configuration: Configuration) -> None:
    """The arrival process's parameters, all of them: those of the others rest."""
    arrivals = configuration.arrivals
    a["process"] = PROCESSES[arrivals.process]
    if arrivals.process == "trace":
        a["gap_ns"] = 1.0
    else:
        a["gap_ns"] = 1e9 / arrivals.rate_per_second if arrivals.rate_per_second > 0 else math.inf
    burst, calm = arrivals.burst_seconds, arrivals.calm_seconds
    if arrivals.process == "bursty":
        a["high_factor"] = arrivals.burst_ratio
        # A calm rate of exactly 0 may come out a rounding error below it.
        a["low_factor"] = max(0.0, (burst + calm - arrivals.burst_ratio * burst) / calm)
    else:
        a["high_factor"] = arrivals.spike_ratio
        a["low_factor"] = 1.0
    a["high_ns"], a["low_ns"] = burst * 1e9, calm * 1e9
    a["spike_start_ns"] = whole_ns(arrivals.spike_start_seconds)
    a["spike_length_ns"] = whole_ns(arrivals.spike_seconds)
    a["spike_every_ns"] = whole_ns(arrivals.spike_every_seconds)
    a["amplitude"] = arrivals.amplitude_ratio
    a["period_ns"] = whole_ns(arrivals.period_seconds)
    a["think_ns"] = arrivals.think_seconds * 1e9
