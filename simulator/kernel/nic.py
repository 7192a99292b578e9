"""The network card: receive rings of a few hundred slots. A packet that finds its ring full is dropped.

Each ring belongs to a group of I/O threads (with as many rings as threads, one thread each). A thread that
waits is told of up to `batch` packets at once (epoll's readiness); each packet keeps its slot until the
thread reads it.

Leaves out: interrupt moderation, the socket buffer behind the ring, packet sizes, retransmission by the
client.
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import NOBODY
from simulator.kernel.cpu import wake
from simulator.kernel.jit import hot
from simulator.kernel.limits import MAX_IO_THREADS, MAX_RING_SLOTS, MAX_RINGS
from simulator.kernel.samples import RING_AREA_NS, RING_MAX, WAKEUPS
from simulator.kernel.struct import Record, struct
from simulator.kernel.threads import THREAD_LIST, pop_last

RING: Final = struct(
    ("head", np.int64),
    ("count", np.int64),
    ("claimed", np.int64),  # packets an I/O thread has been told of and not read
    ("slots", np.int64, MAX_RING_SLOTS),
)
NIC: Final = struct(
    ("slots", np.int64),
    ("queues", np.int64),  # rings that take new packets
    ("rings_used", np.int64),  # rings that may still hold packets
    ("groups", np.int64),
    ("count", np.int64),  # packets in all rings
    ("changed_ns", np.int64),
    ("batch", np.int64),
    ("io_wakeup_ns", np.int64),
    ("io_cpu_ns", np.float64),
    ("parked", THREAD_LIST, MAX_RINGS),  # one list a group
    ("moving", THREAD_LIST),  # while the rings are dealt out anew
    ("rings", RING, MAX_RINGS),
)
_MASK: Final = MAX_RING_SLOTS - 1


@hot
def _book_depth(world: Record) -> None:
    nic = world.nic
    world.metrics.open[RING_AREA_NS] += nic.count * (world.now_ns - nic.changed_ns)
    nic.changed_ns = world.now_ns


@hot
def has_room(nic: Record, q: int) -> bool:
    """Whether ring q takes one more packet."""
    return nic.rings[q].count < nic.slots


@hot
def offer(world: Record, q: int, job: int) -> None:
    """A packet takes a slot of ring q, which has room, and an I/O thread that waits for it is woken."""
    nic = world.nic
    _book_depth(world)
    ring = nic.rings[q]
    ring.slots[(ring.head + ring.count) & _MASK] = job
    ring.count += 1
    nic.count += 1
    if nic.count > world.metrics.open[RING_MAX]:
        world.metrics.open[RING_MAX] = nic.count
    wake_reader(world, q % nic.groups)


@hot
def wake_reader(world: Record, group: int) -> None:
    """Wake the I/O thread of a group that went to sleep last, if any sleeps. The card's interrupt costs
    nobody.
    """
    parked = world.nic.parked[group]
    if parked.count > 0:
        t = pop_last(world.threads, parked)
        world.metrics.open[WAKEUPS] += 1
        world.threads.rows[t].notified = 1
        wake(world, t, world.wake_latency_ns)


@hot
def claim(nic: Record, group: int, first: int) -> int:
    """The first ring of a group, from ring `first` on in turn, with packets nobody was told of; NOBODY
    if none.
    """
    q = first
    if q >= nic.rings_used or q % nic.groups != group:
        q = group
    start = q
    while True:
        ring = nic.rings[q]
        if ring.count > ring.claimed:
            return q
        q += nic.groups
        if q >= nic.rings_used:
            q = group
        if q == start:
            return NOBODY


@hot
def read_packet(world: Record, q: int) -> int:
    """Take the oldest packet of ring q; its slot is free again."""
    nic = world.nic
    _book_depth(world)
    ring = nic.rings[q]
    job = ring.slots[ring.head]
    ring.head = (ring.head + 1) & _MASK
    ring.count -= 1
    ring.claimed -= 1
    nic.count -= 1
    return job


assert MAX_IO_THREADS >= MAX_RINGS
