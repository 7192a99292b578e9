"""Settings of the machine: the kind of server, its cores, and what overheads cost."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulator.model.settings import MAX_OVERHEAD_SECONDS, Group, Section, Whole, setting

Profile = Literal["pure", "bare_metal", "vm"]


class Server(Section):
    """What runs on the machine."""

    group: ClassVar[Group] = "advanced"

    model: Literal["worker_pool"] = setting(
        "worker_pool", "Thread model", "How the server's threads share the work.", live=False
    )


class Cpu(Section):
    """The cores and their scheduler."""

    group: ClassVar[Group] = "machine"

    cores: Whole = setting(
        4,
        "Cores",
        "Cores that all threads share; 0: every thread has a core of its own.",
        unit="count",
        low=0,
        high=256,
    )
    quantum_seconds: float = setting(
        0.003,
        "Time slice",
        "Longest turn of a thread on a core while others wait for one.",
        unit="s",
        low=1e-6,
        high=10,
        scale="log",
    )
    context_switch_seconds: float | None = setting(
        None,
        "Context switch",
        "Time a core loses when it takes up a different thread.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )
    cache_refill_seconds: float | None = setting(
        None,
        "Cache refill",
        "Further time lost with each switch because the caches hold the other thread's data.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )


class Costs(Section):
    """Overheads of the machine that belong to no single part."""

    group: ClassVar[Group] = "advanced"

    profile: Profile = setting(
        "bare_metal",
        "Cost profile",
        "Which machine the overheads left unset are taken from; pure: all of them 0.",
        group="machine",
    )
    wake_call_seconds: float | None = setting(
        None,
        "Cost of waking a thread",
        "CPU time the waking thread spends on the call that wakes another one.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )
    wake_latency_seconds: float | None = setting(
        None,
        "Wake-up latency",
        "Time from the wake-up call until the woken thread is ready for a core.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )
    spawn_seconds: float | None = setting(
        None,
        "Thread start",
        "Time to start a new thread.",
        unit="s",
        low=0,
        high=10,
        scale="log",
        from_profile=True,
    )
    reject_seconds: float | None = setting(
        None,
        "Cost of a rejection",
        "CPU time the I/O thread spends to answer that the queue is full.",
        unit="s",
        low=0,
        high=MAX_OVERHEAD_SECONDS,
        scale="log",
        from_profile=True,
    )
