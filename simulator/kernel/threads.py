"""The thread table: what each thread is doing, since when, and how long it has been in each state.

A thread is in exactly one state; the times in all states sum to its lifetime, in whole nanoseconds. Threads
that wait for the same thing form a list; a thread is on at most one list at a time, so the links are in its
own row.

Leaves out: memory (stacks), names, and anything that a thread program says (steps.py).
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import NOBODY, STATES, STOPPED, THREAD_KINDS
from simulator.kernel.jit import hot, inner
from simulator.kernel.limits import MAX_THREADS
from simulator.kernel.samples import STATE_NS
from simulator.kernel.struct import Record, struct

# What a thread's pending event means.
EVENT_NONE: Final = 0
EVENT_RUN_END: Final = 1
EVENT_TURN_END: Final = 2
EVENT_SWITCHED: Final = 3
EVENT_WOKEN: Final = 4
EVENT_CALL_END: Final = 5
EVENT_STARTED: Final = 6

THREAD_LIST: Final = struct(("head", np.int64), ("tail", np.int64), ("count", np.int64))

THREAD: Final = struct(
    ("kind", np.int64),
    ("state", np.int64),
    ("since_ns", np.int64),
    ("born_ns", np.int64),
    ("event", np.int64),
    ("step", np.int64),
    ("job", np.int64),  # row of the job table, or NOBODY
    ("core", np.int64),  # the core it stands on, or NOBODY
    ("last_core", np.int64),
    ("turn_end_ns", np.int64),  # when its quantum is used up
    ("remaining_ns", np.int64),  # CPU time left of the step it stands on
    ("ran", np.int64),  # the step it stands on has been run or called, and ends when the thread goes on
    ("owed_ns", np.int64),  # CPU time of zero-length steps (a wake-up call, a rejection) still to be paid
    ("draining", np.int64),
    ("notified", np.int64),  # woken, and has not yet looked
    ("retry", np.int64),  # woken for a lock and may find it taken: waits at the head next time
    ("batch_left", np.int64),  # packets it was told of and has not read
    ("batch_ring", np.int64),
    ("group", np.int64),  # which receive rings it serves
    ("wait_from_ns", np.int64),
    ("jobs_done", np.int64),
    ("previous", np.int64),
    ("next", np.int64),
    ("times_ns", np.int64, STATES),
)

THREADS: Final = struct(
    ("used", np.int64),  # rows ever used: rows beyond are blank
    ("live", np.int64, THREAD_KINDS),
    ("wanted", np.int64, THREAD_KINDS),
    ("draining", np.int64, THREAD_KINDS),
    ("free", THREAD_LIST),
    ("going", THREAD_LIST),  # on a core, to be stepped at this instant
    ("rows", THREAD, MAX_THREADS),
)


@hot
def set_state(threads: Record, metrics: Record, t: int, state: int, now_ns: int) -> None:
    """Book the time in the state that ends, and enter the next."""
    row = threads.rows[t]
    elapsed = now_ns - row.since_ns
    old = row.state
    row.times_ns[old] += elapsed
    metrics.open[STATE_NS + row.kind * STATES + old] += elapsed
    row.state = state
    row.since_ns = now_ns


@inner
def clear_list(names: Record) -> None:
    """An empty list."""
    names.head = NOBODY
    names.tail = NOBODY
    names.count = 0


@hot
def append(threads: Record, names: Record, t: int) -> None:
    """Put a thread at the end of a list."""
    row = threads.rows[t]
    row.previous = names.tail
    row.next = NOBODY
    if names.tail == NOBODY:
        names.head = t
    else:
        threads.rows[names.tail].next = t
    names.tail = t
    names.count += 1


@inner
def prepend(threads: Record, names: Record, t: int) -> None:
    """Put a thread at the head of a list."""
    row = threads.rows[t]
    row.previous = NOBODY
    row.next = names.head
    if names.head == NOBODY:
        names.tail = t
    else:
        threads.rows[names.head].previous = t
    names.head = t
    names.count += 1


@hot
def remove(threads: Record, names: Record, t: int) -> None:
    """Take a thread out of the list it is on."""
    row = threads.rows[t]
    if row.previous == NOBODY:
        names.head = row.next
    else:
        threads.rows[row.previous].next = row.next
    if row.next == NOBODY:
        names.tail = row.previous
    else:
        threads.rows[row.next].previous = row.previous
    names.count -= 1


@hot
def pop_first(threads: Record, names: Record) -> int:
    """Take the thread that has been on the list longest; the list is not empty."""
    t = names.head
    remove(threads, names, t)
    return t


@hot
def pop_last(threads: Record, names: Record) -> int:
    """Take the thread that came last; the list is not empty."""
    t = names.tail
    remove(threads, names, t)
    return t


@inner
def new_thread(threads: Record, kind: int, now_ns: int) -> int:
    """A blank row for a thread of a kind, in no state's books yet; NOBODY if the table is full."""
    if threads.free.count > 0:
        t = pop_last(threads, threads.free)
    elif threads.used < MAX_THREADS:
        t = threads.used
        threads.used += 1
    else:
        return NOBODY
    row = threads.rows[t]
    row.kind = kind
    row.since_ns = now_ns
    row.born_ns = now_ns
    row.event = EVENT_NONE
    row.step = 0
    row.job = NOBODY
    row.core = NOBODY
    row.last_core = NOBODY
    row.turn_end_ns = 0
    row.remaining_ns = 0
    row.ran = 0
    row.owed_ns = 0
    row.draining = 0
    row.notified = 0
    row.retry = 0
    row.batch_left = 0
    row.batch_ring = 0
    row.group = 0
    row.wait_from_ns = 0
    row.jobs_done = 0
    for state in range(STATES):
        row.times_ns[state] = 0
    threads.live[kind] += 1
    return t


@inner
def bury(threads: Record, metrics: Record, t: int, now_ns: int) -> None:
    """End a thread that is on no list and no core; its row may be used again."""
    set_state(threads, metrics, t, STOPPED, now_ns)
    row = threads.rows[t]
    threads.live[row.kind] -= 1
    if row.draining != 0:
        threads.draining[row.kind] -= 1
        row.draining = 0
    append(threads, threads.free, t)


@inner
def close_states(threads: Record, metrics: Record, now_ns: int) -> None:
    """Book every living thread's open state up to now; nobody changes state."""
    for t in range(threads.used):
        state = threads.rows[t].state
        if state != STOPPED:
            set_state(threads, metrics, t, state, now_ns)
