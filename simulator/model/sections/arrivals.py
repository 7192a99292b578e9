"""Settings of the traffic."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, PlainSerializer

from simulator.model.settings import MAX_DURATION_SECONDS, MAX_RATE_PER_SECOND, Group, Section, Whole, setting

Process = Literal["poisson", "constant", "bursty", "sine", "spike", "closed", "trace"]

OPEN_WITH_RATE = ("poisson", "constant", "bursty", "sine", "spike")


def _rows(value: Any) -> Any:
    """Lists from JSON become tuples; a bare number is a row with an arrival only."""
    if not isinstance(value, (list, tuple)):
        return value
    return tuple(tuple(row) if isinstance(row, (list, tuple)) else (row,) for row in value)


Rows = Annotated[
    tuple[tuple[float, ...], ...],
    BeforeValidator(_rows),
    PlainSerializer(lambda rows: [list(row) for row in rows], return_type=list),
]


class Arrivals(Section):
    """How requests arrive at the card; the parameters of one pattern do not matter to the others."""

    group: ClassVar[Group] = "arrivals"

    process: Process = setting("poisson", "Arrival pattern", "How requests arrive over time.")
    rate_per_second: float = setting(
        600.0,
        "Arrival rate",
        "Mean number of requests per second; 0 is silence.",
        unit="/s",
        low=0,
        high=MAX_RATE_PER_SECOND,
        scale="log",
        when={"process": OPEN_WITH_RATE},
    )
    burst_ratio: float = setting(
        3.0,
        "Burst height",
        "Rate within a burst, as a multiple of the mean rate.",
        unit="factor",
        low=1,
        high=1000,
        scale="log",
        when={"process": ("bursty",)},
    )
    burst_seconds: float = setting(
        0.5,
        "Burst length",
        "Mean length of a burst.",
        unit="s",
        low=1e-6,
        high=MAX_DURATION_SECONDS,
        scale="log",
        when={"process": ("bursty",)},
    )
    calm_seconds: float = setting(
        2.0,
        "Calm between bursts",
        "Mean length of the calm between two bursts; its rate follows from the mean rate.",
        unit="s",
        low=1e-6,
        high=MAX_DURATION_SECONDS,
        scale="log",
        when={"process": ("bursty",)},
    )
    amplitude_ratio: float = setting(
        0.5,
        "Wave height",
        "How far the rate swings around its mean, as a share of it.",
        unit="ratio",
        low=0,
        high=1,
        when={"process": ("sine",)},
    )
    period_seconds: float = setting(
        20.0,
        "Wave length",
        "Time from one peak of the rate to the next.",
        unit="s",
        low=0.001,
        high=MAX_DURATION_SECONDS,
        scale="log",
        when={"process": ("sine",)},
    )
    spike_ratio: float = setting(
        3.0,
        "Spike height",
        "Rate during the spike, as a multiple of the arrival rate.",
        unit="factor",
        low=0,
        high=1000,
        scale="log",
        when={"process": ("spike",)},
    )
    spike_start_seconds: float = setting(
        10.0,
        "Spike starts at",
        "Simulated time of the first spike.",
        unit="s",
        low=0,
        high=MAX_DURATION_SECONDS,
        when={"process": ("spike",)},
    )
    spike_seconds: float = setting(
        5.0,
        "Spike length",
        "How long a spike lasts.",
        unit="s",
        low=1e-6,
        high=MAX_DURATION_SECONDS,
        scale="log",
        when={"process": ("spike",)},
    )
    spike_every_seconds: float = setting(
        0.0,
        "Spike repeats every",
        "Time from one spike's start to the next one's; 0: a single spike.",
        unit="s",
        low=0,
        high=MAX_DURATION_SECONDS,
        when={"process": ("spike",)},
    )
    users: Whole = setting(
        100,
        "Users",
        "Number of users, each of whom waits for the answer before thinking of the next request.",
        unit="count",
        low=1,
        high=65_536,
        scale="log",
        when={"process": ("closed",)},
    )
    think_seconds: float = setting(
        1.0,
        "Think time",
        "Mean time a user thinks between an answer and the next request.",
        unit="s",
        low=1e-6,
        high=MAX_DURATION_SECONDS,
        scale="log",
        when={"process": ("closed",)},
    )
    think_distribution: Literal["exponential", "constant"] = setting(
        "exponential",
        "Think time: law",
        "How think times spread around their mean.",
        when={"process": ("closed",)},
    )
    trace: Rows = setting(
        (),
        "Recorded arrivals",
        "Rows of seconds in order of arrival: [arrival], [arrival, CPU] or [arrival, CPU, call].",
        live=False,
        when={"process": ("trace",)},
    )
    trace_file: str | None = setting(
        None,
        "Recorded arrivals: file",
        "CSV file with the same columns under a header; command line only.",
        live=False,
        when={"process": ("trace",)},
    )

    @property
    def burst_share(self) -> float:
        """Share of the time spent in bursts (`bursty`)."""
        return self.burst_seconds / (self.burst_seconds + self.calm_seconds)

    @property
    def calm_ratio(self) -> float:
        """Rate in the calm as a multiple of the mean rate (`bursty`): what keeps the mean."""
        return max(0.0, (1.0 - self.burst_ratio * self.burst_share) / (1.0 - self.burst_share))
