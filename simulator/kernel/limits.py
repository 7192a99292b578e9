"""Capacities that are part of the World's type. The schema refuses what exceeds them and says so."""

from typing import Final

MAX_THREADS: Final = 4096
MAX_IO_THREADS: Final = 64
MAX_WORKERS: Final = 4000
MAX_CORES: Final = 256
MAX_RINGS: Final = 16
MAX_RING_SLOTS: Final = 8192
MAX_RING_TOTAL: Final = 32768
MAX_QUEUE: Final = 65536
MAX_USERS: Final = 65536
MAX_STEPS: Final = 1024

# Every job that can exist at once has a row: in a ring, in the queue, or in the hands of a thread. The queue
# and the rings keep what they hold when they are shrunk, so their maxima are reached at most once each.
MAX_JOBS: Final = MAX_QUEUE + MAX_RING_TOTAL + MAX_THREADS
# Each thread has at most one pending event, each closed-loop user one.
MAX_EVENTS: Final = MAX_THREADS + MAX_USERS

TAPE_CHUNK: Final = 16384

HISTOGRAM_BITS: Final = 7
HISTOGRAM_BUCKETS: Final = 58 * 128

# What waits to be drained between two slices.
OUTBOX_SAMPLES: Final = 1024
OUTBOX_BUCKETS: Final = 1 << 18
OUTBOX_JOBS: Final = 8192
