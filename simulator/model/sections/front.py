"""Settings of the way in: the network card and the I/O threads."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulator.model.settings import MAX_OVERHEAD_SECONDS, Group, Section, Whole, setting


class Nic(Section):
    """The network card."""

    group: ClassVar[Group] = "network card"

    ring_slots: Whole = setting(
        256,
        "Ring slots",
        "Packets one receive ring can hold; a packet that finds its ring full is dropped.",
        unit="count",
        low=1,
        high=8192,
        scale="log",
    )
    queues: Whole = setting(
        1,
        "Receive rings",
        "Number of receive rings; each packet goes to one of them at random.",
        unit="count",
        low=1,
        high=16,
    )


class Io(Section):
    """The threads that take packets from the card and put jobs into the queue."""

    group: ClassVar[Group] = "I/O threads"

    threads: Whole = setting(
        2,
        "I/O threads",
        "Threads that take packets from the card and put jobs into the queue.",
        unit="count",
        low=1,
        high=64,
        scale="log",
    )
    model: Literal["epoll"] = setting(
        "epoll",
        "I/O model",
        "How I/O threads learn of packets: epoll wakes one with a batch of those that are ready.",
    )
    batch: Whole = setting(
        64,
        "Batch",
        "Most packets one wake-up hands to an I/O thread.",
        unit="count",
        low=1,
        high=1024,
        scale="log",
    )
    cpu_per_request_seconds: float | None = setting(
        None,
        "CPU per request",
        "CPU time an I/O thread spends to read and parse one request.",
        unit="s",
        low=0,
        high=10,
        scale="log",
        from_profile=True,
    )
    cpu_distribution: Literal["constant", "exponential"] = setting(
        "constant", "CPU per request: law", "How that time spreads around its mean."
    )
    cpu_per_wakeup_seconds: float | None = setting(
        None,
        "CPU per batch",
        "CPU time of the call that fetches a batch of ready packets.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )
