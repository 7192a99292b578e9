"""Queueing theory: the formulas that the simulation is held to, and that explain what it shows.

Every function names its source; all run on NumPy alone. Overheads (context switches, locks, wake-ups, the I/O
threads' own time) are zero in these formulas except where a name says otherwise.
"""

from simulator.model.theory.closed import ClosedLoop, Stations, mva, saturation_users
from simulator.model.theory.flows import Spike, Tandem, pipeline_capacity, ring_overflow
from simulator.model.theory.many_servers import MMc, MMcK, erlang_b, erlang_c
from simulator.model.theory.one_server import (
    GM1,
    MD1,
    MG1,
    allen_cunneen_wait,
    busy_period_tail,
    constant_gaps,
    erlang_gaps,
    kingman_wait,
    lifo_wait_percentile,
    set_up_wait,
)
from simulator.model.theory.orders import JobClass, cobham_waits, shortest_first_wait, shortest_first_wait_of

__all__ = [
    "GM1",
    "MD1",
    "MG1",
    "ClosedLoop",
    "JobClass",
    "MMc",
    "MMcK",
    "Spike",
    "Stations",
    "Tandem",
    "allen_cunneen_wait",
    "busy_period_tail",
    "cobham_waits",
    "constant_gaps",
    "erlang_b",
    "erlang_c",
    "erlang_gaps",
    "kingman_wait",
    "lifo_wait_percentile",
    "mva",
    "pipeline_capacity",
    "ring_overflow",
    "saturation_users",
    "set_up_wait",
    "shortest_first_wait",
    "shortest_first_wait_of",
]
