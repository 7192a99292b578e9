"""Load or compile this layer's machine code before a run needs it; the first time takes seconds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from simulator.kernel.samples import SAMPLE
from simulator.metrics.csv_text import Identity, csv_text
from simulator.metrics.history import History
from simulator.metrics.packing import pack, unpack
from simulator.metrics.rows import NUMBER, merge_all


def warm_up() -> None:
    """Run every compiled function of the metrics once, on two empty samples."""
    samples = np.zeros(2, dtype=SAMPLE)
    samples["interval_ns"] = samples["end_ns"] = 1
    block: Any = SimpleNamespace(samples=samples, buckets=np.empty((0, 2), dtype=np.uint32))
    history = History()
    rows = history.append(block, 0.0)
    history.publish()
    csv_text(unpack(pack(merge_all(rows), NUMBER)), Identity("", "", 0))
