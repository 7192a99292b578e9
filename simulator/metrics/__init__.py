"""What a run looked like: samples turned into columns, merged, kept, summed up and judged.

The kernel closes one row of integers each sample interval. This layer only reads: it merges rows exactly,
computes percentiles from merged histograms, keeps a bounded history, and speaks SI units outward
(docs/wire.md). It knows no socket, no file and no wall clock: whoever drains a run says when it did so.
"""
