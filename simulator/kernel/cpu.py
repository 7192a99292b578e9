"""Cores: first come, first served, with a quantum and the price of a context switch.

With `cores` = 0 every thread has a core of its own and nothing here takes time. Otherwise a thread must
stand on a core to take a step. A free core takes the first thread of the run queue; a core that ran another
thread before pays `context_switch_ns` and `cache_refill_ns`, during which the core is busy and nobody
progresses (the thread is still `ready`). A turn ends after `quantum_ns`, and only if somebody waits; what
is left of a quantum is forfeited when the thread blocks.

Leaves out: priorities, per-core run queues, migration cost beyond the switch, simultaneous multithreading.
"""

from typing import Final

import numpy as np

from simulator.kernel.calendar import push
from simulator.kernel.codes import (
    NOBODY,
    RANK_COMPLETION,
    RANK_TIMER,
    READY,
    RUNNING,
    SPINNING,
    STATES,
    STOPPED,
    THREAD_KINDS,
)
from simulator.kernel.jit import hot, inner
from simulator.kernel.limits import MAX_CORES
from simulator.kernel.samples import CONTEXT_SWITCHES, CORES_BUSY_NS, CORES_NS, CORES_SWITCHING_NS, STATE_NS
from simulator.kernel.struct import Record, struct
from simulator.kernel.threads import (
    EVENT_RUN_END,
    EVENT_SWITCHED,
    EVENT_TURN_END,
    EVENT_WOKEN,
    THREAD_LIST,
    append,
    pop_first,
    set_state,
)

CORE: Final = struct(
    ("thread", np.int64),  # who stands on it, or NOBODY
    ("last_thread", np.int64),
    ("busy_since_ns", np.int64),
    ("switching_ns", np.int64),  # length of the switch under way, 0 if none
)
CPU: Final = struct(
    ("cores", np.int64),
    ("idle", np.int64),
    ("counted_ns", np.int64),  # up to when the cores' capacity is booked
    ("running_booked_ns", np.int64),  # of the open interval's running time, what is booked as busy cores
    ("living_booked_ns", np.int64),
    ("quantum_ns", np.int64),
    ("context_switch_ns", np.int64),
    ("cache_refill_ns", np.int64),
    ("run_queue", THREAD_LIST),
    ("rows", CORE, MAX_CORES),
)


@hot
def make_runnable(world: Record, t: int) -> None:
    """The thread can go on: it gets a core now, or waits for one."""
    if world.cpu.cores == 0:
        set_state(world.threads, world.metrics, t, RUNNING, world.now_ns)
        append(world.threads, world.threads.going, t)
    else:
        _find_core(world, t)


@inner
def _find_core(world: Record, t: int) -> None:
    """A free core, the one the thread stood on last if it can be, or a place in the run queue."""
    cpu = world.cpu
    if cpu.idle > 0:
        core = world.threads.rows[t].last_core
        if core == NOBODY or core >= cpu.cores or cpu.rows[core].thread != NOBODY:
            core = 0
            while cpu.rows[core].thread != NOBODY:
                core += 1
        cpu.idle -= 1
        cpu.rows[core].busy_since_ns = world.now_ns
        _dispatch(world, core, t)
    else:
        set_state(world.threads, world.metrics, t, READY, world.now_ns)
        append(world.threads, cpu.run_queue, t)


@inner
def _dispatch(world: Record, core: int, t: int) -> None:
    """Give a core that is booked as busy to a thread."""
    cpu = world.cpu
    place = cpu.rows[core]
    row = world.threads.rows[t]
    place.thread = t
    row.core = core
    row.last_core = core
    cost_ns = 0
    if place.last_thread != t:
        cost_ns = cpu.context_switch_ns + cpu.cache_refill_ns
        world.metrics.open[CONTEXT_SWITCHES] += 1
    place.last_thread = t
    if cost_ns > 0:
        place.switching_ns = cost_ns
        set_state(world.threads, world.metrics, t, READY, world.now_ns)
        row.event = EVENT_SWITCHED
        push(world.calendar, world.now_ns + cost_ns, RANK_COMPLETION, t)
    else:
        start_turn(world, t)


@inner
def start_turn(world: Record, t: int) -> None:
    """The thread stands on its core and begins a quantum."""
    row = world.threads.rows[t]
    place = world.cpu.rows[row.core]
    if place.switching_ns > 0:
        _book_busy(world, place)
        world.metrics.open[CORES_SWITCHING_NS] += place.switching_ns
        place.switching_ns = 0
    row.turn_end_ns = world.now_ns + world.cpu.quantum_ns
    set_state(world.threads, world.metrics, t, RUNNING, world.now_ns)
    append(world.threads, world.threads.going, t)


@inner
def _book_busy(world: Record, place: Record) -> None:
    world.metrics.open[CORES_BUSY_NS] += world.now_ns - place.busy_since_ns
    place.busy_since_ns = world.now_ns


@hot
def leave_core(world: Record, t: int) -> None:
    """The thread blocks or ends: its core goes to the next in the run queue, or idles. Its state is the
    caller's.
    """
    if world.cpu.cores > 0:
        _vacate_core(world, t)


@inner
def _vacate_core(world: Record, t: int) -> None:
    cpu = world.cpu
    row = world.threads.rows[t]
    core = row.core
    row.core = NOBODY
    place = cpu.rows[core]
    _book_busy(world, place)
    place.thread = NOBODY
    if cpu.run_queue.count > 0:
        _dispatch(world, core, pop_first(world.threads, cpu.run_queue))
    else:
        cpu.idle += 1


@hot
def run(world: Record, t: int, length_ns: int) -> None:
    """The thread computes for `length_ns` > 0 on the core it stands on, or waits for a core if its turn
    has ended.
    """
    row = world.threads.rows[t]
    now_ns = world.now_ns
    if world.cpu.cores == 0:
        row.remaining_ns = 0
        row.event = EVENT_RUN_END
        push(world.calendar, now_ns + length_ns, RANK_COMPLETION, t)
    else:
        _run_turn(world, t, length_ns)


@inner
def _run_turn(world: Record, t: int, length_ns: int) -> None:
    """Compute for at most what is left of the turn."""
    row = world.threads.rows[t]
    now_ns = world.now_ns
    if now_ns >= row.turn_end_ns:
        if world.cpu.run_queue.count > 0:
            row.remaining_ns = length_ns
            _preempt(world, t)
            return
        row.turn_end_ns = now_ns + world.cpu.quantum_ns
    if now_ns + length_ns > row.turn_end_ns:
        row.remaining_ns = now_ns + length_ns - row.turn_end_ns
        row.event = EVENT_TURN_END
        push(world.calendar, row.turn_end_ns, RANK_TIMER, t)
    else:
        row.remaining_ns = 0
        row.event = EVENT_RUN_END
        push(world.calendar, now_ns + length_ns, RANK_COMPLETION, t)


@inner
def _preempt(world: Record, t: int) -> None:
    """Back to the end of the run queue, and the core to the first in it (which there is)."""
    set_state(world.threads, world.metrics, t, READY, world.now_ns)
    row = world.threads.rows[t]
    core = row.core
    row.core = NOBODY
    _book_busy(world, world.cpu.rows[core])
    first = pop_first(world.threads, world.cpu.run_queue)
    append(world.threads, world.cpu.run_queue, t)
    _dispatch(world, core, first)


@inner
def end_turn(world: Record, t: int) -> None:
    """A quantum is used up: somebody else's turn if somebody waits, else a new turn."""
    row = world.threads.rows[t]
    if world.cpu.run_queue.count > 0:
        _preempt(world, t)
    else:
        row.turn_end_ns = world.now_ns + world.cpu.quantum_ns
        run(world, t, row.remaining_ns)


@hot
def wake(world: Record, t: int, latency_ns: int) -> None:
    """A thread that waited, now on no list, can run after the wake-up latency; until then its state stays."""
    if latency_ns > 0:
        world.threads.rows[t].event = EVENT_WOKEN
        push(world.calendar, world.now_ns + latency_ns, RANK_TIMER, t)
    else:
        make_runnable(world, t)


@inner
def close_cores(world: Record, now_ns: int) -> None:
    """Book what the cores did up to now, for an interval that ends or a number of cores that changes.

    With a core for every thread, a living thread's core is there and a running thread's core is busy; the
    thread states must have been closed before.
    """
    cpu = world.cpu
    o = world.metrics.open
    elapsed_ns = now_ns - cpu.counted_ns
    cpu.counted_ns = now_ns
    running_ns = 0
    living_ns = 0
    for kind in range(THREAD_KINDS):
        running_ns += o[STATE_NS + kind * STATES + RUNNING] + o[STATE_NS + kind * STATES + SPINNING]
        for state in range(STATES):
            if state != STOPPED:
                living_ns += o[STATE_NS + kind * STATES + state]
    if cpu.cores == 0:
        o[CORES_BUSY_NS] += running_ns - cpu.running_booked_ns
        o[CORES_NS] += living_ns - cpu.living_booked_ns
    else:
        o[CORES_NS] += cpu.cores * elapsed_ns
        for core in range(cpu.cores):
            place = cpu.rows[core]
            if place.thread != NOBODY:
                _book_busy(world, place)
    cpu.running_booked_ns = running_ns
    cpu.living_booked_ns = living_ns
