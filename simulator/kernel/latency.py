"""Log-linear histograms of times in ns: 128 buckets an octave, relative error at most 2^-8.

Values below 128 have a bucket each; above, e = floor(log2 v) - 7 and the bucket is 128 (e + 1) + (v >> e) - 128.
After HdrHistogram (G. Tene). The layer above reports a bucket's mid-point.
"""

from simulator.kernel.jit import inner


@inner
def bucket_of(value_ns):  # type: ignore[no-untyped-def]
    """The bucket of a time in ns, 0 <= value < 2**62."""
    if value_ns < 128:
        return value_ns
    exponent = 0
    rest = value_ns >> 7
    if rest >= 1 << 32:
        rest >>= 32
        exponent += 32
    if rest >= 1 << 16:
        rest >>= 16
        exponent += 16
    if rest >= 1 << 8:
        rest >>= 8
        exponent += 8
    if rest >= 1 << 4:
        rest >>= 4
        exponent += 4
    if rest >= 1 << 2:
        rest >>= 2
        exponent += 2
    if rest >= 1 << 1:
        exponent += 1
    return (exponent << 7) + (value_ns >> exponent)
