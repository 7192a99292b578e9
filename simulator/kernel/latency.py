"""Log-linear histograms of times in ns: 128 buckets an octave, relative error at most 2^-8.

Values below 128 have a bucket each; above, e = floor(log2 v) - 7 and the bucket is 128 (e + 1) + (v >> e) -
128. After HdrHistogram (G. Tene). The layer above reports a bucket's mid-point.
"""

from simulator.kernel.bits import floor_log2
from simulator.kernel.jit import hot


@hot
def bucket_of(value_ns: int) -> int:
    """The bucket of a time in ns, 0 <= value < 2**62."""
    if value_ns < 128:
        return value_ns
    exponent = floor_log2(value_ns) - 7
    return (exponent << 7) + (value_ns >> exponent)
