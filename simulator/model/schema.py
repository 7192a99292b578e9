"""The configuration of one run: every setting, its type, range, default and words, declared once.

All times are seconds, rates are per second, ratios run from 0 to 1; the kernel's nanoseconds appear nowhere
here. The settings themselves are in `sections`. A field with default None takes its value from
`costs.profile` (profiles.py). Rules that involve several settings are in checks.py; reading dictionaries,
filling in the profile and changing single keys are in resolve.py.
"""

from __future__ import annotations

from typing import ClassVar

from simulator.model.sections.arrivals import Arrivals
from simulator.model.sections.front import Io, Nic
from simulator.model.sections.job import Job
from simulator.model.sections.machine import Costs, Cpu, Server
from simulator.model.sections.pool import Queue, Workers
from simulator.model.settings import MAX_SEED, Group, Section, Whole, setting


class Configuration(Section):
    """Everything that defines a run: with the seed and the live edits it determines every event."""

    group: ClassVar[Group] = "advanced"

    seed: Whole = setting(
        1,
        "Seed",
        "Number from which all randomness comes; the same seed gives the same run.",
        low=0,
        high=MAX_SEED,
        live=False,
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
        0.1,
        "Sample interval",
        "Simulated time that one sample of the metrics covers.",
        unit="s",
        low=0.001,
        high=3600,
        scale="log",
    )
