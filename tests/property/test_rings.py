"""Receive rings dealt out anew, again and again: no packet waits beside a thread that could read it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.model.resolve import parse_configuration
from simulator.model.simulation import Simulation
from tests.support.audit import audit

HOUR_NS = 3600 * 10**9
SCRIPTS = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from(["io.threads", "nic.queues"]), st.integers(1, 4)),
    max_size=8,
)


@given(
    seed=st.integers(0, 1000),
    io_threads=st.integers(1, 4),
    queues=st.integers(1, 4),
    batch=st.integers(1, 2),
    script=SCRIPTS,
)
def test_after_every_event_packets_and_sleeping_readers_do_not_meet(
    seed: int, io_threads: int, queues: int, batch: int, script: list[tuple[int, str, int]]
) -> None:
    settings = {
        "seed": seed,
        "costs.profile": "pure",
        "cpu.cores": 0,
        "arrivals.rate_per_second": 8000.0,
        "io.threads": io_threads,
        "nic.queues": queues,
        "io.batch": batch,
        "io.cpu_per_request_seconds": 0.000_2,
        "job.cpu.mean_seconds": 0.0,
        "job.call.mean_seconds": 0.0,
    }
    simulation = Simulation(parse_configuration(settings))
    for events, key, value in script:
        for _ in range(events):
            simulation.advance(HOUR_NS, 1)
            simulation.drain()
            audit(simulation.world)
        simulation.edit({key: value})
        simulation.advance(simulation.now_ns, 0)
        audit(simulation.world)


def test_a_ring_that_joins_the_others_wakes_as_many_readers_as_it_has_packets() -> None:
    """Found by the test above: 29 packets in four rings, put together into one, woke one thread in four."""
    settings = {"seed": 952, "costs.profile": "pure", "cpu.cores": 0, "arrivals.rate_per_second": 8000.0}
    settings |= {"io.threads": 1, "io.batch": 1, "io.cpu_per_request_seconds": 0.000_2}
    settings |= {"job.cpu.mean_seconds": 0.0, "job.call.mean_seconds": 0.0}
    simulation = Simulation(parse_configuration(settings))
    for events, changes in ((1, {"io.threads": 4}), (29, {"nic.queues": 4}), (40, {"nic.queues": 1})):
        simulation.advance(HOUR_NS, events)
        simulation.edit(changes)
        audit(simulation.world)
