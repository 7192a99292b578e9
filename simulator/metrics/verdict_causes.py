"""What is used up, or nearly: the causes a verdict can name, each with the figures that give it away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from simulator.kernel import codes
from simulator.metrics.situation import Situation, Threads
from simulator.metrics.verdict_words import Component, all_of, counted, percent, whole

FULL: Final = 0.97  # of the time: used up
NEARLY: Final = 0.85


@dataclass(frozen=True)
class Cause:
    """A component that is used up, and the clause that says how; `share` of it is in use."""

    code: str
    component: Component
    words: str
    share: float = 1.0


def find_cause(s: Situation) -> Cause | None:
    """The used-up component nearest to the reply, or None."""
    if _cores_are_full(s):
        return _cores(s)
    if s.lock_held >= FULL - 0.07 and s.waiting_lock >= 1:
        return _lock(s)
    if s.workers.live == 0:
        return Cause("no_workers", "workers", "There are no workers: nothing takes jobs from the queue")
    if s.workers.busy >= FULL:
        waiting = s.workers.in_state[codes.WAITING_CONNECTION]
        if s.connections > 0 and waiting >= 0.5 and s.workers.in_state[codes.CALLING] >= 0.9 * s.connections:
            return _connections(s)
        return _workers(s)
    if s.io_threads.live > 0 and s.io_threads.busy >= FULL:
        return _io_threads(s)
    return None


def _cores_are_full(s: Situation) -> bool:
    return s.cores > 0 and s.cores_busy >= FULL and s.ready >= 0.5


def _cores(s: Situation) -> Cause:
    waiting = counted(max(s.ready, 1), "thread is", "threads are")
    switching = f", {percent(s.cores_switching)} of it spent on switching" if s.cores_switching >= 0.1 else ""
    busy = "The only core is the bottleneck: always busy"
    if s.cores > 1:
        busy = f"The cores are the bottleneck: {all_of(s.cores)} busy"
    words = f"{busy}{switching}, and {waiting} waiting for {'it' if s.cores == 1 else 'one'}"
    return Cause("cores", "cores", words, s.cores_busy)


def _lock(s: Situation) -> Cause:
    waiting = counted(s.waiting_lock, "thread waits", "threads wait")
    convoy = ", handed from sleeper to sleeper (a convoy)" if s.lock_is_fair else ""
    words = (
        f"The queue's lock is the bottleneck: held {percent(s.lock_held)} of the time{convoy}, "
        f"and {waiting} for it"
    )
    return Cause("lock", "queue", words, s.lock_held)


def _connections(s: Situation) -> Cause:
    waiting = whole(s.workers.in_state[codes.WAITING_CONNECTION])
    words = (
        f"The connection pool is the bottleneck: {all_of(s.connections)} in use, "
        f"and {waiting} of {s.workers.live:,} workers wait for a connection"
    )
    return Cause("connections", "backend", words)


def _workers(s: Situation) -> Cause:
    """All workers are busy: with what, and do their cores work?"""
    workers = s.workers
    calling = workers.shares(codes.CALLING) + workers.shares(codes.WAITING_CONNECTION)
    computing = workers.shares(codes.RUNNING)
    busy = f"Workers are the bottleneck: {all_of(workers.live)} busy"
    if workers.live == 1:
        busy = "The only worker is the bottleneck: always busy"
    cores = f"the {'core is' if s.cores == 1 else 'cores are'} {percent(s.cores_busy)} busy"
    if calling >= 0.5:
        waiting = _how_many(workers, calling, "waiting for the backend")
        idle = f", while {cores}" if s.cores and s.cores_busy < NEARLY else ""
        return Cause("workers_calling", "workers", f"{busy}, {waiting}{idle}")
    if computing >= 0.5:
        idle = f", while {cores} and could run more" if s.cores and s.cores_busy < NEARLY else ""
        return Cause(
            "workers_computing", "workers", f"{busy}, {_how_many(workers, computing, 'computing')}{idle}"
        )
    shares = sorted(((workers.in_state[state], words) for state, words in _DOING.items()), reverse=True)
    doing = ", ".join(f"{whole(count)} {words}" for count, words in shares[:3] if count >= 0.5)
    return Cause("workers_busy", "workers", f"{busy} ({doing})" if doing else busy)


_DOING: Final = {
    codes.RUNNING: "computing",
    codes.CALLING: "waiting for the backend",
    codes.WAITING_CONNECTION: "waiting for a connection",
    codes.READY: "waiting for a core",
    codes.WAITING_LOCK: "waiting for the lock",
    codes.SPINNING: "spinning",
    codes.WAITING_FUTURE: "waiting for a future",
}


def _how_many(workers: Threads, share: float, doing: str) -> str:
    if workers.live == 1:
        return f"{percent(share)} of the time {doing}"
    if share >= 0.95:
        return f"all of them {doing}"
    return f"{min(workers.live - 1, int(share * workers.live + 0.5)):,} of them {doing}"


def _io_threads(s: Situation) -> Cause:
    busy = f"I/O threads are the bottleneck: {all_of(s.io_threads.live)} busy"
    if s.io_threads.live == 1:
        busy = "The only I/O thread is the bottleneck: always busy"
    words = f"{busy}, while the workers are {percent(s.workers.busy)} busy"
    return Cause("io_threads", "io_threads", words, s.io_threads.busy)


def busiest(s: Situation) -> tuple[float, str]:
    """The share in use of what is nearest to being used up, and its name."""
    shares = [(s.workers.busy, "the workers are"), (s.io_threads.busy, "the I/O threads are")]
    if s.cores > 0:
        shares.append((s.cores_busy, "the cores are"))
    shares += [(s.connections_busy, "the connections are"), (s.lock_held, "the queue's lock is")]
    return max(shares, key=lambda share: share[0])


def nearly_full(s: Situation) -> Cause | None:
    """What will be used up next, if it is near; the fullest of several."""
    candidates = []
    if s.workers.busy >= NEARLY:
        words = f"The workers are nearly used up: {percent(s.workers.busy)} busy"
        candidates.append(Cause("near_workers", "workers", words, s.workers.busy))
    if s.io_threads.busy >= NEARLY:
        words = f"The I/O threads are nearly used up: {percent(s.io_threads.busy)} busy"
        candidates.append(Cause("near_io_threads", "io_threads", words, s.io_threads.busy))
    if s.cores > 0 and s.cores_busy >= NEARLY:
        words = f"The cores are nearly used up: {percent(s.cores_busy)} busy"
        candidates.append(Cause("near_cores", "cores", words, s.cores_busy))
    if s.connections_busy >= NEARLY:
        words = f"The connection pool is nearly used up: {percent(s.connections_busy)} in use"
        candidates.append(Cause("near_connections", "backend", words, s.connections_busy))
    if s.lock_held >= NEARLY:
        words = f"The queue's lock is nearly used up: held {percent(s.lock_held)} of the time"
        candidates.append(Cause("near_lock", "queue", words, s.lock_held))
    return max(candidates, key=lambda cause: cause.share, default=None)
