"""The mutex that guards a shared structure.

Barging (the default, as in glibc and the JVM): a release frees the mutex and wakes the first waiter;
whoever runs first takes it, and a woken thread that finds it taken waits at the head. Fair: the release
makes the first waiter the owner at once, so nobody else can take it while that thread is still waking up (a
convoy).

Leaves out: spinning before parking and reader-writer modes (later patterns), priority inheritance.
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import FAIR, NOBODY, WAITING_LOCK
from simulator.kernel.cpu import leave_core, wake
from simulator.kernel.jit import hot, inner
from simulator.kernel.samples import LOCK_HELD_NS, LOCK_WAITS
from simulator.kernel.struct import Record, struct
from simulator.kernel.threads import THREAD_LIST, append, pop_first, prepend, set_state

MUTEX: Final = struct(
    ("owner", np.int64),
    ("held_since_ns", np.int64),
    ("fairness", np.int64),
    ("handoff_ns", np.int64),
    ("waiters", THREAD_LIST),
)


@hot
def acquire(world: Record, mutex: Record, t: int) -> bool:
    """Take the mutex (True), or wait for it (False): then the thread has left its core."""
    if mutex.owner == NOBODY:
        mutex.owner = t
        mutex.held_since_ns = world.now_ns
        world.threads.rows[t].retry = 0
        return True
    row = world.threads.rows[t]
    if mutex.owner == t:  # handed over while it slept
        row.retry = 0
        return True
    world.metrics.open[LOCK_WAITS] += 1
    set_state(world.threads, world.metrics, t, WAITING_LOCK, world.now_ns)
    if row.retry != 0:
        prepend(world.threads, mutex.waiters, t)
    else:
        append(world.threads, mutex.waiters, t)
    leave_core(world, t)
    return False


@hot
def release(world: Record, mutex: Record, t: int) -> None:
    """Give the mutex back and wake the first waiter, for which the releasing thread pays the wake-up call."""
    now_ns = world.now_ns
    world.metrics.open[LOCK_HELD_NS] += now_ns - mutex.held_since_ns
    mutex.owner = NOBODY
    if mutex.waiters.count > 0:
        waiter = pop_first(world.threads, mutex.waiters)
        world.threads.rows[waiter].retry = 1
        if mutex.fairness == FAIR:
            mutex.owner = waiter
            mutex.held_since_ns = now_ns
        world.threads.rows[t].owed_ns += world.wake_call_ns
        wake(world, waiter, mutex.handoff_ns)


@inner
def close_mutex(metrics: Record, mutex: Record, now_ns: int) -> None:
    """Book the time held up to now."""
    if mutex.owner != NOBODY:
        metrics.open[LOCK_HELD_NS] += now_ns - mutex.held_since_ns
        mutex.held_since_ns = now_ns
