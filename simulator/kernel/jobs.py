"""The job table: one row for each packet or job inside, with its time stamps and its demands.

A row is taken when the card accepts a packet and given back at the job's end; free rows are reused last in,
first out, so that the few rows in use stay in the processor's cache. Demands are the job's own places on
the tapes, in units of the mean: they are scaled by the parameters in force when the step reads them.
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import DROP_NIC, DROP_REASONS, END_COMPLETED, NOBODY
from simulator.kernel.jit import hot, inner
from simulator.kernel.latency import bucket_of
from simulator.kernel.limits import MAX_JOBS, OUTBOX_JOBS
from simulator.kernel.samples import (
    CLASS_COMPLETED,
    CLASS_QUEUE_WAIT_SUM_NS,
    COMPLETED,
    DROPPED,
    IO_SUM_NS,
    NIC_WAIT_SUM_NS,
    QUEUE_WAIT_MAX_NS,
    QUEUE_WAIT_SUM_NS,
    QUEUED,
    RESPONSE_MAX_NS,
    RESPONSE_SUM_NS,
    SERVICE_SUM_NS,
    leave_system,
)
from simulator.kernel.struct import Record, struct

JOB: Final = struct(
    ("number", np.int64),
    ("arrived_ns", np.int64),
    ("read_ns", np.int64),
    ("put_ns", np.int64),  # -1: never was in the queue
    ("taken_ns", np.int64),
    ("put_order", np.int64),
    ("cpu_units", np.float64),
    ("call_units", np.float64),
    ("io_units", np.float64),
    ("class_", np.int64),  # 0 high, 1 low
    ("from_user", np.int64),  # sent by a closed-loop user, who thinks again when it ends
    ("next_free", np.int64),
)
JOBS: Final = struct(
    ("used", np.int64),  # rows ever used
    ("free", np.int64),  # first free row, or NOBODY
    ("rows", JOB, MAX_JOBS),
)


@hot
def allocate_job(jobs: Record) -> int:
    """A row for a new packet; NOBODY when all are in use."""
    job = jobs.free
    if job != NOBODY:
        jobs.free = jobs.rows[job].next_free
        return job
    if jobs.used < MAX_JOBS:
        jobs.used += 1
        return jobs.used - 1
    return NOBODY


@hot
def _free_job(jobs: Record, job: int) -> None:
    jobs.rows[job].next_free = jobs.free
    jobs.free = job


@inner
def _log(outbox: Record, row: Record, end: int, t: int, now_ns: int) -> None:
    """One line of the job log. When the log is full, lines are left out until it is drained."""
    place = outbox.jobs_count
    if place < OUTBOX_JOBS:
        line = outbox.jobs[place]
        line[0] = row.number
        line[1] = row.arrived_ns
        line[2] = row.read_ns
        line[3] = row.put_ns
        line[4] = row.taken_ns
        line[5] = now_ns
        line[6] = end
        line[7] = row.class_
        line[8] = t
        outbox.jobs_count = place + 1


@inner
def log_lost_packet(outbox: Record, number: int, now_ns: int) -> None:
    """The job log's line for a packet that never got a row."""
    place = outbox.jobs_count
    if place < OUTBOX_JOBS:
        line = outbox.jobs[place]
        line[:] = -1
        line[0] = number
        line[1] = now_ns
        line[5] = now_ns
        line[6] = DROP_NIC
        outbox.jobs_count = place + 1


@inner
def drop_job(world: Record, outbox: Record, job: int, reason: int) -> None:
    """A job ends without a reply, after it was accepted by the card."""
    metrics = world.metrics
    row = world.jobs.rows[job]
    metrics.dropped_total[reason] += 1
    metrics.open[DROPPED + reason] += 1
    leave_system(metrics, world.now_ns, row.arrived_ns)
    row.taken_ns = -1  # by whoever had the row before
    if outbox.jobs_wanted != 0:
        _log(outbox, row, reason, NOBODY, world.now_ns)
    _free_job(world.jobs, job)


@hot
def complete_job(world: Record, outbox: Record, job: int, t: int) -> None:
    """The reply is out: book the response and its parts, and give the row back."""
    metrics = world.metrics
    row = world.jobs.rows[job]
    now_ns = world.now_ns
    o = metrics.open
    metrics.completed_total += 1
    o[COMPLETED] += 1
    response_ns = now_ns - row.arrived_ns
    o[RESPONSE_SUM_NS] += response_ns
    if response_ns > o[RESPONSE_MAX_NS]:
        o[RESPONSE_MAX_NS] = response_ns
    bucket = bucket_of(response_ns)
    metrics.response_open[bucket] += 1
    metrics.response_low = min(metrics.response_low, bucket)
    metrics.response_high = max(metrics.response_high, bucket)
    o[NIC_WAIT_SUM_NS] += row.read_ns - row.arrived_ns
    if row.put_ns >= 0:
        wait_ns = row.taken_ns - row.put_ns
        o[QUEUED] += 1
        o[IO_SUM_NS] += row.put_ns - row.read_ns
        o[QUEUE_WAIT_SUM_NS] += wait_ns
        o[CLASS_COMPLETED + row.class_] += 1
        o[CLASS_QUEUE_WAIT_SUM_NS + row.class_] += wait_ns
        if wait_ns > o[QUEUE_WAIT_MAX_NS]:
            o[QUEUE_WAIT_MAX_NS] = wait_ns
        bucket = bucket_of(wait_ns)
        metrics.wait_open[bucket] += 1
        metrics.wait_low = min(metrics.wait_low, bucket)
        metrics.wait_high = max(metrics.wait_high, bucket)
    else:
        o[IO_SUM_NS] += row.taken_ns - row.read_ns
    o[SERVICE_SUM_NS] += now_ns - row.taken_ns
    leave_system(metrics, now_ns, row.arrived_ns)
    if outbox.jobs_wanted != 0:
        _log(outbox, row, END_COMPLETED, t, now_ns)
    _free_job(world.jobs, job)


assert DROP_REASONS == 3
