"""Pre-drawn randomness: one tape a purpose, read in order, two chunks of it in memory.

The values are unit draws (mean 1, or uniform on 0..1); parameters scale them when they are read. A chunk is a
function of (seed, stream, chunk number) alone, so the tapes are a cache and no part of the World. A packet's
demands are read at its own arrival number: two configurations with one seed face identical traffic.
"""

from typing import Final

import numpy as np

from simulator.kernel.codes import STREAMS
from simulator.kernel.jit import hot
from simulator.kernel.limits import TAPE_CHUNK
from simulator.kernel.struct import Record, struct

TAPES: Final = struct(
    ("loaded", np.int64, STREAMS),  # newest chunk in memory; the one before it is there too. -1: none
    ("needed", np.int64),  # after NEED_TAPE: which stream
    ("needed_chunk", np.int64),
    ("values", np.float64, (STREAMS, 2 * TAPE_CHUNK)),
)
_SHIFT: Final = TAPE_CHUNK.bit_length() - 1
_MASK: Final = 2 * TAPE_CHUNK - 1
assert 1 << _SHIFT == TAPE_CHUNK


@hot
def read(tapes: Record, stream: int, index: int) -> float:
    """The draw at a place that `lacks` has been asked about."""
    return tapes.values[stream, index & _MASK]


@hot
def lacks(tapes: Record, stream: int, index: int) -> bool:
    """Whether the chunk with this place is not in memory; then `needed` names it."""
    chunk = index >> _SHIFT
    if tapes.loaded[stream] < chunk:
        tapes.needed = stream
        tapes.needed_chunk = chunk
        return True
    return False
