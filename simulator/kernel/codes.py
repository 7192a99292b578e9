"""The integers that stand for names inside the kernel: thread states, kinds, policies, drop reasons, tapes.

The order of `STATE_NAMES` and `DROP_NAMES` is part of the wire contract (docs/wire.md).
"""

from typing import Final

# Thread states. A thread is in exactly one of them at every instant.
RUNNING: Final = 0
READY: Final = 1
SPINNING: Final = 2
WAITING_LOCK: Final = 3
PARKED: Final = 4
SLEEPING: Final = 5
CALLING: Final = 6
WAITING_FUTURE: Final = 7
STARTING: Final = 8
STOPPED: Final = 9
WAITING_SPACE: Final = 10
WAITING_CONNECTION: Final = 11
STATES: Final = 12
STATE_NAMES: Final = (
    "running",
    "ready",
    "spinning",
    "waiting_lock",
    "parked",
    "sleeping",
    "calling",
    "waiting_future",
    "starting",
    "stopped",
    "waiting_space",
    "waiting_connection",
)
STATE_GLYPHS: Final = "RrSLPZCF+.WK"

# Thread kinds.
THREAD_KIND_IO: Final = 0
THREAD_KIND_WORKER: Final = 1
THREAD_KINDS: Final = 2
THREAD_KIND_NAMES: Final = ("io_threads", "workers")

# Why a packet or a job was lost.
DROP_NIC: Final = 0
DROP_QUEUE: Final = 1
DROP_OLDEST: Final = 2
DROP_REASONS: Final = 3
DROP_NAMES: Final = ("nic", "queue", "oldest")
END_COMPLETED: Final = -1  # in the job log: not a drop

# Tape streams: one independent source of randomness per purpose.
STREAM_GAP: Final = 0
STREAM_CPU: Final = 1
STREAM_CALL: Final = 2
STREAM_IO: Final = 3
STREAM_CLASS: Final = 4
STREAM_RING: Final = 5
STREAM_PHASE: Final = 6
STREAM_THINK: Final = 7
STREAMS: Final = 8

# Arrival processes. Poisson, constant and trace share one rule: the tape's gap, scaled by the rate.
ARRIVALS_STEADY: Final = 0
ARRIVALS_BURSTY: Final = 1
ARRIVALS_SINE: Final = 2
ARRIVALS_SPIKE: Final = 3
ARRIVALS_CLOSED: Final = 4

# Job queue: order of service and what happens when it is full.
FIFO: Final = 0
LIFO: Final = 1
PRIORITY: Final = 2
SJF: Final = 3
OVERFLOW_REJECT: Final = 0
OVERFLOW_DROP_OLDEST: Final = 1
OVERFLOW_BLOCK: Final = 2
OVERFLOW_CALLER_RUNS: Final = 3

# Who gets a released mutex, and which parked thread is woken.
BARGING: Final = 0
FAIR: Final = 1
WAKE_LIFO: Final = 0
WAKE_FIFO: Final = 1

# Rank of simultaneous events (model.md 0); metric ticks come last, outside the calendar.
RANK_COMPLETION: Final = 0
RANK_TIMER: Final = 1
RANK_ARRIVAL: Final = 2

# Why `advance` came back.
REACHED_TIME: Final = 0
REACHED_EVENTS: Final = 1
NEED_TAPE: Final = 2
NEED_DRAIN: Final = 3
FINISHED: Final = 4

NOBODY: Final = -1
NEVER: Final = 2**62
