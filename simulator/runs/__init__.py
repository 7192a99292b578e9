"""Live runs: simulations that are paced by wall time, edited while they go on, watched and forgotten.

This is the one layer that knows what time it is outside, and all of that is in `pacing`. It knows no
socket, no HTTP and no green thread: whoever drives it calls `turns.take_turns` from any thread, one call at
a time for a run.
"""
