"""The job queue in main memory: order of service, capacity, and who waits for it.

`fifo` and `lifo` keep jobs in a ring buffer in the order of their puts; `priority` (class, first come first
served inside) and `sjf` (shortest demand first, known exactly) keep them in a heap. All are non-preemptive.
Capacity counts waiting jobs only, not those in service.

Leaves out: aging, deadlines, estimates of size, random order.
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import LIFO, PRIORITY, SJF, WAKE_LIFO
from simulator.kernel.cpu import wake
from simulator.kernel.jit import hot, inner
from simulator.kernel.limits import MAX_QUEUE
from simulator.kernel.locks import MUTEX
from simulator.kernel.samples import QUEUE_AREA_NS, QUEUE_MAX, WAKEUPS
from simulator.kernel.struct import Record, struct
from simulator.kernel.threads import THREAD_LIST, pop_first, pop_last

QUEUE: Final = struct(
    ("capacity", np.int64),
    ("discipline", np.int64),
    ("overflow", np.int64),
    ("wake_order", np.int64),
    ("hold_ns", np.int64),
    ("head", np.int64),
    ("count", np.int64),
    ("puts", np.int64),
    ("changed_ns", np.int64),
    ("guard", MUTEX),
    ("parked", THREAD_LIST),  # workers waiting for a job
    ("putters", THREAD_LIST),  # I/O threads waiting for room
    ("slots", np.int64, MAX_QUEUE),
)
_MASK: Final = MAX_QUEUE - 1


@inner
def _before(world: Record, a: int, b: int) -> bool:
    """Whether job a is taken before job b, in a heap discipline."""
    p = world.jobs.rows[a]
    q = world.jobs.rows[b]
    if world.queue.discipline == PRIORITY:
        if p.class_ != q.class_:
            return p.class_ < q.class_
    else:
        x = p.cpu_units * world.job_cpu_ns + p.call_units * world.job_call_ns
        y = q.cpu_units * world.job_cpu_ns + q.call_units * world.job_call_ns
        if x != y:
            return x < y
    return p.put_order < q.put_order


@inner
def _heap_up(world: Record, place: int, job: int) -> None:
    slots = world.queue.slots
    while place > 0:
        parent = (place - 1) >> 1
        if not _before(world, job, slots[parent]):
            break
        slots[place] = slots[parent]
        place = parent
    slots[place] = job


@inner
def _heap_down(world: Record, place: int, job: int) -> None:
    """Fill a vacant place of the heap with a job."""
    queue = world.queue
    slots = queue.slots
    child = 2 * place + 1
    while child < queue.count:
        if child + 1 < queue.count and _before(world, slots[child + 1], slots[child]):
            child += 1
        if not _before(world, slots[child], job):
            break
        slots[place] = slots[child]
        place = child
        child = 2 * place + 1
    slots[place] = job


@hot
def _book_depth(world: Record) -> None:
    queue = world.queue
    world.metrics.open[QUEUE_AREA_NS] += queue.count * (world.now_ns - queue.changed_ns)
    queue.changed_ns = world.now_ns


@hot
def put(world: Record, job: int) -> None:
    """Add a job; the caller has seen to it that there is room."""
    queue = world.queue
    _book_depth(world)
    row = world.jobs.rows[job]
    row.put_ns = world.now_ns
    row.put_order = queue.puts
    queue.puts += 1
    queue.count += 1
    if queue.discipline >= PRIORITY:
        _heap_up(world, queue.count - 1, job)
    else:
        queue.slots[(queue.head + queue.count - 1) & _MASK] = job
    if queue.count > world.metrics.open[QUEUE_MAX]:
        world.metrics.open[QUEUE_MAX] = queue.count


@hot
def take(world: Record) -> int:
    """Remove and return the job that is next; the queue is not empty."""
    queue = world.queue
    _book_depth(world)
    slots = queue.slots
    queue.count -= 1
    if queue.discipline >= PRIORITY:
        job = slots[0]
        if queue.count > 0:
            _heap_down(world, 0, slots[queue.count])
    elif queue.discipline == LIFO:
        job = slots[(queue.head + queue.count) & _MASK]
    else:
        job = slots[queue.head]
        queue.head = (queue.head + 1) & _MASK
    return job


@inner
def evict_oldest(world: Record) -> int:
    """Remove and return the job that was put first, whatever the discipline; the queue is not empty."""
    queue = world.queue
    _book_depth(world)
    slots = queue.slots
    if queue.discipline < PRIORITY:
        job = slots[queue.head]
        queue.head = (queue.head + 1) & _MASK
        queue.count -= 1
        return job
    rows = world.jobs.rows
    oldest = 0
    for place in range(1, queue.count):
        if rows[slots[place]].put_order < rows[slots[oldest]].put_order:
            oldest = place
    job = slots[oldest]
    queue.count -= 1
    if oldest < queue.count:
        last = slots[queue.count]
        _heap_down(world, oldest, last)
        if slots[oldest] == last:
            _heap_up(world, oldest, last)
    return job


@hot
def notify(world: Record, t: int) -> None:
    """Wake one parked worker, if any; thread t pays for the call."""
    queue = world.queue
    if queue.parked.count > 0:
        if queue.wake_order == WAKE_LIFO:
            worker = pop_last(world.threads, queue.parked)
        else:
            worker = pop_first(world.threads, queue.parked)
        world.metrics.open[WAKEUPS] += 1
        world.threads.rows[worker].notified = 1
        world.threads.rows[t].owed_ns += world.wake_call_ns
        wake(world, worker, world.wake_latency_ns)


@hot
def notify_putter(world: Record, t: int) -> None:
    """If there is room, wake the I/O thread that has waited longest for it, if any; thread t pays for the
    call.
    """
    queue = world.queue
    if queue.putters.count > 0 and queue.count < queue.capacity:
        putter = pop_first(world.threads, queue.putters)
        world.metrics.open[WAKEUPS] += 1
        world.threads.rows[putter].notified = 1
        world.threads.rows[t].owed_ns += world.wake_call_ns
        wake(world, putter, world.wake_latency_ns)


@inner
def reorder(world: Record, discipline: int) -> None:
    """Change the discipline: the waiting jobs move over in the order of their puts."""
    queue = world.queue
    slots = queue.slots
    rows = world.jobs.rows
    count = queue.count
    if queue.discipline < PRIORITY and discipline < PRIORITY:
        queue.discipline = discipline
        return
    if queue.discipline >= PRIORITY:
        # Heap to line: heap sort by put order, in place.
        for root in range(count // 2 - 1, -1, -1):
            _sink_by_order(rows, slots, root, count)
        for end in range(count - 1, 0, -1):
            slots[0], slots[end] = slots[end], slots[0]
            _sink_by_order(rows, slots, 0, end)
        queue.head = 0
    else:
        _rotate_to_zero(slots, queue.head, count)
        queue.head = 0
    queue.discipline = discipline
    if discipline >= PRIORITY:
        for i in range(count):
            _heap_up(world, i, slots[i])


@inner
def _sink_by_order(rows: Record, slots: Record, root: int, count: int) -> None:
    """Sift down in a heap with the latest put on top."""
    job = slots[root]
    child = 2 * root + 1
    while child < count:
        if child + 1 < count and rows[slots[child + 1]].put_order > rows[slots[child]].put_order:
            child += 1
        if rows[slots[child]].put_order <= rows[job].put_order:
            break
        slots[root] = slots[child]
        root = child
        child = 2 * root + 1
    slots[root] = job


@inner
def _rotate_to_zero(slots: Record, head: int, count: int) -> None:
    """Turn the ring buffer so that its oldest job lies in slot 0 (three reversals)."""
    if head == 0 or count == 0:
        return
    _reverse(slots, 0, head - 1)
    _reverse(slots, head, MAX_QUEUE - 1)
    _reverse(slots, 0, MAX_QUEUE - 1)


@inner
def _reverse(slots: Record, low: int, high: int) -> None:
    while low < high:
        slots[low], slots[high] = slots[high], slots[low]
        low += 1
        high -= 1


assert SJF > PRIORITY
