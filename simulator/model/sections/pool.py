"""Settings of the job queue and of the workers behind it."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulator.model.settings import MAX_OVERHEAD_SECONDS, Group, Section, Whole, setting


class Queue(Section):
    """The job queue between I/O threads and workers."""

    group: ClassVar[Group] = "job queue"

    capacity: Whole = setting(
        1000,
        "Queue capacity",
        "Jobs that may wait; those being worked on do not count.",
        unit="count",
        low=1,
        high=65_536,
        scale="log",
    )
    discipline: Literal["fifo", "lifo", "priority", "sjf"] = setting(
        "fifo", "Order", "Which job is taken next: oldest, newest, high priority first, or shortest first."
    )
    overflow: Literal["reject", "drop_oldest", "block", "caller_runs"] = setting(
        "reject",
        "When full",
        "Reject the new job, drop the oldest, block the I/O thread, or let it run the job itself.",
    )
    guard: Literal["mutex"] = setting(
        "mutex", "Guard", "What keeps two threads from changing the queue at once."
    )
    hold_seconds: float | None = setting(
        None,
        "Time under the lock",
        "How long one put or take holds the queue's lock.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )
    fairness: Literal["barging", "fair"] = setting(
        "barging",
        "Lock fairness",
        "Barging: whoever comes first gets a freed lock; fair: the thread that waited longest gets it.",
    )
    handoff_seconds: float | None = setting(
        None,
        "Lock hand-over",
        "Time from freeing the lock until the thread that waited for it is ready for a core.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )


class Workers(Section):
    """The threads that take jobs from the queue and run them."""

    group: ClassVar[Group] = "workers"

    count: Whole = setting(
        8,
        "Workers",
        "Worker threads; when there are fewer, the busy ones finish their jobs first.",
        unit="count",
        low=1,
        high=4000,
        scale="log",
    )
    wait: Literal["guarded_suspension"] = setting(
        "guarded_suspension",
        "Idle workers",
        "What a worker without work does: guarded suspension sleeps until woken.",
    )
    wake_order: Literal["lifo", "fifo"] = setting(
        "lifo",
        "Wake order",
        "Which idle worker is woken: the last to fall idle (its caches are warm) or the first.",
    )
