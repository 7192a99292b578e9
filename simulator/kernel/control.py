"""Changes from outside, at the present instant: start, resize, and whatever a new parameter sets in motion.

Plain parameters are written into the World by the layer above; what needs the kernel's own lists goes through
`control`. Threads that this sets going are stepped by the next `advance`, at the same instant.

Shrinking is graceful, as `ThreadPoolExecutor.setCorePoolSize` does it: threads that wait for work leave at
once, those longest idle first; the others finish what they have and leave then.
"""

from typing import Final

from simulator.kernel.arrivals import enter_phases, schedule, set_spike, spend_gap, think
from simulator.kernel.backends import admit
from simulator.kernel.calendar import cancel, push
from simulator.kernel.codes import (
    ARRIVALS_BURSTY,
    ARRIVALS_CLOSED,
    ARRIVALS_SPIKE,
    NEVER,
    NOBODY,
    RANK_COMPLETION,
    READY,
    RUNNING,
    STARTING,
    STOPPED,
    THREAD_KIND_IO,
    THREAD_KIND_WORKER,
)
from simulator.kernel.cpu import close_cores, make_runnable, wake
from simulator.kernel.jit import entry, inner
from simulator.kernel.limits import MAX_RINGS
from simulator.kernel.nic import wake_reader
from simulator.kernel.queues import reorder
from simulator.kernel.samples import CORES_SWITCHING_NS, WAKEUPS
from simulator.kernel.sampling import clear_open
from simulator.kernel.struct import Record
from simulator.kernel.threads import (
    EVENT_NONE,
    EVENT_STARTED,
    EVENT_SWITCHED,
    append,
    bury,
    clear_list,
    close_states,
    new_thread,
    pop_first,
    prepend,
    remove,
    set_state,
)

BLANK: Final = 0  # make a zeroed world empty but consistent
RESIZE_IO: Final = 1  # argument: how many
RESIZE_WORKERS: Final = 2
SET_CORES: Final = 3
SET_RINGS: Final = 4  # argument: how many receive queues
REORDER: Final = 5  # argument: the discipline
ADMIT_PUTTERS: Final = 6  # the capacity or the policy changed; argument: how many may look again
ADMIT_CALLS: Final = 7  # the number of connections grew
SPEND_GAP: Final = 8  # before the source's parameters change
RESCHEDULE: Final = 9  # after they changed
ENTER_PROCESS: Final = 10  # after the source's process changed
SET_USERS: Final = 11


@inner
def _blank(world: Record) -> None:
    threads = world.threads
    clear_list(threads.free)
    clear_list(threads.going)
    clear_list(world.cpu.run_queue)
    clear_list(world.queue.guard.waiters)
    clear_list(world.queue.parked)
    clear_list(world.queue.putters)
    clear_list(world.backend.waiters)
    for group in range(MAX_RINGS):
        clear_list(world.nic.parked[group])
    clear_list(world.nic.moving)
    world.queue.guard.owner = NOBODY
    world.jobs.free = NOBODY
    world.arrivals.next_ns = NEVER
    world.arrivals.next_phase_ns = NEVER
    world.arrivals.factor = 1.0
    world.nic.groups = 1
    clear_open(world)


@inner
def _spawn(world: Record, kind: int, cost_ns: int) -> None:
    t = new_thread(world.threads, kind, world.now_ns)
    if t == NOBODY:
        return
    row = world.threads.rows[t]
    row.state = STARTING
    row.step = world.program_start[kind]
    for core in range(world.cpu.cores):  # the row may have been another thread's
        if world.cpu.rows[core].last_thread == t:
            world.cpu.rows[core].last_thread = NOBODY
    if cost_ns > 0:
        row.event = EVENT_STARTED
        push(world.calendar, world.now_ns + cost_ns, RANK_COMPLETION, t)
    else:
        make_runnable(world, t)


@inner
def _dismiss_idle(world: Record, waiting: Record, surplus: int) -> int:
    """End up to `surplus` threads of a list of parked ones, longest idle first; returns how many are
    still too many.
    """
    while surplus > 0 and waiting.count > 0:
        t = pop_first(world.threads, waiting)
        bury(world.threads, world.metrics, t, world.now_ns)
        surplus -= 1
    return surplus


@inner
def _resize(world: Record, kind: int, wanted: int) -> None:
    threads = world.threads
    threads.wanted[kind] = wanted
    surplus = threads.live[kind] - threads.draining[kind] - wanted
    if surplus > 0:
        if kind == THREAD_KIND_WORKER:
            surplus = _dismiss_idle(world, world.queue.parked, surplus)
        else:
            for group in range(MAX_RINGS):
                surplus = _dismiss_idle(world, world.nic.parked[group], surplus)
        for t in range(threads.used - 1, -1, -1):
            row = threads.rows[t]
            if surplus > 0 and row.kind == kind and row.state != STOPPED and row.draining == 0:
                row.draining = 1
                threads.draining[kind] += 1
                surplus -= 1
        return
    missing = -surplus
    for t in range(threads.used):
        row = threads.rows[t]
        if missing > 0 and row.kind == kind and row.state != STOPPED and row.draining != 0:
            row.draining = 0
            threads.draining[kind] -= 1
            missing -= 1
    cost_ns = world.spawn_ns if world.now_ns > 0 else 0
    while missing > 0:
        _spawn(world, kind, cost_ns)
        missing -= 1


@inner
def _regroup(world: Record) -> None:
    """Deal the receive rings out among the I/O threads anew, and wake a thread for each unread packet."""
    threads = world.threads
    nic = world.nic
    nic.groups = max(1, min(threads.wanted[THREAD_KIND_IO], nic.queues))
    moving = nic.moving
    for group in range(MAX_RINGS):
        while nic.parked[group].count > 0:
            append(threads, moving, pop_first(threads, nic.parked[group]))
    place = 0
    for t in range(threads.used):
        row = threads.rows[t]
        if row.kind == THREAD_KIND_IO and row.state != STOPPED and row.draining == 0:
            row.group = place % nic.groups
            place += 1
    while moving.count > 0:
        t = pop_first(threads, moving)
        append(threads, nic.parked[threads.rows[t].group], t)
    for q in range(nic.rings_used):
        for _ in range(nic.rings[q].count - nic.rings[q].claimed):
            wake_reader(world, q % nic.groups)


@inner
def _set_cores(world: Record, cores: int) -> None:
    """Change the number of cores. Threads on a core that stays notice nothing; those on a core that goes
    return to the head of the run queue with what they have left to compute.

    Threads that had a core each come in the order of their numbers.
    """
    threads = world.threads
    cpu = world.cpu
    close_states(threads, world.metrics, world.now_ns)
    close_cores(world, world.now_ns)
    if cpu.cores == 0:
        for t in range(threads.used):
            if threads.rows[t].state == RUNNING:
                _take_off(world, t)
                append(threads, cpu.run_queue, t)
    for core in range(cpu.cores - 1, cores - 1, -1):
        t = cpu.rows[core].thread
        if t != NOBODY:
            _take_off(world, t)
            prepend(threads, cpu.run_queue, t)
    for core in range(cpu.cores, cores):
        cpu.rows[core].last_thread = NOBODY
        cpu.rows[core].thread = NOBODY
    cpu.cores = cores
    cpu.idle = 0
    for core in range(cores):
        if cpu.rows[core].thread == NOBODY:
            cpu.idle += 1
    while cpu.run_queue.count > 0 and (cores == 0 or cpu.idle > 0):
        make_runnable(world, pop_first(threads, cpu.run_queue))


@inner
def _take_off(world: Record, t: int) -> None:
    """The thread loses its core in the middle of whatever it does there."""
    row = world.threads.rows[t]
    event = row.event
    row.event = EVENT_NONE
    if event == EVENT_NONE:  # set going at this instant
        remove(world.threads, world.threads.going, t)
    else:
        left_ns = cancel(world.calendar, t) - world.now_ns
        if event == EVENT_SWITCHED:
            place = world.cpu.rows[row.core]
            world.metrics.open[CORES_SWITCHING_NS] += place.switching_ns - left_ns
            place.switching_ns = 0
        else:
            row.remaining_ns += left_ns
    if row.core != NOBODY:
        world.cpu.rows[row.core].thread = NOBODY
        row.core = NOBODY
    set_state(world.threads, world.metrics, t, READY, world.now_ns)


@inner
def _set_users(world: Record, tapes: Record, wanted: int) -> None:
    """New users begin to think; those too many leave when they next would."""
    a = world.arrivals
    a.users_wanted = wanted
    if a.process == ARRIVALS_CLOSED:
        while a.users_live < wanted:
            a.users_live += 1
            think(world, tapes)


@inner
def _admit_putters(world: Record, room: int) -> None:
    """Wake as many waiting I/O threads; each looks again for itself."""
    queue = world.queue
    while room > 0 and queue.putters.count > 0:
        t = pop_first(world.threads, queue.putters)
        world.metrics.open[WAKEUPS] += 1
        world.threads.rows[t].notified = 1
        wake(world, t, world.wake_latency_ns)
        room -= 1


@entry
def control(world: Record, tapes: Record, command: int, argument: int) -> None:
    """Make one change now. `world` is modified in place; the tapes it may read have to be in memory."""
    a = world.arrivals
    if command == BLANK:
        _blank(world)
    elif command == RESIZE_IO:
        _resize(world, THREAD_KIND_IO, argument)
        _regroup(world)
    elif command == RESIZE_WORKERS:
        _resize(world, THREAD_KIND_WORKER, argument)
    elif command == SET_CORES:
        _set_cores(world, argument)
    elif command == SET_RINGS:
        world.nic.queues = argument
        world.nic.rings_used = max(world.nic.rings_used, argument)
        _regroup(world)
    elif command == REORDER:
        reorder(world, argument)
    elif command == ADMIT_PUTTERS:
        _admit_putters(world, argument)
    elif command == ADMIT_CALLS:
        admit(world)
    elif command == SPEND_GAP:
        spend_gap(a, world.now_ns)
    elif command == RESCHEDULE:
        if a.process == ARRIVALS_SPIKE:
            set_spike(a, world.now_ns)
        elif a.process == ARRIVALS_BURSTY:
            a.factor = a.high_factor if a.phase == 1 else a.low_factor
        schedule(a)
    elif command == ENTER_PROCESS:
        enter_phases(a, tapes, world.now_ns)
        schedule(a)
    elif command == SET_USERS:
        _set_users(world, tapes, argument)
