"""The loop: take the next event, let it happen, step every thread it set going; close intervals on the way.

Simultaneous events: completions, then timers, then arrivals, then the sample of that instant. A change of
the source's phase comes before everything at its instant. Edits are made from outside, between two calls,
after all of this: so neither the slicing of a run nor the reading of its samples can change their order.
"""

from typing import Final

from simulator.kernel.arrivals import change_phase, next_gap, user_done
from simulator.kernel.backends import end_call
from simulator.kernel.calendar import first_time, take_first
from simulator.kernel.codes import (
    ARRIVALS_CLOSED,
    DROP_NIC,
    FINISHED,
    NEED_DRAIN,
    NEED_TAPE,
    NEVER,
    NOBODY,
    REACHED_EVENTS,
    REACHED_TIME,
    STREAM_CALL,
    STREAM_CLASS,
    STREAM_CPU,
    STREAM_GAP,
    STREAM_IO,
    STREAM_PHASE,
    STREAM_RING,
    STREAM_THINK,
)
from simulator.kernel.cpu import end_turn, make_runnable, start_turn
from simulator.kernel.jit import entry, hot, inner
from simulator.kernel.jobs import allocate_job, log_lost_packet
from simulator.kernel.limits import MAX_THREADS, OUTBOX_JOBS, TAPE_CHUNK
from simulator.kernel.nic import has_room, offer
from simulator.kernel.samples import ARRIVALS, DROPPED, enter_system, outbox_is_full
from simulator.kernel.sampling import clear_totals, close_interval
from simulator.kernel.steps import go
from simulator.kernel.struct import Record
from simulator.kernel.tapes import lacks, read
from simulator.kernel.threads import (
    EVENT_CALL_END,
    EVENT_NONE,
    EVENT_RUN_END,
    EVENT_SWITCHED,
    EVENT_TURN_END,
    append,
    pop_first,
)

# Jobs that may end within one event: every thread going at that instant might finish one.
LOG_MARGIN: Final = MAX_THREADS


@hot
def _arrive(world: Record, tapes: Record, outbox: Record, from_user: int) -> None:
    """A packet reaches the card: it takes a slot, or is dropped."""
    metrics = world.metrics
    nic = world.nic
    number = metrics.arrivals_total
    metrics.arrivals_total += 1
    metrics.open[ARRIVALS] += 1
    q = 0
    if nic.queues > 1:
        q = int(read(tapes, STREAM_RING, number) * nic.queues)
    job = NOBODY
    if has_room(nic, q):
        job = allocate_job(world.jobs)
    if job == NOBODY:
        metrics.dropped_total[DROP_NIC] += 1
        metrics.open[DROPPED + DROP_NIC] += 1
        if outbox.jobs_wanted != 0:
            log_lost_packet(outbox, number, world.now_ns)
        if from_user != 0:
            user_done(world, tapes)
        return
    row = world.jobs.rows[job]
    row.number = number
    row.arrived_ns = world.now_ns
    row.put_ns = -1
    row.from_user = from_user
    a = world.arrivals
    row.cpu_units = read(tapes, STREAM_CPU, number) if a.reads_cpu != 0 else 1.0
    row.call_units = read(tapes, STREAM_CALL, number) if a.reads_call != 0 else 1.0
    row.io_units = read(tapes, STREAM_IO, number) if a.reads_io != 0 else 1.0
    row.class_ = 1
    if a.reads_class != 0 and read(tapes, STREAM_CLASS, number) < a.high_ratio:
        row.class_ = 0
    enter_system(metrics, world.now_ns)
    offer(world, q, job)


@inner
def lacks_demands(world: Record, tapes: Record) -> bool:
    """Whether the next packet's demands are not in memory yet."""
    number = world.metrics.arrivals_total
    if number & (TAPE_CHUNK - 1) != 0:
        return False
    a = world.arrivals
    return (
        (a.reads_cpu != 0 and lacks(tapes, STREAM_CPU, number))
        or (a.reads_call != 0 and lacks(tapes, STREAM_CALL, number))
        or (a.reads_io != 0 and lacks(tapes, STREAM_IO, number))
        or (a.reads_class != 0 and lacks(tapes, STREAM_CLASS, number))
        or (world.nic.queues > 1 and lacks(tapes, STREAM_RING, number))
    )


@hot
def _user_sends(a: Record) -> bool:
    """Whether a user whose thinking is over sends a packet; else the user leaves."""
    if a.process == ARRIVALS_CLOSED and a.users_live <= a.users_wanted:
        return True
    a.users_live -= 1
    return False


@hot
def _happen(world: Record, who: int) -> None:
    """Let a thread's event happen."""
    row = world.threads.rows[who]
    event = row.event
    row.event = EVENT_NONE
    if event == EVENT_RUN_END:
        append(world.threads, world.threads.going, who)
    elif event == EVENT_TURN_END:
        end_turn(world, who)
    elif event == EVENT_SWITCHED:
        start_turn(world, who)
    else:  # a call ended, or the thread was woken or started
        if event == EVENT_CALL_END:
            end_call(world)
        make_runnable(world, who)


@hot
def _lacks_tape(world: Record, tapes: Record, from_source: bool) -> bool:
    """Whether the event that is due would read beyond what is in memory."""
    a = world.arrivals
    if from_source:
        return lacks(tapes, STREAM_GAP, a.gap_index) or lacks_demands(world, tapes)
    if a.process == ARRIVALS_CLOSED:
        return lacks(tapes, STREAM_THINK, a.think_index + TAPE_CHUNK) or lacks_demands(world, tapes)
    return False


@inner
def _horizon(world: Record, until_ns: int) -> int:
    """Up to when, inclusive, events may happen before something else is due."""
    metrics = world.metrics
    return min(until_ns, metrics.next_sample_ns, metrics.warmup_ns, world.arrivals.next_phase_ns - 1)


@inner
def _pass_horizon(world: Record, tapes: Record, outbox: Record) -> int:
    """Do what is due at the horizon: a change of phase, a sample, the end of the warm-up. A status, or
    -1 to go on.
    """
    metrics = world.metrics
    a = world.arrivals
    if a.next_phase_ns <= min(metrics.next_sample_ns, metrics.warmup_ns):
        if lacks(tapes, STREAM_PHASE, a.phase_index):
            return NEED_TAPE
        world.now_ns = a.next_phase_ns
        change_phase(a, tapes, world.now_ns)
        return -1
    if outbox_is_full(outbox):
        return NEED_DRAIN
    world.now_ns = min(metrics.next_sample_ns, metrics.warmup_ns)
    close_interval(world, outbox)
    if world.now_ns == metrics.next_sample_ns:
        metrics.next_sample_ns += metrics.sample_interval_ns
    if world.now_ns == metrics.warmup_ns:
        clear_totals(metrics)
        metrics.warmup_ns = NEVER
    return -1


@entry
def advance(world: Record, tapes: Record, outbox: Record, until_ns: int, max_events: int) -> int:
    """Let simulated time pass until `until_ns`, inclusive, or for `max_events` events; returns why it came
    back.

    `world`, `tapes` and `outbox` are modified in place. NEED_TAPE: fill `tapes.needed` with chunk
    `tapes.needed_chunk`; NEED_DRAIN: empty the outbox; then call again. FINISHED: as REACHED_TIME, and
    nothing will ever happen again.
    """
    a = world.arrivals
    calendar = world.calendar
    going = world.threads.going
    events = 0
    log_limit = OUTBOX_JOBS - LOG_MARGIN if outbox.jobs_wanted != 0 else OUTBOX_JOBS
    if a.process == ARRIVALS_CLOSED and lacks(tapes, STREAM_THINK, a.think_index + TAPE_CHUNK):
        return NEED_TAPE
    if lacks_demands(world, tapes):
        return NEED_TAPE
    horizon_ns = _horizon(world, until_ns)
    while True:
        while going.count > 0:
            go(world, tapes, outbox, pop_first(world.threads, going))
        due_ns = first_time(calendar)
        from_source = a.next_ns < due_ns
        if from_source:
            due_ns = a.next_ns
        if due_ns > horizon_ns:
            if horizon_ns == until_ns and until_ns < min(
                world.metrics.next_sample_ns, world.metrics.warmup_ns
            ):
                world.now_ns = until_ns
                if a.ended != 0 and world.metrics.in_system == 0:
                    return FINISHED
                return REACHED_TIME
            status = _pass_horizon(world, tapes, outbox)
            if status >= 0:
                return status
            horizon_ns = _horizon(world, until_ns)
            continue
        if events >= max_events:
            return REACHED_EVENTS
        if outbox.jobs_count > log_limit:
            return NEED_DRAIN
        if _lacks_tape(world, tapes, from_source):
            return NEED_TAPE
        world.now_ns = due_ns
        who = NOBODY
        if not from_source:
            who = take_first(calendar)
        if who != NOBODY:
            _happen(world, who)
        elif from_source or _user_sends(a):
            _arrive(world, tapes, outbox, 0 if from_source else 1)
            if from_source:
                next_gap(a, tapes, due_ns)
        events += 1
        world.events += 1
