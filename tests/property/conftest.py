"""Hypothesis as this folder uses it: the first example compiles the kernel, so no deadline."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "millrace",
    deadline=None,
    max_examples=int(os.environ.get("MILLRACE_EXAMPLES", "150")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    print_blob=True,
)
settings.load_profile("millrace")
