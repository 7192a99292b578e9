"""Closing an interval: complete the open row, copy it to the outbox, clear it.

Books of things that last (states, depths, cores, the held guard) are brought up to the instant first, so
that every row stands for its own interval alone.
"""

from typing import Final

from simulator.kernel.codes import DROP_REASONS, NOBODY, STOPPED, THREAD_KIND_IO, THREAD_KIND_WORKER
from simulator.kernel.cpu import close_cores
from simulator.kernel.jit import inner
from simulator.kernel.limits import HISTOGRAM_BUCKETS
from simulator.kernel.locks import close_mutex
from simulator.kernel.samples import (
    ARRIVALS_TOTAL,
    COLUMNS,
    COMPLETED_TOTAL,
    CONNECTIONS_IN_USE,
    CONNECTIONS_WAITING,
    CORES,
    DROPPED_TOTAL,
    END_NS,
    IN_FLIGHT,
    INTERVAL_NS,
    IO_THREADS_LIVE,
    IO_THREADS_WANTED,
    QUEUE_AREA_NS,
    QUEUE_CAPACITY,
    QUEUE_DEPTH,
    QUEUE_MAX,
    RESPONSE_ENTRIES,
    RESPONSE_FIRST,
    RING_AREA_NS,
    RING_DEPTH,
    RING_MAX,
    RING_SLOTS,
    RUN_QUEUE_DEPTH,
    SEQUENCE,
    SYSTEM_AREA_NS,
    WAIT_ENTRIES,
    WAIT_FIRST,
    WORKERS_BUSY,
    WORKERS_DRAINING,
    WORKERS_LIVE,
    WORKERS_WANTED,
    emit_histogram,
)
from simulator.kernel.struct import Record
from simulator.kernel.threads import close_states

NO_BUCKET: Final = HISTOGRAM_BUCKETS


@inner
def bring_up_to_date(world: Record) -> None:
    """Book everything that lasts up to now."""
    now_ns = world.now_ns
    metrics = world.metrics
    o = metrics.open
    close_states(world.threads, metrics, now_ns)
    close_cores(world, now_ns)
    close_mutex(metrics, world.queue.guard, now_ns)
    o[SYSTEM_AREA_NS] += metrics.in_system * (now_ns - metrics.system_changed_ns)
    metrics.system_changed_ns = now_ns
    o[QUEUE_AREA_NS] += world.queue.count * (now_ns - world.queue.changed_ns)
    world.queue.changed_ns = now_ns
    o[RING_AREA_NS] += world.nic.count * (now_ns - world.nic.changed_ns)
    world.nic.changed_ns = now_ns


@inner
def _fill_levels(world: Record) -> None:
    metrics = world.metrics
    o = metrics.open
    threads = world.threads
    o[END_NS] = world.now_ns
    o[SEQUENCE] = metrics.sequence
    o[INTERVAL_NS] = world.now_ns - metrics.interval_start_ns
    o[IO_THREADS_WANTED] = threads.wanted[THREAD_KIND_IO]
    o[IO_THREADS_LIVE] = threads.live[THREAD_KIND_IO]
    o[WORKERS_WANTED] = threads.wanted[THREAD_KIND_WORKER]
    o[WORKERS_LIVE] = threads.live[THREAD_KIND_WORKER]
    o[WORKERS_DRAINING] = threads.draining[THREAD_KIND_WORKER]
    busy = 0
    for t in range(threads.used):
        row = threads.rows[t]
        if row.kind == THREAD_KIND_WORKER and row.job != NOBODY and row.state != STOPPED:
            busy += 1
    o[WORKERS_BUSY] = busy
    o[QUEUE_DEPTH] = world.queue.count
    o[QUEUE_CAPACITY] = world.queue.capacity
    o[RING_DEPTH] = world.nic.count
    o[RING_SLOTS] = world.nic.slots * world.nic.queues
    o[CORES] = world.cpu.cores
    o[RUN_QUEUE_DEPTH] = world.cpu.run_queue.count
    o[CONNECTIONS_IN_USE] = world.backend.in_use
    o[CONNECTIONS_WAITING] = world.backend.waiters.count
    o[IN_FLIGHT] = metrics.in_system
    o[ARRIVALS_TOTAL] = metrics.arrivals_total
    o[COMPLETED_TOTAL] = metrics.completed_total
    for reason in range(DROP_REASONS):
        o[DROPPED_TOTAL + reason] = metrics.dropped_total[reason]


@inner
def close_interval(world: Record, outbox: Record) -> None:
    """End the open interval now; the outbox has room for it."""
    bring_up_to_date(world)
    _fill_levels(world)
    metrics = world.metrics
    o = metrics.open
    o[RESPONSE_FIRST] = outbox.buckets_count
    o[RESPONSE_ENTRIES] = emit_histogram(
        metrics.response_open, metrics.response_total, metrics.response_low, metrics.response_high, outbox
    )
    o[WAIT_FIRST] = outbox.buckets_count
    o[WAIT_ENTRIES] = emit_histogram(
        metrics.wait_open, metrics.wait_total, metrics.wait_low, metrics.wait_high, outbox
    )
    place = outbox.samples_count
    for column in range(COLUMNS):
        outbox.samples[place, column] = o[column]
        o[column] = 0
    outbox.samples_count = place + 1
    metrics.sequence += 1
    clear_open(world)


@inner
def clear_open(world: Record) -> None:
    """What an open interval starts with."""
    metrics = world.metrics
    metrics.interval_start_ns = world.now_ns
    metrics.response_low = NO_BUCKET
    metrics.response_high = -1
    metrics.wait_low = NO_BUCKET
    metrics.wait_high = -1
    metrics.open[QUEUE_MAX] = world.queue.count
    metrics.open[RING_MAX] = world.nic.count
    world.cpu.running_booked_ns = 0
    world.cpu.living_booked_ns = 0


@inner
def clear_totals(metrics: Record) -> None:
    """Forget the histograms so far: the warm-up is over."""
    for bucket in range(HISTOGRAM_BUCKETS):
        metrics.response_total[bucket] = 0
        metrics.wait_total[bucket] = 0
