"""Settings of a job: the time it needs on a core and at a backend, and how much that varies."""

from __future__ import annotations

from typing import ClassVar, Literal

from simulator.model.settings import MAX_DURATION_SECONDS, Group, Section, Whole, setting

Distribution = Literal[
    "constant", "exponential", "lognormal", "pareto", "bimodal", "hyperexponential", "erlang", "uniform"
]


class Demand(Section):
    """The law of a time each job needs; the values of one law's parameters do not matter to the others."""

    group: ClassVar[Group] = "job"

    distribution: Distribution = setting("exponential", "law", "How the times spread around their mean.")
    mean_seconds: float = setting(
        0.001, "mean", "Mean time.", unit="s", low=0, high=MAX_DURATION_SECONDS, scale="log"
    )
    cv: float = setting(
        2.0,
        "variation",
        "Standard deviation as a multiple of the mean; hyperexponential needs at least 1.",
        unit="factor",
        low=0,
        high=50,
        when={"distribution": ("lognormal", "hyperexponential")},
    )
    alpha: float = setting(
        1.5,
        "tail exponent",
        "The smaller, the heavier the tail.",
        unit="factor",
        low=1.01,
        high=20,
        when={"distribution": ("pareto",)},
    )
    max_ratio: float = setting(
        1000.0,
        "longest to shortest",
        "The longest time as a multiple of the shortest.",
        unit="factor",
        low=1.01,
        high=1e9,
        scale="log",
        when={"distribution": ("pareto",)},
    )
    slow_ratio: float = setting(
        0.05,
        "share of slow jobs",
        "Share of the jobs that are slow.",
        unit="ratio",
        low=0,
        high=1,
        when={"distribution": ("bimodal",)},
    )
    slow_factor: float = setting(
        10.0,
        "slow to fast",
        "Time of a slow job as a multiple of a fast one's.",
        unit="factor",
        low=1,
        high=1e6,
        scale="log",
        when={"distribution": ("bimodal",)},
    )
    stages: Whole = setting(
        4,
        "stages",
        "Number of equal exponential stages: the more, the more regular.",
        unit="count",
        low=1,
        high=1000,
        scale="log",
        when={"distribution": ("erlang",)},
    )


class JobCpu(Demand):
    """Time a job needs on a core."""

    title_prefix: ClassVar[str] = "CPU time"

    mean_seconds: float = setting(
        0.001,
        "mean",
        "Mean time a job needs on a core.",
        unit="s",
        low=0,
        high=MAX_DURATION_SECONDS,
        scale="log",
    )


class JobCall(Demand):
    """Time a job waits for a backend."""

    title_prefix: ClassVar[str] = "Backend call"

    mean_seconds: float = setting(
        0.009,
        "mean",
        "Mean time a job waits for a backend (database, cache); the worker is busy, its core is not.",
        unit="s",
        low=0,
        high=MAX_DURATION_SECONDS,
        scale="log",
    )
    connections: Whole = setting(
        0,
        "connections",
        "Connections to the backend that the workers share; 0: no limit.",
        unit="count",
        low=0,
        high=4096,
        scale="log",
    )


class Job(Section):
    """What one request asks of the server."""

    group: ClassVar[Group] = "job"

    cpu: JobCpu = JobCpu()
    call: JobCall = JobCall()
    high_priority_ratio: float = setting(
        0.2,
        "High-priority jobs",
        "Share of the jobs that have high priority.",
        unit="ratio",
        low=0,
        high=1,
        when={"queue.discipline": ("priority",)},
    )
