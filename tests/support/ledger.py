"""What a recording must add up to: samples against totals, and samples against the job log.

All of it in whole nanoseconds and Python's unbounded integers: the identities are exact.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from simulator.kernel import codes
from tests.support.audit import jobs_in_queue, jobs_in_rings
from tests.support.recording import Recording, total

DROPS = tuple(f"dropped_{reason}" for reason in codes.DROP_NAMES)
STATES = {kind: [f"{kind}_{state}_ns" for state in codes.STATE_NAMES] for kind in codes.THREAD_KIND_NAMES}
PARTS = ("nic_wait_sum_ns", "io_sum_ns", "queue_wait_sum_ns", "service_sum_ns")


def check_samples(recording: Recording) -> None:
    """The samples, with the open interval: contiguous, conserved, and summing to the totals."""
    samples = recording.samples(with_open=True)
    world = recording.simulation.world
    ends, lengths = samples["end_ns"], samples["interval_ns"]
    assert (ends[1:] - lengths[1:] == ends[:-1]).all(), "intervals that do not meet"
    assert ends[0] == lengths[0]
    assert int(ends[-1]) == recording.simulation.now_ns
    assert (samples["sequence"] == np.arange(len(samples))).all()
    gone = samples["completed_total"] + sum(samples[f"{name}_total"] for name in DROPS)
    assert (samples["arrivals_total"] == gone + samples["in_flight"]).all(), "not conserved"
    for name in ("arrivals", "completed", *DROPS):
        assert (np.cumsum(samples[name]) == samples[f"{name}_total"]).all(), name
    parts = np.sum([samples[part] for part in PARTS], axis=0)
    assert np.array_equal(parts, samples["response_sum_ns"]), "the parts are not the response"
    _check_ranges(samples)
    _check_cores(samples, world)
    for kind, counted in (("response", "completed"), ("wait", "queued")):
        histograms = recording.histograms(kind, with_open=True)
        assert [sum(pairs.values()) for pairs in histograms] == samples[counted].tolist()


def _check_ranges(samples: npt.NDArray[Any]) -> None:
    lengths = samples["interval_ns"]
    assert (samples["queue_area_ns"] <= samples["queue_max"] * lengths).all()
    assert (samples["ring_area_ns"] <= samples["ring_max"] * lengths).all()
    assert (samples["queue_max"] >= samples["queue_depth"]).all()
    assert (samples["lock_held_ns"] <= lengths).all()
    assert (samples["cores_busy_ns"] <= samples["cores_ns"]).all()
    assert (samples["response_sum_ns"] <= samples["completed"] * samples["response_max_ns"]).all()
    assert (samples["queue_wait_sum_ns"] <= samples["queued"] * samples["queue_wait_max_ns"]).all()
    assert (samples["high_completed"] + samples["low_completed"] == samples["queued"]).all()
    by_class = samples["high_queue_wait_sum_ns"] + samples["low_queue_wait_sum_ns"]
    assert (by_class == samples["queue_wait_sum_ns"]).all()
    for name in samples.dtype.names or ():
        assert (samples[name] >= 0).all(), name


def _check_cores(samples: npt.NDArray[Any], world: Any) -> None:
    """A core is busy exactly while a thread runs on it or is being switched to."""
    running = sum(total(samples, f"{kind}_running_ns") for kind in codes.THREAD_KIND_NAMES)
    switched = total(samples, "cores_switching_ns")
    under_way = 0
    for place in world["cpu"]["rows"][: int(world["cpu"]["cores"])]:
        if place["switching_ns"] > 0:
            events = world["calendar"]["events"][: int(world["calendar"]["count"])]
            due = int(events["time_ns"][events["who"] == place["thread"]][0])
            under_way += int(place["switching_ns"]) - (due - int(world["now_ns"]))
    assert total(samples, "cores_busy_ns") == running + switched + under_way


def check_little(recording: Recording) -> None:
    """Little's law as an identity: the area under the number inside is the time spent inside."""
    samples = recording.samples(with_open=True)
    world = recording.simulation.world
    inside = _inside(world)
    spent = sum(recording.simulation.now_ns - int(world["jobs"]["rows"][row]["arrived_ns"]) for row in inside)
    assert total(samples, "system_area_ns") - total(samples, "sojourn_sum_ns") - spent == 0


def _inside(world: Any) -> list[int]:
    table = world["threads"]["rows"][: int(world["threads"]["used"])]
    held = [int(row["job"]) for row in table if row["state"] != codes.STOPPED and row["job"] != codes.NOBODY]
    return jobs_in_rings(world) + jobs_in_queue(world) + held


def check_lifetimes(recording: Recording, living_ns: dict[str, int]) -> None:
    """The states of the threads of a kind sum to the time that its threads have lived, `living_ns`."""
    samples = recording.samples(with_open=True)
    for kind, columns in STATES.items():
        assert sum(total(samples, column) for column in columns) == living_ns[kind]
        assert total(samples, f"{kind}_stopped_ns") == 0


def check_jobs(recording: Recording) -> None:
    """Every job of the log for itself, and the samples as sums over the log."""
    jobs = recording.jobs()
    samples = recording.samples(with_open=True)
    world = recording.simulation.world
    assert (
        len(jobs)
        == len(np.unique(jobs["number"]))
        == int(samples["completed_total"][-1]) + sum(int(samples[f"{name}_total"][-1]) for name in DROPS)
    )
    done = jobs[jobs["end"] == codes.END_COMPLETED]
    queued = done[done["put_ns"] >= 0]
    direct = done[done["put_ns"] < 0]
    for stages in (
        ("arrived_ns", "read_ns", "put_ns", "taken_ns", "left_ns"),
        ("arrived_ns", "read_ns", "taken_ns", "left_ns"),
    ):
        group = queued if "put_ns" in stages else direct
        assert all((group[a] <= group[b]).all() for a, b in pairwise(stages))
    for reason, name in enumerate(DROPS):
        lost = jobs[jobs["end"] == reason]
        assert len(lost) == int(samples[f"{name}_total"][-1])
        assert (lost["taken_ns"] == -1).all()
        assert ((lost["put_ns"] >= 0) == (reason == codes.DROP_OLDEST)).all()
        assert ((lost["read_ns"] >= 0) == (reason != codes.DROP_NIC)).all()
    assert total(samples, "response_sum_ns") == _span(done, "arrived_ns", "left_ns")
    assert total(samples, "nic_wait_sum_ns") == _span(done, "arrived_ns", "read_ns")
    put = _span(queued, "read_ns", "put_ns")
    assert total(samples, "io_sum_ns") == put + _span(direct, "read_ns", "taken_ns")
    assert total(samples, "queue_wait_sum_ns") == _span(queued, "put_ns", "taken_ns")
    assert total(samples, "service_sum_ns") == _span(done, "taken_ns", "left_ns")
    _check_areas(jobs, samples, world)
    for kind, values in (
        ("response", done["left_ns"] - done["arrived_ns"]),
        ("wait", queued["taken_ns"] - queued["put_ns"]),
    ):
        _check_histograms(recording, kind, values)


def _check_areas(jobs: npt.NDArray[Any], samples: npt.NDArray[Any], world: Any) -> None:
    """The areas under the depths of ring and queue are the times that packets and jobs have spent there."""
    now, rows = int(world["now_ns"]), world["jobs"]["rows"]
    read = jobs[jobs["read_ns"] >= 0]
    in_ring = [now - int(rows[row]["arrived_ns"]) for row in jobs_in_rings(world)]
    table = world["threads"]["rows"][: int(world["threads"]["used"])]
    held = [int(row["job"]) for row in table if row["state"] != codes.STOPPED and row["job"] != codes.NOBODY]
    past_ring = [
        int(rows[row]["read_ns"]) - int(rows[row]["arrived_ns"]) for row in held + jobs_in_queue(world)
    ]
    booked = _span(read, "arrived_ns", "read_ns") + sum(in_ring) + sum(past_ring)
    assert total(samples, "ring_area_ns") == booked
    taken = jobs[(jobs["put_ns"] >= 0) & (jobs["taken_ns"] >= 0)]
    evicted = jobs[(jobs["put_ns"] >= 0) & (jobs["taken_ns"] < 0)]
    waiting = [now - int(rows[row]["put_ns"]) for row in jobs_in_queue(world)]
    past_queue = [
        int(rows[row]["taken_ns"]) - int(rows[row]["put_ns"]) for row in held if int(rows[row]["put_ns"]) >= 0
    ]
    booked = _span(taken, "put_ns", "taken_ns") + _span(evicted, "put_ns", "left_ns")
    assert total(samples, "queue_area_ns") == booked + sum(waiting) + sum(past_queue)


def _check_histograms(recording: Recording, kind: str, values: npt.NDArray[np.int64]) -> None:
    merged: dict[int, int] = {}
    for pairs in recording.histograms(kind, with_open=True):
        for bucket, count in pairs.items():
            merged[bucket] = merged.get(bucket, 0) + count
    places, counts = np.unique([bucket_of(int(value)) for value in values], return_counts=True)
    assert merged == dict(zip(places.tolist(), counts.tolist(), strict=True))


def bucket_of(value_ns: int) -> int:
    """The bucket of model.md 4.6, written anew: exact below 128, then 128 to an octave."""
    if value_ns < 128:
        return value_ns
    e = value_ns.bit_length() - 1 - 7
    return 128 * (e + 1) + (value_ns >> e) - 128


def _span(jobs: npt.NDArray[Any], start: str, end: str) -> int:
    return sum(map(int, jobs[end])) - sum(map(int, jobs[start]))
