"""The World: everything a simulation is, in one record. Composition only.

What is not in it: the tapes (a cache of pure functions of the seed) and the outbox (what waits to be read).
So two runs that are at the same place have the same bytes, however they were sliced and read.
"""

from typing import Final

import numpy as np

from simulator.kernel.arrivals import ARRIVALS
from simulator.kernel.backends import BACKEND
from simulator.kernel.calendar import CALENDAR
from simulator.kernel.codes import THREAD_KINDS
from simulator.kernel.cpu import CPU
from simulator.kernel.jobs import JOBS
from simulator.kernel.limits import MAX_STEPS
from simulator.kernel.nic import NIC
from simulator.kernel.queues import QUEUE
from simulator.kernel.samples import METRICS
from simulator.kernel.steps import STEP
from simulator.kernel.struct import struct
from simulator.kernel.threads import THREADS

WORLD: Final = struct(
    ("now_ns", np.int64),
    ("events", np.int64),
    ("job_cpu_ns", np.float64),
    ("job_call_ns", np.float64),
    ("wake_call_ns", np.int64),
    ("wake_latency_ns", np.int64),
    ("spawn_ns", np.int64),
    ("reject_ns", np.int64),
    ("program_start", np.int64, THREAD_KINDS),
    ("arrivals", ARRIVALS),
    ("metrics", METRICS),
    ("cpu", CPU),
    ("backend", BACKEND),
    ("steps", STEP, MAX_STEPS),
    ("threads", THREADS),
    ("nic", NIC),
    ("queue", QUEUE),
    ("calendar", CALENDAR),
    ("jobs", JOBS),
)
