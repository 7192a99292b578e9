"""Where packets come from: open sources driven by a schedule, and closed-loop users who think.

Every open source is a unit-rate process in operational time, the integral of the rate: the tape holds the
gaps in it, and the rate says when a gap is over. A change of the rate, by hand or by the source itself (a
burst, a spike, a sine), rescales what is left of the pending gap; for a Poisson source that is exact,
because the gap has no memory (Cinlar, Introduction to Stochastic Processes, 1975, ch. 4), and two runs with
one seed keep the same gaps.

Leaves out: sessions, batches, connections.
"""

import math
from typing import Final

import numpy as np

from simulator.kernel.calendar import push
from simulator.kernel.codes import (
    ARRIVALS_BURSTY,
    ARRIVALS_CLOSED,
    ARRIVALS_SINE,
    ARRIVALS_SPIKE,
    NEVER,
    NOBODY,
    RANK_ARRIVAL,
    STREAM_GAP,
    STREAM_PHASE,
    STREAM_THINK,
)
from simulator.kernel.jit import hot, inner
from simulator.kernel.struct import Record, struct
from simulator.kernel.tapes import read

ARRIVALS: Final = struct(
    ("process", np.int64),
    ("gap_ns", np.float64),  # mean gap at the base rate; infinite at rate 0
    ("factor", np.float64),  # rate in this phase, in units of the base rate
    ("next_ns", np.int64),
    ("gap_left", np.float64),  # of the pending gap, at `gap_from_ns`, in operational time
    ("gap_from_ns", np.int64),
    ("gap_index", np.int64),
    ("ended", np.int64),  # the trace has no more packets
    # bursty and spike: the phase, and when it changes
    ("phase", np.int64),  # 1: burst or spike
    ("next_phase_ns", np.int64),
    ("phase_index", np.int64),
    ("high_factor", np.float64),
    ("low_factor", np.float64),
    ("high_ns", np.float64),
    ("low_ns", np.float64),
    ("spike_start_ns", np.int64),
    ("spike_length_ns", np.int64),
    ("spike_every_ns", np.int64),
    # sine
    ("amplitude", np.float64),
    ("period_ns", np.int64),
    # closed
    ("users_wanted", np.int64),
    ("users_live", np.int64),
    ("think_ns", np.float64),
    ("think_index", np.int64),
    # which demand tapes are read; the others stand for 1
    ("reads_cpu", np.int64),
    ("reads_call", np.int64),
    ("reads_io", np.int64),
    ("reads_class", np.int64),
    ("high_ratio", np.float64),
)
_FAR_NS: Final = 4.0e18


@hot
def rounded(length_ns: float) -> int:
    """A drawn duration as whole nanoseconds, rounded once."""
    return int(length_ns + 0.5)


@inner
def _sine_area(a: Record, start_ns: int, length_ns: float) -> float:
    """Integral of 1 + amplitude sin(2 pi t / period) over `length_ns` from `start_ns`, in ns."""
    turn = 2.0 * math.pi / a.period_ns
    phase = turn * (start_ns % a.period_ns)
    return length_ns + a.amplitude / turn * (math.cos(phase) - math.cos(phase + turn * length_ns))


@inner
def _sine_length(a: Record, start_ns: int, area: float) -> float:
    """The inverse of `_sine_area` in its length, by bisection to a quarter of a nanosecond."""
    swing = a.amplitude * a.period_ns / math.pi
    low = max(0.0, area - swing)
    high = area + swing
    while high - low > 0.25:
        middle = 0.5 * (low + high)
        if middle <= low or middle >= high:  # so far ahead that doubles are coarser than that
            break
        if _sine_area(a, start_ns, middle) < area:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@inner
def schedule(a: Record) -> None:
    """Set when the pending gap is over, from what is left of it."""
    a.next_ns = NEVER
    if a.process == ARRIVALS_CLOSED or a.ended != 0 or a.factor <= 0.0:
        return
    length_ns = a.gap_left * a.gap_ns
    if a.process == ARRIVALS_SINE:
        if length_ns < _FAR_NS:
            length_ns = _sine_length(a, a.gap_from_ns, length_ns)
    else:
        length_ns /= a.factor
    if length_ns < _FAR_NS:
        a.next_ns = a.gap_from_ns + rounded(length_ns)


@hot
def next_gap(a: Record, tapes: Record, now_ns: int) -> None:
    """A packet has come: read the gap to the next."""
    gap = read(tapes, STREAM_GAP, a.gap_index)
    a.gap_index += 1
    a.gap_from_ns = now_ns
    if gap == math.inf:
        a.ended = 1
        gap = 0.0
    a.gap_left = gap
    schedule(a)


@inner
def spend_gap(a: Record, now_ns: int) -> None:
    """Book what of the pending gap is over at the rate until now, before the rate changes."""
    elapsed_ns = float(now_ns - a.gap_from_ns)
    a.gap_from_ns = now_ns
    if a.process == ARRIVALS_CLOSED or a.gap_ns == math.inf:
        return
    if a.process == ARRIVALS_SINE:
        spent = _sine_area(a, now_ns - int(elapsed_ns), elapsed_ns) / a.gap_ns
    else:
        spent = elapsed_ns * a.factor / a.gap_ns
    a.gap_left = max(0.0, a.gap_left - spent)


@inner
def enter_phases(a: Record, tapes: Record, now_ns: int) -> None:
    """Begin the phases of a source that has them, in the stationary state; called when the process is
    chosen.
    """
    a.phase = 0
    a.factor = 1.0
    a.next_phase_ns = NEVER
    if a.process == ARRIVALS_BURSTY:
        share = a.high_ns / (a.high_ns + a.low_ns)
        a.phase = 1 if math.exp(-read(tapes, STREAM_PHASE, a.phase_index)) < share else 0
        a.phase_index += 1
        _bursty_phase(a, tapes, now_ns)
    elif a.process == ARRIVALS_SPIKE:
        set_spike(a, now_ns)


@inner
def _bursty_phase(a: Record, tapes: Record, now_ns: int) -> None:
    a.factor = a.high_factor if a.phase == 1 else a.low_factor
    mean_ns = a.high_ns if a.phase == 1 else a.low_ns
    a.next_phase_ns = now_ns + max(1, rounded(read(tapes, STREAM_PHASE, a.phase_index) * mean_ns))
    a.phase_index += 1


@inner
def set_spike(a: Record, now_ns: int) -> None:
    """The phase of a spike source now, and its next change: a function of the time alone."""
    since_ns = now_ns - a.spike_start_ns
    if since_ns < 0:
        a.phase = 0
        a.next_phase_ns = a.spike_start_ns
    else:
        base_ns = a.spike_start_ns
        if a.spike_every_ns > 0:
            base_ns += since_ns // a.spike_every_ns * a.spike_every_ns
        if now_ns - base_ns < a.spike_length_ns:
            a.phase = 1
            a.next_phase_ns = base_ns + a.spike_length_ns
        else:
            a.phase = 0
            a.next_phase_ns = base_ns + a.spike_every_ns if a.spike_every_ns > 0 else NEVER
    a.factor = a.high_factor if a.phase == 1 else 1.0


@inner
def change_phase(a: Record, tapes: Record, now_ns: int) -> None:
    """The burst or spike begins or ends."""
    spend_gap(a, now_ns)
    if a.process == ARRIVALS_BURSTY:
        a.phase = 1 - a.phase
        _bursty_phase(a, tapes, now_ns)
    else:
        set_spike(a, now_ns)
    schedule(a)


@inner
def think(world: Record, tapes: Record) -> None:
    """A user begins to think, and sends a packet at the end."""
    a = world.arrivals
    length_ns = rounded(read(tapes, STREAM_THINK, a.think_index) * a.think_ns)
    a.think_index += 1
    push(world.calendar, world.now_ns + length_ns, RANK_ARRIVAL, NOBODY)


@inner
def user_done(world: Record, tapes: Record) -> None:
    """A user's packet has come to its end: think again, or leave if there are too many users."""
    a = world.arrivals
    if a.process == ARRIVALS_CLOSED and a.users_live <= a.users_wanted:
        think(world, tapes)
    else:
        a.users_live -= 1
