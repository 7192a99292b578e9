"""The step interpreter: what thread programs are made of, and the loop that runs one thread until it blocks.

A program is a short table of steps; each names its successor. A step takes no time unless it says so: `run`
steps compute on the core, `call` leaves it, the awaiting ones block until somebody wakes the thread. Work a
zero-length step causes (a wake-up call, a rejection) is owed, and paid on the core before the next step.

Woken threads are put on a list that the engine's loop drains: no step calls another thread's step.
"""

from typing import Final

import numpy as np

from simulator.kernel.arrivals import rounded, user_done
from simulator.kernel.backends import call
from simulator.kernel.codes import (
    DROP_OLDEST,
    DROP_QUEUE,
    NOBODY,
    OVERFLOW_BLOCK,
    OVERFLOW_DROP_OLDEST,
    OVERFLOW_REJECT,
    PARKED,
    THREAD_KIND_WORKER,
    WAITING_SPACE,
)
from simulator.kernel.cpu import leave_core, run
from simulator.kernel.jit import hot, inner
from simulator.kernel.jobs import complete_job, drop_job
from simulator.kernel.locks import acquire, release
from simulator.kernel.nic import claim, read_packet
from simulator.kernel.queues import evict_oldest, notify, notify_putter, put, take
from simulator.kernel.samples import RECEIVED, RECEIVES, SPURIOUS_WAKEUPS
from simulator.kernel.struct import Record, struct
from simulator.kernel.threads import append, bury, prepend, set_state

STEP: Final = struct(
    ("op", np.int64),
    ("next", np.int64),
    ("alternative", np.int64),
    ("second_alternative", np.int64),
    ("again", np.int64),  # where a thread begins again when woken
)

RECEIVE: Final = 0  # wait for packets; alternative: none
READ: Final = 1  # take one packet it was told of; alternative: when all are read
RUN_IO: Final = 2
ACQUIRE: Final = 3
AWAIT_ROOM: Final = (
    4  # alternatives: where a rejected job goes; where the caller runs it; both hold the guard
)
RUN_HOLD: Final = 5
PUT: Final = 6
RELEASE: Final = 7
NOTIFY: Final = 8
AWAIT_NOT_EMPTY: Final = 9
TAKE: Final = 10
RUN_JOB: Final = 11
CALL: Final = 12
REPLY: Final = 13
REJECT: Final = 14
CALLER_RUNS: Final = 15  # the job skips the queue: the I/O thread serves it


@inner
def go(world: Record, tapes: Record, outbox: Record, t: int) -> None:
    """Run one thread, which stands on a core, step by step until it computes, blocks or ends."""
    row = world.threads.rows[t]
    while True:
        owed_ns = row.remaining_ns + row.owed_ns
        if owed_ns > 0:
            row.owed_ns = 0
            run(world, t, owed_ns)
            return
        step = world.steps[row.step]
        op = step.op
        if op in (RUN_JOB, RUN_IO, RUN_HOLD):
            if row.ran == 0:
                length_ns = _run_length(world, row, op)
                if length_ns > 0:
                    row.ran = 1
                    run(world, t, length_ns)
                    return
            row.ran = 0
            row.step = step.next
        elif op == ACQUIRE:
            if not acquire(world, world.queue.guard, t):
                return
            row.step = step.next
        elif op == RELEASE:
            release(world, world.queue.guard, t)
            row.step = step.next
        elif op == AWAIT_NOT_EMPTY:
            if row.draining != 0 or world.queue.count == 0:
                row.step = step.again
                _park_worker(world, t)
                return
            row.step = step.next
        elif op == TAKE:
            _take(world, row, t)
            row.step = step.next
        elif op == CALL:
            if row.ran == 0:
                length_ns = rounded(world.jobs.rows[row.job].call_units * world.job_call_ns)
                if length_ns > 0:
                    row.ran = 1
                    call(world, t, length_ns)
                    return
            row.ran = 0
            row.step = step.next
        elif op == REPLY:
            row.step = step.next
            if _reply(world, tapes, outbox, row, t):
                return
        elif op == RECEIVE:
            if not _receive(world, row, t):
                return
            row.step = step.next
        elif op == READ:
            row.step = _read(world, row, step)
        elif op == AWAIT_ROOM:
            target = _await_room(world, tapes, outbox, row, step, t)
            if target == NOBODY:
                return
            row.step = target
        elif op == PUT:
            put(world, row.job)
            row.job = NOBODY
            row.step = step.next
        elif op == NOTIFY:
            notify(world, t)
            row.step = step.next
        elif op == REJECT:
            _reject(world, tapes, outbox, row)
            row.step = step.next
        else:  # CALLER_RUNS
            job = world.jobs.rows[row.job]
            job.put_ns = -1
            job.taken_ns = world.now_ns
            row.step = step.next


@hot
def _run_length(world: Record, row: Record, op: int) -> int:
    if op == RUN_HOLD:
        return world.queue.hold_ns
    job = world.jobs.rows[row.job]
    if op == RUN_IO:
        return rounded(job.io_units * world.nic.io_cpu_ns)
    return rounded(job.cpu_units * world.job_cpu_ns)


@hot
def _take(world: Record, row: Record, t: int) -> None:
    job = take(world)
    world.jobs.rows[job].taken_ns = world.now_ns
    row.job = job
    row.notified = 0
    notify_putter(world, t)


@hot
def _park_worker(world: Record, t: int) -> None:
    """Nothing to do: give the guard back and wait to be notified; a draining worker ends instead."""
    row = world.threads.rows[t]
    release(world, world.queue.guard, t)
    if row.draining != 0:
        retire(world, t)
        return
    if row.notified != 0:
        row.notified = 0
        world.metrics.open[SPURIOUS_WAKEUPS] += 1
    set_state(world.threads, world.metrics, t, PARKED, world.now_ns)
    append(world.threads, world.queue.parked, t)
    leave_core(world, t)


@inner
def retire(world: Record, t: int) -> None:
    """A thread that holds no job ends; a notification it was given goes to another worker."""
    row = world.threads.rows[t]
    pass_on = row.kind == THREAD_KIND_WORKER and row.notified != 0 and world.queue.count > 0
    row.notified = 0
    row.owed_ns = 0
    bury_from_core(world, t)
    if pass_on:
        notify(world, t)
        row.owed_ns = 0


@inner
def bury_from_core(world: Record, t: int) -> None:
    """End a thread that stands on a core."""
    bury(world.threads, world.metrics, t, world.now_ns)
    leave_core(world, t)


@hot
def _reply(world: Record, tapes: Record, outbox: Record, row: Record, t: int) -> bool:
    """The job's end. True if the thread ended too."""
    job = row.job
    row.job = NOBODY
    row.jobs_done += 1
    complete_job(world, outbox, job, t)
    if world.jobs.rows[job].from_user != 0:
        user_done(world, tapes)
    if row.draining != 0 and row.kind == THREAD_KIND_WORKER:
        retire(world, t)
        return True
    return False


@hot
def _receive(world: Record, row: Record, t: int) -> bool:
    """Be told of packets (True), or wait for them, or end (False)."""
    if row.draining != 0:
        retire(world, t)
        return False
    nic = world.nic
    q = claim(nic, row.group, row.batch_ring + nic.groups)
    if q == NOBODY:
        if row.notified != 0:
            row.notified = 0
            world.metrics.open[SPURIOUS_WAKEUPS] += 1
        set_state(world.threads, world.metrics, t, PARKED, world.now_ns)
        append(world.threads, nic.parked[row.group], t)
        leave_core(world, t)
        return False
    ring = nic.rings[q]
    batch = min(ring.count - ring.claimed, nic.batch)
    ring.claimed += batch
    row.batch_ring = q
    row.batch_left = batch
    row.notified = 0
    row.owed_ns += nic.io_wakeup_ns
    world.metrics.open[RECEIVES] += 1
    world.metrics.open[RECEIVED] += batch
    return True


@hot
def _read(world: Record, row: Record, step: Record) -> int:
    if row.batch_left == 0:
        return step.alternative
    row.batch_left -= 1
    row.job = read_packet(world, row.batch_ring)
    world.jobs.rows[row.job].read_ns = world.now_ns
    return step.next


@hot
def _await_room(world: Record, tapes: Record, outbox: Record, row: Record, step: Record, t: int) -> int:
    """Where the thread goes on, holding the guard; NOBODY if it waits for room and has given the guard
    back.
    """
    queue = world.queue
    woken = row.notified
    row.notified = 0
    if queue.count < queue.capacity:
        return step.next
    if queue.overflow == OVERFLOW_REJECT:
        return step.alternative
    if queue.overflow == OVERFLOW_DROP_OLDEST:
        job = evict_oldest(world)
        drop_job(world, outbox, job, DROP_OLDEST)
        if world.jobs.rows[job].from_user != 0:
            user_done(world, tapes)
        return step.next
    if queue.overflow == OVERFLOW_BLOCK:
        release(world, queue.guard, t)
        set_state(world.threads, world.metrics, t, WAITING_SPACE, world.now_ns)
        if woken != 0:
            prepend(world.threads, queue.putters, t)
        else:
            append(world.threads, queue.putters, t)
        row.step = step.again
        leave_core(world, t)
        return NOBODY
    return step.second_alternative


@inner
def _reject(world: Record, tapes: Record, outbox: Record, row: Record) -> None:
    job = row.job
    row.job = NOBODY
    row.owed_ns += world.reject_ns
    drop_job(world, outbox, job, DROP_QUEUE)
    if world.jobs.rows[job].from_user != 0:
        user_done(world, tapes)


assert OVERFLOW_REJECT == 0
