"""The backend a job calls (a database): time off the core, behind an optional pool of connections.

A call takes a connection for its whole length; with none free, threads wait first come, first served. The
backend itself serves any number of calls at once.

Leaves out: the backend's own queue, round trips, time-outs on the pool.
"""

from typing import Final

import numpy as np

from simulator.kernel.calendar import push
from simulator.kernel.codes import CALLING, RANK_COMPLETION, WAITING_CONNECTION
from simulator.kernel.cpu import leave_core
from simulator.kernel.jit import hot, inner
from simulator.kernel.samples import CALLS, CONNECTION_WAIT_SUM_NS
from simulator.kernel.struct import Record, struct
from simulator.kernel.threads import EVENT_CALL_END, THREAD_LIST, append, pop_first, set_state

BACKEND: Final = struct(
    ("connections", np.int64),  # 0: no limit
    ("in_use", np.int64),
    ("waiters", THREAD_LIST),
)


@hot
def _start_call(world: Record, t: int, length_ns: int) -> None:
    world.backend.in_use += 1
    world.metrics.open[CALLS] += 1
    set_state(world.threads, world.metrics, t, CALLING, world.now_ns)
    world.threads.rows[t].event = EVENT_CALL_END
    push(world.calendar, world.now_ns + length_ns, RANK_COMPLETION, t)


@hot
def call(world: Record, t: int, length_ns: int) -> None:
    """The thread leaves its core and calls for `length_ns` > 0, as soon as there is a connection."""
    backend = world.backend
    if backend.connections == 0 or backend.in_use < backend.connections:
        _start_call(world, t, length_ns)
    else:
        row = world.threads.rows[t]
        row.remaining_ns = length_ns
        row.wait_from_ns = world.now_ns
        set_state(world.threads, world.metrics, t, WAITING_CONNECTION, world.now_ns)
        append(world.threads, backend.waiters, t)
    leave_core(world, t)


@inner
def admit(world: Record) -> None:
    """Start the calls of those who wait, as far as there are connections."""
    backend = world.backend
    while backend.waiters.count > 0 and (backend.connections == 0 or backend.in_use < backend.connections):
        t = pop_first(world.threads, backend.waiters)
        row = world.threads.rows[t]
        world.metrics.open[CONNECTION_WAIT_SUM_NS] += world.now_ns - row.wait_from_ns
        length_ns = row.remaining_ns
        row.remaining_ns = 0
        _start_call(world, t, length_ns)


@hot
def end_call(world: Record) -> None:
    """A connection comes back."""
    world.backend.in_use -= 1
    if world.backend.waiters.count > 0:
        admit(world)
