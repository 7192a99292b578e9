"""What must hold in a World at every event boundary, whatever the configuration: bookkeeping and liveness.

`audit(world)` raises AssertionError at the first thing that is wrong. It reads the World alone and repeats no
arithmetic of the kernel: it counts the jobs, threads, connections and events that are there.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import Any

import numpy as np

from simulator.kernel import codes, steps, threads
from simulator.kernel.limits import MAX_QUEUE, MAX_RING_SLOTS

INSIDE_THE_LOCK = (
    steps.AWAIT_ROOM,
    steps.RUN_HOLD,
    steps.PUT,
    steps.RELEASE,
    steps.AWAIT_NOT_EMPTY,
    steps.TAKE,
)


def listed(world: Any, names: Any) -> list[int]:
    """The threads of a list, first to last; the links are checked both ways."""
    rows = world["threads"]["rows"]
    found: list[int] = []
    before, t = codes.NOBODY, int(names["head"])
    while t != codes.NOBODY:
        assert len(found) <= len(rows), "a list of threads runs in a circle"
        assert int(rows[t]["previous"]) == before, "a thread is linked from two places"
        found.append(t)
        before, t = t, int(rows[t]["next"])
    assert before == int(names["tail"])
    assert len(found) == int(names["count"])
    return found


def jobs_in_rings(world: Any) -> list[int]:
    """Rows of the job table that lie in the card's rings."""
    nic = world["nic"]
    return [
        int(ring["slots"][(int(ring["head"]) + i) % MAX_RING_SLOTS])
        for ring in nic["rings"][: int(nic["rings_used"])]
        for i in range(int(ring["count"]))
    ]


def jobs_in_queue(world: Any) -> list[int]:
    """Rows of the job table that wait in the queue."""
    queue = world["queue"]
    head = 0 if queue["discipline"] >= codes.PRIORITY else int(queue["head"])
    return [int(queue["slots"][(head + i) % MAX_QUEUE]) for i in range(int(queue["count"]))]


class _Threads:
    """The used rows of the thread table as columns, and the step each thread stands on."""

    def __init__(self, world: Any) -> None:
        self.rows = world["threads"]["rows"][: int(world["threads"]["used"])]
        table = world["steps"]
        self.op = table["op"][self.rows["step"]]
        self.next_op = table["op"][table["next"][self.rows["step"]]]
        self.alive = self.rows["state"] != codes.STOPPED

    def where(self, condition: Any) -> set[int]:
        """The living threads for which a condition holds."""
        return set(map(int, np.flatnonzero(self.alive & condition)))

    def in_state(self, state: int) -> set[int]:
        return self.where(self.rows["state"] == state)


def audit(world: Any) -> None:
    """Check everything."""
    t = _Threads(world)
    _conservation(world, t)
    _thread_table(world, t)
    _calendar(world, t)
    _lists(world, t)
    _lock(world, t)
    _nobody_sleeps_beside_work(world, t)
    _cores(world, t)
    _users(world)


def _conservation(world: Any, t: _Threads) -> None:
    metrics = world["metrics"]
    inside = int(metrics["in_system"])
    ends = int(metrics["completed_total"]) + int(metrics["dropped_total"].sum())
    assert int(metrics["arrivals_total"]) == ends + inside, "a packet is missing"
    held = [int(t.rows["job"][i]) for i in t.where(t.rows["job"] != codes.NOBODY)]
    rows = jobs_in_rings(world) + jobs_in_queue(world) + held
    assert len(set(rows)) == len(rows), "a job is in two places"
    assert len(rows) == inside, "jobs inside that are nowhere"
    free = 0
    row = int(world["jobs"]["free"])
    while row != codes.NOBODY:
        free += 1
        row = int(world["jobs"]["rows"][row]["next_free"])
    assert free + inside == int(world["jobs"]["used"]), "a row of the job table is lost"


def _thread_table(world: Any, t: _Threads) -> None:
    table, now = world["threads"], int(world["now_ns"])
    for kind in range(codes.THREAD_KINDS):
        mine = t.rows["kind"] == kind
        assert len(t.where(mine)) == int(table["live"][kind])
        draining = len(t.where(mine & (t.rows["draining"] != 0)))
        assert draining == int(table["draining"][kind])
        wanted = int(table["wanted"][kind])
        assert int(table["live"][kind]) - draining == wanted, "the pool is not as large as was asked for"
    booked = t.rows["times_ns"].sum(axis=1)
    until = np.where(t.alive, now, t.rows["since_ns"])
    open_ns = np.where(t.alive, now - t.rows["since_ns"], 0)
    assert (booked + open_ns == until - t.rows["born_ns"]).all(), "state times do not sum to the lifetime"
    assert (t.rows["times_ns"] >= 0).all()
    assert not t.rows["times_ns"][:, codes.STOPPED].any()


def _calendar(world: Any, t: _Threads) -> None:
    calendar = world["calendar"]
    assert int(calendar["vacant"]) == 0
    events = calendar["events"][: int(calendar["count"])]
    assert (events["time_ns"] >= world["now_ns"]).all(), "an event lies in the past"
    key = list(zip(events["time_ns"].tolist(), events["ticket"].tolist(), strict=True))
    assert all(key[(i - 1) // 2] < key[i] for i in range(1, len(key))), "the heap is out of order"
    pending = Counter(events["who"].tolist())
    pending.pop(codes.NOBODY, 0)
    assert all(count == 1 for count in pending.values()), "a thread has two events"
    assert set(pending) == t.where(t.rows["event"] != threads.EVENT_NONE)


def _lists(world: Any, t: _Threads) -> None:
    woken = t.where(t.rows["event"] == threads.EVENT_WOKEN)
    queue, nic, backend = world["queue"], world["nic"], world["backend"]
    sleepers = [listed(world, group) for group in nic["parked"]]
    in_lists = {
        codes.PARKED: [*listed(world, queue["parked"]), *chain.from_iterable(sleepers)],
        codes.WAITING_LOCK: listed(world, queue["guard"]["waiters"]),
        codes.WAITING_SPACE: listed(world, queue["putters"]),
        codes.WAITING_CONNECTION: listed(world, backend["waiters"]),
    }
    for state, waiting in in_lists.items():
        assert t.in_state(state) - woken == set(waiting), f"lost in state {codes.STATE_NAMES[state]}"
    assert not listed(world, nic["moving"])
    assert len(t.in_state(codes.CALLING)) == int(backend["in_use"])
    if in_lists[codes.WAITING_CONNECTION]:
        assert 0 < int(backend["connections"]) <= int(backend["in_use"]), "waits beside a free connection"
    for q, ring in enumerate(nic["rings"][: int(nic["rings_used"])]):
        told = t.rows["batch_left"][(t.rows["batch_ring"] == q) & t.alive].sum()
        assert told == ring["claimed"] <= ring["count"]


def _lock(world: Any, t: _Threads) -> None:
    guard = world["queue"]["guard"]
    owner = int(guard["owner"])
    inside = t.where(np.isin(t.op, INSIDE_THE_LOCK))
    assert inside <= {owner}, f"threads {inside} are inside, and {owner} owns the lock"
    if owner != codes.NOBODY:
        handed = {owner} <= t.where(t.op == steps.ACQUIRE)
        assert inside or handed, "the owner of the lock is elsewhere"
    elif int(guard["waiters"]["count"]) > 0:
        coming = t.where((t.rows["retry"] != 0) & (t.op == steps.ACQUIRE))
        assert coming - set(listed(world, guard["waiters"])), "the lock is free and nobody was woken for it"


def _nobody_sleeps_beside_work(world: Any, t: _Threads) -> None:
    """Whoever sleeps beside work can only do so while others, already woken, are on their way to it."""
    queue, nic = world["queue"], world["nic"]
    is_worker = t.rows["kind"] == codes.THREAD_KIND_WORKER
    coming = t.rows["notified"] != 0
    if int(queue["parked"]["count"]) > 0:
        telling = t.where((t.op == steps.NOTIFY) | ((t.op == steps.RELEASE) & (t.next_op == steps.NOTIFY)))
        woken = t.where(is_worker & coming)
        assert int(queue["count"]) <= len(woken) + len(telling), "a worker sleeps beside a job"
    if int(queue["putters"]["count"]) > 0:
        room = int(queue["capacity"]) - int(queue["count"])
        woken = t.where(~is_worker & coming & (t.rows["job"] != codes.NOBODY))
        entering = t.where(~is_worker & np.isin(t.op, (steps.RUN_HOLD, steps.PUT)))
        assert room <= len(woken) + len(entering), "an I/O thread waits beside room in the queue"
    for group in range(int(nic["groups"])):
        if int(nic["parked"][group]["count"]) > 0:
            rings = nic["rings"][: int(nic["rings_used"])][group :: int(nic["groups"])]
            unread = int((rings["count"] - rings["claimed"]).sum())
            woken = t.where(
                ~is_worker & coming & (t.rows["group"] == group) & (t.rows["job"] == codes.NOBODY)
            )
            assert unread <= len(woken), "an I/O thread sleeps beside a packet"


def _cores(world: Any, t: _Threads) -> None:
    cpu = world["cpu"]
    cores = int(cpu["cores"])
    waiting = listed(world, cpu["run_queue"])
    placed = t.where(t.rows["core"] != codes.NOBODY)
    if cores == 0:
        assert not placed
        assert not waiting
        assert not t.in_state(codes.READY)
        return
    seats = {core: int(cpu["rows"][core]["thread"]) for core in range(cores)}
    taken = {thread: core for core, thread in seats.items() if thread != codes.NOBODY}
    assert {i: int(t.rows["core"][i]) for i in placed} == taken
    assert int(cpu["idle"]) == cores - len(taken)
    assert not (waiting and int(cpu["idle"])), "a core idles beside a thread that wants it"
    switching = t.where(t.rows["event"] == threads.EVENT_SWITCHED)
    assert t.in_state(codes.RUNNING) == placed - switching
    assert t.in_state(codes.READY) == set(waiting) | switching


def _users(world: Any) -> None:
    arrivals = world["arrivals"]
    events = world["calendar"]["events"][: int(world["calendar"]["count"])]
    thinking = int((events["who"] == codes.NOBODY).sum())
    rows = world["jobs"]["rows"]
    sent = sum(int(rows[row]["from_user"]) for row in jobs_in_rings(world) + jobs_in_queue(world))
    table = world["threads"]["rows"][: int(world["threads"]["used"])]
    held = [int(row["job"]) for row in table if row["state"] != codes.STOPPED and row["job"] != codes.NOBODY]
    sent += sum(int(rows[row]["from_user"]) for row in held)
    assert int(arrivals["users_live"]) == thinking + sent, "a user is lost"
