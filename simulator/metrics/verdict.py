"""The judge: which component limits the run and why, in one sentence, from the figures of the last seconds.

It reasons as a person at the dashboard would. First, what is used up: the cores, the queue's lock, the
backend's connections, the workers, the I/O threads; the one nearest to the reply that is used up is the
cause, since all before it only wait for it. Then, what follows from it: the queue grows or is full,
requests are rejected, back-pressure reaches the card. With nothing used up it looks for losses in bursts,
for what is nearly used up, and else says how much more would fit. A worker is busy while it waits for the
backend, and its core idles: the sentence says so.

The verdict is a function of the window's figures alone. A window is the last 2 simulated seconds, or up to 5
when little happens; half a second after an edit, it no longer reaches back behind the edit.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from simulator.kernel import codes
from simulator.kernel import samples as kernel
from simulator.metrics.rows import Ints, Rows, joined, merge_all
from simulator.metrics.situation import Situation, growth, situation
from simulator.metrics.verdict_causes import Cause, busiest, find_cause, nearly_full
from simulator.metrics.verdict_words import Severity, Verdict, counted, number, percent, rough, seconds

WINDOW_SECONDS: Final = 5.0
_PIECE_SECONDS: Final = 0.25
_ENOUGH_SECONDS: Final = 1.9
_ENOUGH_JOBS: Final = 400
_SETTLED_SECONDS: Final = 0.5  # after an edit
_CHANGING = ("bursty", "spike", "sine")


@dataclass(frozen=True)
class _Piece:
    """Samples of about a quarter of a second, merged; and the queue's depth when it began."""

    row: Rows
    seconds: float
    depth_before: int


class Judge:
    """Keeps the window and gives the verdict. Feed it every drained block's rows, and tell it of edits."""

    def __init__(self) -> None:
        self._pieces: deque[_Piece] = deque()
        self._new_pieces: int | None = None  # those since an edit, while the older ones still count
        self._depth = 0

    def add(self, rows: Rows) -> None:
        """Take in samples."""
        rows = self._within_window(rows)
        if len(rows) == 0:
            return
        total = float(rows.column(kernel.INTERVAL_NS).sum()) / 1e9
        last = self._pieces[-1] if self._pieces and self._new_pieces != 0 else None
        if last is not None and last.seconds + total <= _PIECE_SECONDS:
            self._pieces[-1] = _piece([last.row, rows], last.depth_before)
            self._depth = int(rows.values[-1, kernel.QUEUE_DEPTH])
        else:
            for part in _parts(rows):
                self._pieces.append(_piece([part], self._depth))
                self._depth = int(part.values[-1, kernel.QUEUE_DEPTH])
                if self._new_pieces is not None:
                    self._new_pieces += 1
        self._forget()

    def edited(self) -> None:
        """A setting changed now: what was before no longer tells what is."""
        self._new_pieces = 0

    def verdict(self, configuration: Any) -> Verdict:
        """The verdict on the window, under the (resolved) configuration in force."""
        if not self._pieces:
            return Verdict.nothing_yet()
        whole, recent = self._merged(len(self._pieces)), self._merged(self._enough())
        # A slow change shows over the whole window only, a fresh one in its newest part.
        queue_growth = growth(*recent) or growth(*whole)
        return judge(situation(recent[0], queue_growth, configuration))

    def _enough(self) -> int:
        """How many of the newest pieces tell enough: two seconds, or more when little happens."""
        lasted, happened = 0.0, 0
        for count, piece in enumerate(reversed(self._pieces), 1):
            lasted += piece.seconds
            happened += int(piece.row.values[0, kernel.ARRIVALS] + piece.row.values[0, kernel.COMPLETED])
            if lasted >= _ENOUGH_SECONDS and happened >= _ENOUGH_JOBS:
                return count
        return len(self._pieces)

    def _merged(self, count: int) -> tuple[Ints, int]:
        """The newest pieces as one row, and the queue's depth when they began."""
        pieces = list(self._pieces)[-count:]
        row: Ints = merge_all(joined([piece.row for piece in pieces])).values[0]
        return row, pieces[0].depth_before

    def _within_window(self, rows: Rows) -> Rows:
        """The rows that the window can reach; what is older is only the depth before them."""
        ends = rows.column(kernel.END_NS)
        older = int((ends <= ends[-1] - int(WINDOW_SECONDS * 1e9)).sum()) if len(rows) else 0
        if older:
            self._depth = int(rows.values[older - 1, kernel.QUEUE_DEPTH])
        return rows.slice(older, len(rows)).without_histograms()

    def _forget(self) -> None:
        if self._new_pieces is not None:
            new = list(self._pieces)[len(self._pieces) - self._new_pieces :]
            if sum(piece.seconds for piece in new) >= _SETTLED_SECONDS:
                self._pieces, self._new_pieces = deque(new), None
        while len(self._pieces) > 1 and sum(p.seconds for p in self._pieces) > WINDOW_SECONDS:
            self._pieces.popleft()
            if self._new_pieces is not None:
                self._new_pieces = min(self._new_pieces, len(self._pieces))


def _piece(parts: list[Rows], depth_before: int) -> _Piece:
    row = merge_all(joined(parts))
    return _Piece(row, float(row.values[0, kernel.INTERVAL_NS]) / 1e9, depth_before)


def _parts(rows: Rows) -> list[Rows]:
    """Rows in parts of about a piece's length."""
    ends = rows.column(kernel.END_NS)
    piece = (ends[-1] - ends) // int(_PIECE_SECONDS * 1e9)
    bounds = [0, *(np.flatnonzero(np.diff(piece)) + 1).tolist(), len(rows)]
    return [rows.slice(first, after) for first, after in pairwise(bounds)]


def judge(s: Situation) -> Verdict:
    """The verdict on one situation."""
    if s.arrival_rate == 0:
        return _silence(s)
    cause = find_cause(s)
    if cause is None:
        return _losses_in_bursts(s) or _queue_moves(s) or _nearly(s) or _healthy(s)
    if s.drops == 0 and s.queue_growth < 0 and s.queue_depth > 0:
        return _recovering(s)
    if s.process in _CHANGING and s.mean_rate < 0.98 * s.throughput and s.arrival_rate > 1.1 * s.throughput:
        return _burst(s)
    effect, severity = _effect(s, cause)
    return _verdict(cause.code, severity, cause.component, f"{cause.words}{effect}.", s)


def _verdict(
    code: str, severity: Severity, component: Any, sentence: str, s: Situation, **more: float
) -> Verdict:
    figures: dict[str, Any] = {
        "window_seconds": round(s.seconds, 3),
        "arrival_rate_per_second": round(s.arrival_rate, 3),
        "throughput_per_second": round(s.throughput, 3),
        "dropped_nic_per_second": round(s.nic_drops, 3),
        "dropped_queue_per_second": round(s.queue_drops, 3),
        "dropped_oldest_per_second": round(s.oldest_drops, 3),
        "in_flight": s.in_flight,
        "queue_depth": s.queue_depth,
        "queue_capacity": s.queue_capacity,
        "queue_fill_ratio": round(s.queue_fill, 6),
        "queue_growth_per_second": round(s.queue_growth, 3),
        "seconds_to_full": None if s.seconds_to_full is None else round(s.seconds_to_full, 3),
        "ring_depth": s.ring_depth,
        "ring_slots": s.ring_slots,
        "cores": s.cores,
        "utilization_cores_ratio": round(s.cores_busy, 6),
        "cores_switching_ratio": round(s.cores_switching, 6),
        "threads_ready": round(s.ready, 3),
        "threads_waiting_lock": round(s.waiting_lock, 3),
        "lock_held_ratio": round(s.lock_held, 6),
        "connections": s.connections,
        "utilization_connections_ratio": round(s.connections_busy, 6),
        "users": s.users if s.process == "closed" else None,
    }
    for name, threads in zip(codes.THREAD_KIND_NAMES, (s.io_threads, s.workers), strict=True):
        figures[name] = threads.live
        figures[f"utilization_{name}_ratio"] = round(threads.busy, 6)
        for state, count in enumerate(threads.in_state):
            if count > 0:
                figures[f"{name}_{codes.STATE_NAMES[state]}"] = round(count, 3)
    figures |= {name: round(value, 3) for name, value in more.items()}
    return Verdict(code, severity, component, sentence, figures)


def _silence(s: Situation) -> Verdict:
    if s.in_flight > 0:
        jobs = counted(s.in_flight, "is", "are")
        return _verdict(
            "finishing", "ok", "arrivals", f"No new requests arrive; {jobs} still being served.", s
        )
    return _verdict(
        "silence",
        "ok",
        "arrivals",
        f"No request arrived in the last {seconds(s.seconds)}: the server has nothing to do.",
        s,
    )


def _effect(s: Situation, cause: Cause) -> tuple[str, Severity]:
    """What follows from a cause, as the rest of its sentence."""
    blocked = s.io_threads.in_state[codes.WAITING_SPACE]
    card = f" and the card drops {number(s.nic_drops)} packets/s" if s.nic_drops > 0 else ""
    if blocked >= 0.05 * max(s.io_threads.live, 1):
        waiting = f"{max(1, round(blocked))} of {s.io_threads.live} I/O threads"
        waits = "waits" if waiting.startswith("1 of") else "wait"
        return f"; the queue is full, so {waiting} {waits} for room{card}", "bad"
    if s.overflow == "caller_runs" and s.queue_mean >= 0.9 * s.queue_capacity:
        return f"; the queue is full, so I/O threads run jobs themselves{card}", "bad"
    if s.queue_drops > 0:
        return f"; the queue is full and {number(s.queue_drops)} requests/s are rejected{card}", "bad"
    if s.oldest_drops > 0:
        return (
            f"; the queue is full and its oldest {number(s.oldest_drops)} jobs/s are thrown away{card}",
            "bad",
        )
    if s.nic_drops > 0:
        return f"; the card's ring is full and drops {number(s.nic_drops)} packets/s", "bad"
    if s.process == "closed" and s.queue_growth <= 0:
        waiting = counted(s.in_flight, "user waits", "users wait")
        return f"; {waiting} for an answer and will not send more until then", "watch"
    if s.queue_growth > 0:
        left = s.seconds_to_full
        full = f" and is full in {seconds(left)}" if left is not None and left < 60 else ""
        return f"; the queue grows by {number(s.queue_growth)} jobs/s{full}", "bad"
    severity: Severity = "bad" if s.queue_fill > 0.9 else "watch"
    if s.queue_depth == 0:
        return "", "watch"
    return f"; {counted(s.queue_depth, 'job waits', 'jobs wait')} in the queue", severity


def _burst(s: Situation) -> Verdict:
    limit = f"the server completes {number(s.throughput)}/s"
    effect, severity = _effect(s, Cause("burst", "arrivals", ""))
    calm = severity == "bad" and s.drops == 0 and s.queue_fill <= 0.9
    sentence = f"A burst: {number(s.arrival_rate)} requests/s arrive, {limit}{effect}."
    return _verdict("burst", "watch" if calm else severity, "arrivals", sentence, s)


def _recovering(s: Situation) -> Verdict:
    left = s.queue_depth / -s.queue_growth
    sentence = (
        f"Recovering: the queue drains by {number(-s.queue_growth)} jobs/s, "
        f"about {seconds(left)} left ({counted(s.queue_depth, 'job waits', 'jobs wait')})."
    )
    return _verdict("recovering", "watch", "queue", sentence, s, seconds_left=left)


def _queue_moves(s: Situation) -> Verdict | None:
    """Nothing was used up all the time, yet a long queue grows, is being worked off, or stays."""
    is_long = s.queue_depth > max(s.workers.live, 10)
    if s.queue_growth < 0 and is_long:
        return _recovering(s)
    if s.queue_growth > 0 and is_long:
        return _burst(s)
    if s.queue_fill > 0.5 and s.queue_depth > 1:
        severity: Severity = "bad" if s.queue_fill > 0.9 else "watch"
        sentence = f"The queue is {percent(s.queue_fill)} full, with workers {percent(s.workers.busy)} busy."
        return _verdict("long_queue", severity, "queue", sentence, s)
    return None


def _losses_in_bursts(s: Situation) -> Verdict | None:
    if s.queue_drops + s.oldest_drops > 0:
        lost = number(s.queue_drops + s.oldest_drops)
        sentence = (
            f"The queue is too short for the bursts: {lost} requests/s are lost there, "
            f"while the workers are {percent(s.workers.busy)} busy."
        )
        return _verdict("queue_too_short", "bad", "queue", sentence, s)
    if s.nic_drops > 0 and s.io_threads.shares(codes.WAITING_SPACE) >= 0.2 * s.io_threads.busy:
        sentence = (
            "Bursts back up: the queue is full at times, I/O threads wait for room, and the card drops "
            f"{number(s.nic_drops)} packets/s, while the workers are {percent(s.workers.busy)} busy."
        )
        return _verdict("back_pressure", "bad", "queue", sentence, s)
    if s.nic_drops > 0:
        sentence = (
            f"The card's ring is too small for the bursts: it drops {number(s.nic_drops)} packets/s, "
            f"while the I/O threads are {percent(s.io_threads.busy)} busy."
        )
        return _verdict("ring_too_small", "bad", "nic", sentence, s)
    return None


def _nearly(s: Situation) -> Verdict | None:
    nearest = nearly_full(s)
    if nearest is None:
        return None
    more = s.throughput * (1 / nearest.share - 1) if nearest.share > 0 else 0.0
    fits = (
        ""
        if s.process == "closed"
        else f"; about {rough(more)} more requests/s fit, and waits rise well before"
    )
    return _verdict(
        nearest.code, "watch", nearest.component, f"{nearest.words}{fits}.", s, headroom_per_second=more
    )


def _healthy(s: Situation) -> Verdict:
    cores = f", cores {percent(s.cores_busy)}" if s.cores else ""
    queue = "the queue is nearly empty"
    if s.queue_mean >= 1:
        queue = f"{counted(s.queue_mean, 'job waits', 'jobs wait')} in the queue on average"
    busy = f"workers {percent(s.workers.busy)} busy{cores}, {queue}"
    if s.process == "closed":
        users = counted(s.users, "user gets", "users get")
        return _verdict("healthy", "ok", "", f"Healthy: {users} {number(s.throughput)} answers/s; {busy}.", s)
    share, limit = busiest(s)
    more = s.throughput * (1 / share - 1) if share > 0 else 0.0
    until = "" if share == s.workers.busy else f" until {limit} used up"
    fits = f"; about {rough(more)} more requests/s fit{until}" if more >= 1 else ""
    return _verdict("healthy", "ok", "", f"Healthy: {busy}{fits}.", s, headroom_per_second=more)
