"""The configuration of one run: every setting, its type, range, default and words, declared once.

All times are seconds, rates are per second, ratios run from 0 to 1; the kernel's nanoseconds appear nowhere here.
A field with default None takes its value from `costs.profile` (profiles.py). Rules that involve several settings are in
checks.py; reading dictionaries, filling in the profile and changing single keys are in resolve.py.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, PlainSerializer

from simulator.model.settings import Group, Section, Whole, setting

MAX_SEED = 2**63 - 1
MAX_RATE_PER_SECOND = 10_000_000.0
MAX_DURATION_SECONDS = 10_000.0
MAX_OVERHEAD_SECONDS = 1.0
MAX_RING_SLOTS_TOTAL = 32_768
MAX_TRACE_ROWS_INLINE = 100_000

Profile = Literal["pure", "bare_metal", "vm"]
Process = Literal["poisson", "constant", "bursty", "sine", "spike", "closed", "trace"]
Distribution = Literal[
    "constant", "exponential", "lognormal", "pareto", "bimodal", "hyperexponential", "erlang", "uniform"
]

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


class Server(Section):
    group: ClassVar[Group] = "advanced"

    model: Literal["worker_pool"] = setting(
        "worker_pool", "Thread model", "How the server's threads share the work.", live=False
    )


class Costs(Section):
    """Overheads of the machine that belong to no single part."""

    group: ClassVar[Group] = "advanced"

    profile: Profile = setting(
        "bare_metal", "Cost profile", "Which machine the overheads left unset are taken from; pure: all of them 0.",
        group="machine",
    )
    wake_call_seconds: float | None = setting(
        None, "Cost of waking a thread", "CPU time the waking thread spends on the call that wakes another one.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )
    wake_latency_seconds: float | None = setting(
        None, "Wake-up latency", "Time from the wake-up call until the woken thread is ready for a core.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )
    spawn_seconds: float | None = setting(
        None, "Thread start", "Time to start a new thread.",
        unit="s", low=0, high=10, scale="log", from_profile=True,
    )
    reject_seconds: float | None = setting(
        None, "Cost of a rejection", "CPU time the I/O thread spends to answer that the queue is full.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )


class Arrivals(Section):
    group: ClassVar[Group] = "arrivals"

    process: Process = setting("poisson", "Arrival pattern", "How requests arrive over time.")
    rate_per_second: float = setting(
        600.0, "Arrival rate", "Mean number of requests per second; 0 is silence.",
        unit="/s", low=0, high=MAX_RATE_PER_SECOND, scale="log", when={"process": OPEN_WITH_RATE},
    )
    burst_ratio: float = setting(
        3.0, "Burst height", "Rate within a burst, as a multiple of the mean rate.",
        unit="factor", low=1, high=1000, scale="log", when={"process": ("bursty",)},
    )
    burst_seconds: float = setting(
        0.5, "Burst length", "Mean length of a burst.",
        unit="s", low=1e-6, high=MAX_DURATION_SECONDS, scale="log", when={"process": ("bursty",)},
    )
    calm_seconds: float = setting(
        2.0, "Calm between bursts", "Mean length of the calm between two bursts; its rate follows from the mean rate.",
        unit="s", low=1e-6, high=MAX_DURATION_SECONDS, scale="log", when={"process": ("bursty",)},
    )
    amplitude_ratio: float = setting(
        0.5, "Wave height", "How far the rate swings around its mean, as a share of it.",
        unit="ratio", low=0, high=1, when={"process": ("sine",)},
    )
    period_seconds: float = setting(
        20.0, "Wave length", "Time from one peak of the rate to the next.",
        unit="s", low=0.001, high=MAX_DURATION_SECONDS, scale="log", when={"process": ("sine",)},
    )
    spike_ratio: float = setting(
        3.0, "Spike height", "Rate during the spike, as a multiple of the arrival rate.",
        unit="factor", low=0, high=1000, scale="log", when={"process": ("spike",)},
    )
    spike_start_seconds: float = setting(
        10.0, "Spike starts at", "Simulated time of the first spike.",
        unit="s", low=0, high=MAX_DURATION_SECONDS, when={"process": ("spike",)},
    )
    spike_seconds: float = setting(
        5.0, "Spike length", "How long a spike lasts.",
        unit="s", low=1e-6, high=MAX_DURATION_SECONDS, scale="log", when={"process": ("spike",)},
    )
    spike_every_seconds: float = setting(
        0.0, "Spike repeats every", "Time from one spike's start to the next one's; 0: a single spike.",
        unit="s", low=0, high=MAX_DURATION_SECONDS, when={"process": ("spike",)},
    )
    users: Whole = setting(
        100, "Users", "Number of users, each of whom waits for the answer before thinking of the next request.",
        unit="count", low=1, high=65_536, scale="log", when={"process": ("closed",)},
    )
    think_seconds: float = setting(
        1.0, "Think time", "Mean time a user thinks between an answer and the next request.",
        unit="s", low=1e-6, high=MAX_DURATION_SECONDS, scale="log", when={"process": ("closed",)},
    )
    think_distribution: Literal["exponential", "constant"] = setting(
        "exponential", "Think time: law", "How think times spread around their mean.", when={"process": ("closed",)}
    )
    trace: Rows = setting(
        (), "Recorded arrivals",
        "Rows [arrival seconds], [arrival, CPU seconds] or [arrival, CPU seconds, call seconds], in order of arrival.",
        live=False, when={"process": ("trace",)},
    )
    trace_file: str | None = setting(
        None, "Recorded arrivals: file", "CSV file with the same columns under a header; command line only.",
        live=False, when={"process": ("trace",)},
    )

    @property
    def burst_share(self) -> float:
        """Share of the time spent in bursts (`bursty`)."""
        return self.burst_seconds / (self.burst_seconds + self.calm_seconds)

    @property
    def calm_ratio(self) -> float:
        """Rate in the calm as a multiple of the mean rate (`bursty`): what keeps the mean."""
        return max(0.0, (1.0 - self.burst_ratio * self.burst_share) / (1.0 - self.burst_share))


class Nic(Section):
    """The network card."""

    group: ClassVar[Group] = "network card"

    ring_slots: Whole = setting(
        256, "Ring slots", "Packets one receive ring can hold; a packet that finds its ring full is dropped.",
        unit="count", low=1, high=8192, scale="log",
    )
    queues: Whole = setting(
        1, "Receive rings", "Number of receive rings; each packet goes to one of them at random.",
        unit="count", low=1, high=16,
    )


class Cpu(Section):
    group: ClassVar[Group] = "machine"

    cores: Whole = setting(
        4, "Cores", "Cores that all threads share; 0: every thread has a core of its own.",
        unit="count", low=0, high=256,
    )
    quantum_seconds: float = setting(
        0.003, "Time slice", "Longest turn of a thread on a core while others wait for one.",
        unit="s", low=1e-6, high=10, scale="log",
    )
    context_switch_seconds: float | None = setting(
        None, "Context switch", "Time a core loses when it takes up a different thread.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )
    cache_refill_seconds: float | None = setting(
        None, "Cache refill", "Further time lost with each switch because the caches hold the other thread's data.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )


class Io(Section):
    """The threads that take packets from the card and put jobs into the queue."""

    group: ClassVar[Group] = "I/O threads"

    threads: Whole = setting(
        2, "I/O threads", "Threads that take packets from the card and put jobs into the queue.",
        unit="count", low=1, high=64, scale="log",
    )
    model: Literal["epoll"] = setting(
        "epoll", "I/O model", "How I/O threads learn of packets: epoll wakes one with a batch of those that are ready."
    )
    batch: Whole = setting(
        64, "Batch", "Most packets one wake-up hands to an I/O thread.",
        unit="count", low=1, high=1024, scale="log",
    )
    cpu_per_request_seconds: float | None = setting(
        None, "CPU per request", "CPU time an I/O thread spends to read and parse one request.",
        unit="s", low=0, high=10, scale="log", from_profile=True,
    )
    cpu_distribution: Literal["constant", "exponential"] = setting(
        "constant", "CPU per request: law", "How that time spreads around its mean."
    )
    cpu_per_wakeup_seconds: float | None = setting(
        None, "CPU per batch", "CPU time of the call that fetches a batch of ready packets.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )


class Queue(Section):
    """The job queue between I/O threads and workers."""

    group: ClassVar[Group] = "job queue"

    capacity: Whole = setting(
        1000, "Queue capacity", "Jobs that may wait; those being worked on do not count.",
        unit="count", low=1, high=65_536, scale="log",
    )
    discipline: Literal["fifo", "lifo", "priority", "sjf"] = setting(
        "fifo", "Order", "Which job is taken next: oldest, newest, high priority first, or shortest first."
    )
    overflow: Literal["reject", "drop_oldest", "block", "caller_runs"] = setting(
        "reject", "When full",
        "Reject the new job, drop the oldest one, block the I/O thread, or let the I/O thread run the job itself.",
    )
    guard: Literal["mutex"] = setting("mutex", "Guard", "What keeps two threads from changing the queue at once.")
    hold_seconds: float | None = setting(
        None, "Time under the lock", "How long one put or take holds the queue's lock.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )
    fairness: Literal["barging", "fair"] = setting(
        "barging", "Lock fairness",
        "barging: whoever comes first gets a freed lock; fair: it is handed to the thread that waited longest.",
    )
    handoff_seconds: float | None = setting(
        None, "Lock hand-over", "Time from freeing the lock until the thread that waited for it is ready for a core.",
        unit="s", low=0, high=MAX_OVERHEAD_SECONDS, scale="log", from_profile=True,
    )


class Workers(Section):
    group: ClassVar[Group] = "workers"

    count: Whole = setting(
        8, "Workers", "Worker threads; when there are fewer, the busy ones finish their jobs first.",
        unit="count", low=1, high=4000, scale="log",
    )
    wait: Literal["guarded_suspension"] = setting(
        "guarded_suspension", "Idle workers", "What a worker without work does: guarded suspension sleeps until woken."
    )
    wake_order: Literal["lifo", "fifo"] = setting(
        "lifo", "Wake order", "Which idle worker is woken: the last to fall idle (its caches are warm) or the first."
    )


class Demand(Section):
    """The law of a time each job needs; the values of one law's parameters do not matter to the others."""

    group: ClassVar[Group] = "job"

    distribution: Distribution = setting("exponential", "law", "How the times spread around their mean.")
    mean_seconds: float = setting(
        0.001, "mean", "Mean time.", unit="s", low=0, high=MAX_DURATION_SECONDS, scale="log"
    )
    cv: float = setting(
        2.0, "variation", "Standard deviation as a multiple of the mean; hyperexponential needs at least 1.",
        unit="factor", low=0, high=50, when={"distribution": ("lognormal", "hyperexponential")},
    )
    alpha: float = setting(
        1.5, "tail exponent", "The smaller, the heavier the tail.",
        unit="factor", low=1.01, high=20, when={"distribution": ("pareto",)},
    )
    max_ratio: float = setting(
        1000.0, "longest to shortest", "The longest time as a multiple of the shortest.",
        unit="factor", low=1.01, high=1e9, scale="log", when={"distribution": ("pareto",)},
    )
    slow_ratio: float = setting(
        0.05, "share of slow jobs", "Share of the jobs that are slow.",
        unit="ratio", low=0, high=1, when={"distribution": ("bimodal",)},
    )
    slow_factor: float = setting(
        10.0, "slow to fast", "Time of a slow job as a multiple of a fast one's.",
        unit="factor", low=1, high=1e6, scale="log", when={"distribution": ("bimodal",)},
    )
    stages: Whole = setting(
        4, "stages", "Number of equal exponential stages: the more, the more regular.",
        unit="count", low=1, high=1000, scale="log", when={"distribution": ("erlang",)},
    )


class JobCpu(Demand):
    title_prefix: ClassVar[str] = "CPU time"

    mean_seconds: float = setting(
        0.001, "mean", "Mean time a job needs on a core.",
        unit="s", low=0, high=MAX_DURATION_SECONDS, scale="log",
    )


class JobCall(Demand):
    title_prefix: ClassVar[str] = "Backend call"

    mean_seconds: float = setting(
        0.009, "mean", "Mean time a job waits for a backend (database, cache); the worker is busy, its core is not.",
        unit="s", low=0, high=MAX_DURATION_SECONDS, scale="log",
    )
    connections: Whole = setting(
        0, "connections", "Connections to the backend that the workers share; 0: no limit.",
        unit="count", low=0, high=4096, scale="log",
    )


class Job(Section):
    group: ClassVar[Group] = "job"

    cpu: JobCpu = JobCpu()
    call: JobCall = JobCall()
    high_priority_ratio: float = setting(
        0.2, "High-priority jobs", "Share of the jobs that have high priority.",
        unit="ratio", low=0, high=1, when={"queue.discipline": ("priority",)},
    )


class Configuration(Section):
    """Everything that defines a run: with the seed and the live edits it determines every event."""

    group: ClassVar[Group] = "advanced"

    seed: Whole = setting(
        1, "Seed", "Number from which all randomness comes; the same seed gives the same run.",
        low=0, high=MAX_SEED, live=False,
    )
    server: Server = Server()
    arrivals: Arrivals = Arrivals()
    nic: Nic = Nic()
    io: Io = Io()
    queue: Queue = Queue()
    workers: Workers = Workers()
    job: Job = Job()
    cpu: Cpu = Cpu()
    costs: Costs = Costs()
    sample_interval_seconds: float = setting(
        0.1, "Sample interval", "Simulated time that one sample of the metrics covers.",
        unit="s", low=0.001, high=3600, scale="log",
    )
