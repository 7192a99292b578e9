"""Pending events: a binary heap ordered by (time, ticket).

A ticket is the rank of the event among simultaneous ones (completions, timers, arrivals) and, below it, the
order of insertion, so the order is total and a run is a pure function of its inputs. Each thread has at
most one pending event. Taking the first event only marks the root as vacant: the event that usually follows
at once (the same thread's next) is then sifted down from there, which halves the work.

Leaves out cancellation but for rare edits, which remove by linear search.
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import NEVER
from simulator.kernel.jit import hot, inner
from simulator.kernel.limits import MAX_EVENTS
from simulator.kernel.struct import Record, struct

EVENT: Final = struct(("time_ns", np.int64), ("ticket", np.int64), ("who", np.int64))
CALENDAR: Final = struct(
    ("count", np.int64),
    ("vacant", np.int64),  # 1: the root has been taken and not yet filled
    ("tickets", np.int64),
    ("events", EVENT, MAX_EVENTS + 1),
)

_RANK_SHIFT: Final = 60


@hot
def _sift_down(calendar: Record, time_ns: int, ticket: int, who: int) -> None:
    count = calendar.count
    events = calendar.events
    place = 0
    child = 1
    while child < count:
        right = child + 1
        if right < count:
            a = events[right]
            b = events[child]
            if a.time_ns < b.time_ns or (a.time_ns == b.time_ns and a.ticket < b.ticket):
                child = right
        c = events[child]
        if time_ns < c.time_ns or (time_ns == c.time_ns and ticket < c.ticket):
            break
        p = events[place]
        p.time_ns = c.time_ns
        p.ticket = c.ticket
        p.who = c.who
        place = child
        child = 2 * place + 1
    e = events[place]
    e.time_ns = time_ns
    e.ticket = ticket
    e.who = who


@hot
def _sift_up(calendar: Record, place: int, time_ns: int, ticket: int, who: int) -> None:
    events = calendar.events
    while place > 0:
        parent = (place - 1) >> 1
        q = events[parent]
        if q.time_ns < time_ns or (q.time_ns == time_ns and q.ticket < ticket):
            break
        p = events[place]
        p.time_ns = q.time_ns
        p.ticket = q.ticket
        p.who = q.who
        place = parent
    e = events[place]
    e.time_ns = time_ns
    e.ticket = ticket
    e.who = who


@hot
def _fill_root(calendar: Record) -> None:
    """Put the last event where the root was taken."""
    calendar.vacant = 0
    calendar.count -= 1
    if calendar.count > 0:
        last = calendar.events[calendar.count]
        _sift_down(calendar, last.time_ns, last.ticket, last.who)


@hot
def push(calendar: Record, time_ns: int, rank: int, who: int) -> None:
    """Add an event for `who` (a thread, or NOBODY for a closed-loop user)."""
    ticket = (rank << _RANK_SHIFT) | calendar.tickets
    calendar.tickets += 1
    if calendar.vacant != 0:
        calendar.vacant = 0
        _sift_down(calendar, time_ns, ticket, who)
    else:
        calendar.count += 1
        _sift_up(calendar, calendar.count - 1, time_ns, ticket, who)


@hot
def first_time(calendar: Record) -> int:
    """When the next event is due, in ns; NEVER if there is none."""
    if calendar.vacant != 0:
        _fill_root(calendar)
    if calendar.count == 0:
        return NEVER
    return calendar.events[0].time_ns


@hot
def take_first(calendar: Record) -> int:
    """Whose event is next; call after `first_time`. The root is left vacant."""
    calendar.vacant = 1
    return calendar.events[0].who


@inner
def cancel(calendar: Record, who: int) -> int:
    """Remove the pending event of a thread; returns its time, or NEVER if there is none. Linear."""
    if calendar.vacant != 0:
        _fill_root(calendar)
    for place in range(calendar.count):
        if calendar.events[place].who == who:
            time_ns = calendar.events[place].time_ns
            calendar.count -= 1
            last = calendar.events[calendar.count]
            # Re-inserting the last event from the bottom keeps the heap in order only if the vacated place's
            # subtree is in order with it, so all later places are rebuilt.
            moved_time, moved_ticket, moved_who = last.time_ns, last.ticket, last.who
            if place < calendar.count:
                _replace(calendar, place, moved_time, moved_ticket, moved_who)
            return time_ns
    return NEVER


@inner
def _replace(calendar: Record, place: int, time_ns: int, ticket: int, who: int) -> None:
    events = calendar.events
    count = calendar.count
    child = 2 * place + 1
    while child < count:
        right = child + 1
        if right < count:
            a = events[right]
            b = events[child]
            if a.time_ns < b.time_ns or (a.time_ns == b.time_ns and a.ticket < b.ticket):
                child = right
        c = events[child]
        p = events[place]
        p.time_ns = c.time_ns
        p.ticket = c.ticket
        p.who = c.who
        place = child
        child = 2 * place + 1
    _sift_up(calendar, place, time_ns, ticket, who)
