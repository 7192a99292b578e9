"""What one interval of the run looked like: one row of integers, closed at fixed simulated instants.

The open row is part of the World; `close_interval` completes it, copies it to the outbox with its two
histograms as (bucket, count) pairs, and starts the next. Every column is an integer that can be added up,
or a level at the instant of closing, so rows merge exactly. Nothing here is a percentile: those are
computed above, from the pairs.

`SAMPLE_COLUMNS` names the columns; the constants below are their places. Sums and areas are per interval,
so a week of them never overflows: totals are added up by the layer above.
"""

from typing import Any, Final

import numpy as np

from simulator.kernel.codes import STATES, THREAD_KINDS
from simulator.kernel.jit import hot, inner
from simulator.kernel.limits import HISTOGRAM_BUCKETS, OUTBOX_BUCKETS, OUTBOX_JOBS, OUTBOX_SAMPLES
from simulator.kernel.struct import Record, struct

# Levels at the instant of closing.
END_NS: Final = 0
SEQUENCE: Final = 1
IO_THREADS_WANTED: Final = 2
IO_THREADS_LIVE: Final = 3
WORKERS_WANTED: Final = 4
WORKERS_LIVE: Final = 5
WORKERS_DRAINING: Final = 6
WORKERS_BUSY: Final = 7
QUEUE_DEPTH: Final = 8
QUEUE_CAPACITY: Final = 9
RING_DEPTH: Final = 10
RING_SLOTS: Final = 11
CORES: Final = 12
RUN_QUEUE_DEPTH: Final = 13
CONNECTIONS_IN_USE: Final = 14
CONNECTIONS_WAITING: Final = 15
IN_FLIGHT: Final = 16
ARRIVALS_TOTAL: Final = 17
COMPLETED_TOTAL: Final = 18
DROPPED_TOTAL: Final = 19  # one column a reason
# Counts of the interval.
INTERVAL_NS: Final = 22
ARRIVALS: Final = 23
COMPLETED: Final = 24
DROPPED: Final = 25  # one column a reason
CONTEXT_SWITCHES: Final = 28
WAKEUPS: Final = 29
SPURIOUS_WAKEUPS: Final = 30
LOCK_WAITS: Final = 31
RECEIVES: Final = 32  # times an I/O thread came back from waiting with packets
RECEIVED: Final = 33  # packets it was told of
CALLS: Final = 34
QUEUED: Final = 35  # completed jobs that had gone through the queue: those with a queue wait
CLASS_COMPLETED: Final = 36  # high, low
# Sums of the interval, ns.
RESPONSE_SUM_NS: Final = 38
NIC_WAIT_SUM_NS: Final = 39
IO_SUM_NS: Final = 40
QUEUE_WAIT_SUM_NS: Final = 41
SERVICE_SUM_NS: Final = 42
CLASS_QUEUE_WAIT_SUM_NS: Final = 43  # high, low
SOJOURN_SUM_NS: Final = 45  # over all that left, completed or dropped
CONNECTION_WAIT_SUM_NS: Final = 46
SYSTEM_AREA_NS: Final = 47  # packets and jobs inside x ns
QUEUE_AREA_NS: Final = 48
RING_AREA_NS: Final = 49
LOCK_HELD_NS: Final = 50
CORES_BUSY_NS: Final = 51  # switching included
CORES_SWITCHING_NS: Final = 52
CORES_NS: Final = 53  # cores x ns: what could have been busy
# Largest of the interval.
RESPONSE_MAX_NS: Final = 54
QUEUE_WAIT_MAX_NS: Final = 55
QUEUE_MAX: Final = 56
RING_MAX: Final = 57
# Time of the threads of each kind in each state, ns.
STATE_NS: Final = 58
# Where this row's histogram entries lie in the outbox.
RESPONSE_FIRST: Final = 82
RESPONSE_ENTRIES: Final = 83
WAIT_FIRST: Final = 84
WAIT_ENTRIES: Final = 85
COLUMNS: Final = 86

FIRST_INTERVAL_COLUMN: Final = INTERVAL_NS
assert STATE_NS + THREAD_KINDS * STATES == RESPONSE_FIRST


def _column_names() -> list[str]:
    from simulator.kernel.codes import DROP_NAMES, STATE_NAMES, THREAD_KIND_NAMES

    many = {
        "DROPPED_TOTAL": [f"dropped_{reason}_total" for reason in DROP_NAMES],
        "DROPPED": [f"dropped_{reason}" for reason in DROP_NAMES],
        "CLASS_COMPLETED": ["high_completed", "low_completed"],
        "CLASS_QUEUE_WAIT_SUM_NS": ["high_queue_wait_sum_ns", "low_queue_wait_sum_ns"],
        "STATE_NS": [f"{kind}_{state}_ns" for kind in THREAD_KIND_NAMES for state in STATE_NAMES],
    }
    skip = {"COLUMNS", "FIRST_INTERVAL_COLUMN", "STATES", "THREAD_KINDS"}
    skip |= {"HISTOGRAM_BUCKETS", "OUTBOX_BUCKETS", "OUTBOX_JOBS", "OUTBOX_SAMPLES"}
    names = [""] * COLUMNS
    for constant, place in list(globals().items()):
        if constant.isupper() and isinstance(place, int) and constant not in skip and constant[0] != "_":
            for offset, name in enumerate(many.get(constant, [constant.lower()])):
                names[place + offset] = name
    assert all(names)
    return names


SAMPLE_COLUMNS: Final = tuple(_column_names())
# The same row with named fields: view int64[n, COLUMNS] as this to read columns by name.
SAMPLE: Final[np.dtype[Any]] = np.dtype([(name, np.int64) for name in SAMPLE_COLUMNS])

# The job log, one row a finished job, when it is switched on (outbox.jobs_wanted).
JOB_NUMBER: Final = 0
JOB_ARRIVED_NS: Final = 1
JOB_READ_NS: Final = 2
JOB_PUT_NS: Final = 3  # -1: never was in the queue
JOB_TAKEN_NS: Final = 4
JOB_LEFT_NS: Final = 5
JOB_END: Final = 6  # END_COMPLETED or a drop reason
JOB_CLASS: Final = 7
JOB_THREAD: Final = 8
JOB_COLUMNS: Final = 9
JOB_LOG_COLUMNS: Final = (
    "number",
    "arrived_ns",
    "read_ns",
    "put_ns",
    "taken_ns",
    "left_ns",
    "end",
    "class_",
    "thread",
)
JOB_LOG: Final[np.dtype[Any]] = np.dtype([(name, np.int64) for name in JOB_LOG_COLUMNS])

OUTBOX: Final = struct(
    ("samples_count", np.int64),
    ("buckets_count", np.int64),
    ("jobs_count", np.int64),
    ("jobs_wanted", np.int64),
    ("samples", np.int64, (OUTBOX_SAMPLES, COLUMNS)),
    ("buckets", np.uint32, (OUTBOX_BUCKETS, 2)),
    ("jobs", np.int64, (OUTBOX_JOBS, JOB_COLUMNS)),
)

METRICS: Final = struct(
    ("next_sample_ns", np.int64),
    ("sample_interval_ns", np.int64),
    ("interval_start_ns", np.int64),
    ("warmup_ns", np.int64),  # totals are cleared at this instant; NEVER afterwards
    ("sequence", np.int64),
    ("arrivals_total", np.int64),
    ("completed_total", np.int64),
    ("dropped_total", np.int64, 3),
    ("in_system", np.int64),
    ("system_changed_ns", np.int64),
    ("response_low", np.int64),  # buckets used in the open interval: from low to high
    ("response_high", np.int64),
    ("wait_low", np.int64),
    ("wait_high", np.int64),
    ("open", np.int64, COLUMNS),
    ("response_open", np.int64, HISTOGRAM_BUCKETS),
    ("wait_open", np.int64, HISTOGRAM_BUCKETS),
    ("response_total", np.int64, HISTOGRAM_BUCKETS),  # since warm-up, up to the last closing
    ("wait_total", np.int64, HISTOGRAM_BUCKETS),
)


@inner
def emit_histogram(counts: Record, totals: Record, low: int, high: int, outbox: Record) -> int:
    """Move the open histogram into the outbox as pairs and into the totals; returns the number of pairs."""
    place = outbox.buckets_count
    for bucket in range(low, high + 1):
        count = counts[bucket]
        if count != 0:
            outbox.buckets[place, 0] = bucket
            outbox.buckets[place, 1] = count
            totals[bucket] += count
            counts[bucket] = 0
            place += 1
    entries = place - outbox.buckets_count
    outbox.buckets_count = place
    return entries


@inner
def outbox_is_full(outbox: Record) -> bool:
    """Whether one more interval might not fit: the caller has to drain first."""
    return (
        outbox.samples_count >= OUTBOX_SAMPLES
        or outbox.buckets_count > OUTBOX_BUCKETS - 2 * HISTOGRAM_BUCKETS
    )


@hot
def enter_system(metrics: Record, now_ns: int) -> None:
    """One packet more inside."""
    metrics.open[SYSTEM_AREA_NS] += metrics.in_system * (now_ns - metrics.system_changed_ns)
    metrics.system_changed_ns = now_ns
    metrics.in_system += 1


@hot
def leave_system(metrics: Record, now_ns: int, arrived_ns: int) -> None:
    """One packet or job less inside, whatever its end."""
    metrics.open[SYSTEM_AREA_NS] += metrics.in_system * (now_ns - metrics.system_changed_ns)
    metrics.system_changed_ns = now_ns
    metrics.in_system -= 1
    metrics.open[SOJOURN_SUM_NS] += now_ns - arrived_ns
