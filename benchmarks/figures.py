"""What one engine found about the pipeline, and the pipeline's own numbers; shared by both engines."""

from __future__ import annotations

from dataclasses import dataclass, field

ARRIVALS_PER_SECOND = 7200.0
RING_SLOTS = 256
IO_THREADS = 2
IO_SECONDS = 20e-6
QUEUE_CAPACITY = 1000
WORKERS = 8
CALL_SECONDS = 0.001
SAMPLE_INTERVAL_SECONDS = 0.1


@dataclass
class Figures:
    """Sums over one or several rounds: adding two of them gives the figures of both."""

    simulated_seconds: float = 0.0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    offered: int = 0
    completed: int = 0
    dropped: int = 0
    samples: int = 0
    queue_wait_sum_seconds: float = 0.0
    response_sum_seconds: float = 0.0
    worker_busy_seconds: float = 0.0
    worker_lifetime_seconds: float = 0.0
    # Mean queue wait of consecutive stretches of the run: their scatter tells how exact the mean is.
    wait_means_seconds: list[float] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__}
        )

    @property
    def jobs_per_wall_second(self) -> float:
        """How fast: completed jobs per second of the wall clock."""
        return self.completed / self.wall_seconds

    @property
    def jobs_per_cpu_second(self) -> float:
        """The same per second of processor time, which a busy neighbour disturbs less."""
        return self.completed / self.cpu_seconds

    @property
    def mean_queue_wait_seconds(self) -> float:
        """From the put to the take."""
        return self.queue_wait_sum_seconds / self.completed

    @property
    def mean_response_seconds(self) -> float:
        """From the packet's arrival at the card to the reply."""
        return self.response_sum_seconds / self.completed

    @property
    def worker_utilization(self) -> float:
        """Share of the workers' lifetime spent on jobs."""
        return self.worker_busy_seconds / self.worker_lifetime_seconds

    @property
    def throughput_per_second(self) -> float:
        """Completed jobs per simulated second."""
        return self.completed / self.simulated_seconds
