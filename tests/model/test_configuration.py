"""What a user may give, what comes out of it, and how wrong input is answered."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.errors import ConfigurationError, Problem
from simulator.model import (
    LIVE_KEYS,
    SETTINGS,
    Configuration,
    differences,
    parse_configuration,
    parse_text_value,
    resolve,
    to_dotted,
    to_nested,
    with_changes,
)
from simulator.model.keys import Setting
from simulator.model.resolve import value_of


def problems_of(data: dict[str, Any]) -> list[Problem]:
    with pytest.raises(ConfigurationError) as caught:
        parse_configuration(data)
    return caught.value.problems


def test_defaults_are_the_contracts() -> None:
    configuration = parse_configuration({})
    assert configuration == Configuration()
    expected = {
        "seed": 1,
        "server.model": "worker_pool",
        "costs.profile": "bare_metal",
        "arrivals.process": "poisson",
        "arrivals.rate_per_second": 600.0,
        "nic.ring_slots": 256,
        "nic.queues": 1,
        "cpu.cores": 4,
        "cpu.quantum_seconds": 0.003,
        "io.threads": 2,
        "io.model": "epoll",
        "queue.capacity": 1000,
        "queue.discipline": "fifo",
        "queue.overflow": "reject",
        "queue.guard": "mutex",
        "workers.count": 8,
        "workers.wait": "guarded_suspension",
        "job.cpu.distribution": "exponential",
        "job.cpu.mean_seconds": 0.001,
        "job.call.distribution": "exponential",
        "job.call.mean_seconds": 0.009,
        "job.call.connections": 0,
        "sample_interval_seconds": 0.1,
    }
    assert {key: value_of(configuration, key) for key in expected} == expected


@pytest.mark.parametrize(
    "data",
    [
        {"workers": {"count": 3}, "job": {"cpu": {"mean_seconds": 0.5}}},
        {"workers.count": 3, "job.cpu.mean_seconds": 0.5},
        {"workers.count": 3, "job": {"cpu.mean_seconds": 0.5}},
        {"workers.count": 3.0, "job.cpu": {"mean_seconds": 0.5}},
    ],
)
def test_nested_dotted_and_mixed_keys_say_the_same(data: dict[str, Any]) -> None:
    configuration = parse_configuration(data)
    assert configuration.workers.count == 3
    assert isinstance(configuration.workers.count, int)
    assert configuration.job.cpu.mean_seconds == 0.5


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"workers": {"count": -3}}, "workers.count: given -3, allowed 1 to 4000"),
        ({"io.threads": 65}, "io.threads: given 65, allowed 1 to 64"),
        ({"io.batch": 2.5}, "io.batch: given 2.5, allowed 1 to 1024 (a whole number)"),
        ({"workers.count": True}, "workers.count: given true, allowed 1 to 4000 (a number)"),
        ({"workers.count": None}, "workers.count: given nothing, allowed 1 to 4000 (a number)"),
        ({"workers.count": "4"}, 'workers.count: given "4", allowed 1 to 4000 (a number)'),
        ({"cpu.quantum_seconds": "1"}, 'cpu.quantum_seconds: given "1", allowed 1e-06 to 10 s (a number)'),
        (
            {"arrivals.rate_per_second": math.nan},
            "arrivals.rate_per_second: given nan, allowed 0 to 10000000 per second",
        ),
        (
            {"arrivals.rate_per_second": math.inf},
            "arrivals.rate_per_second: given inf, allowed 0 to 10000000 per second",
        ),
        ({"seed": 2**63}, "seed: given 9223372036854775808, allowed 0 to 9223372036854775807"),
        ({"queue.discipline": "x"}, 'queue.discipline: given "x", allowed one of fifo, lifo, priority, sjf'),
        ({"job": 3}, "job: given 3, allowed an object of settings such as job.cpu.distribution"),
        ({"wrokers.count": 3}, "wrokers.count: there is no such setting; did you mean workers.count?"),
        ({"queue": {"capcity": 3}}, "queue.capcity: there is no such setting; did you mean queue.capacity?"),
        ({"capacity": 3}, "capacity: there is no such setting; did you mean queue.capacity?"),
        ({"workers": {"count": 3}, "workers.count": 4}, "workers.count: given twice"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(data: dict[str, Any], message: str) -> None:
    assert [problem.message for problem in problems_of(data)] == [message]


def test_several_problems_come_at_once() -> None:
    found = problems_of(
        {
            "workers.count": 0,
            "queue": {"capacity": -1},
            "nonsense": 1,
            "nic.ring_slots": 8192,
            "nic.queues": 16,
        }
    )
    assert {problem.field for problem in found} == {
        "workers.count",
        "queue.capacity",
        "nonsense",
        "nic.ring_slots",
    }


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"nic.ring_slots": 4096, "nic.queues": 9}, "nic.ring_slots"),
        ({"arrivals": {"process": "bursty", "burst_ratio": 5.1}}, "arrivals.burst_ratio"),
        (
            {"arrivals": {"process": "spike", "spike_ratio": 1000, "rate_per_second": 2e4}},
            "arrivals.spike_ratio",
        ),
        ({"arrivals": {"process": "sine", "rate_per_second": 1e7}}, "arrivals.amplitude_ratio"),
        ({"arrivals": {"process": "spike", "spike_every_seconds": 2}}, "arrivals.spike_every_seconds"),
        ({"job.cpu": {"distribution": "hyperexponential", "cv": 0.9}}, "job.cpu.cv"),
        ({"job.call": {"distribution": "hyperexponential", "cv": 0.9}}, "job.call.cv"),
        ({"arrivals.process": "trace"}, "arrivals.trace"),
        ({"arrivals.trace": [[1], [0.5]]}, "arrivals.trace"),
        ({"arrivals.trace": [[1, 2], [3]]}, "arrivals.trace"),
        ({"arrivals.trace": [[1, 2, 3, 4]]}, "arrivals.trace"),
        ({"arrivals.trace": [[]]}, "arrivals.trace"),
        ({"arrivals.trace": [[-1]]}, "arrivals.trace"),
        ({"arrivals.trace": [[1, -1]]}, "arrivals.trace"),
        ({"arrivals.trace": [[1], ["a"]]}, "arrivals.trace"),
        ({"arrivals.trace": [[1]], "arrivals.trace_file": "x.csv"}, "arrivals.trace_file"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(data: dict[str, Any], field: str) -> None:
    assert [problem.field for problem in problems_of(data)] == [field]


def test_limits_that_just_fit_are_accepted() -> None:
    parse_configuration({"nic.ring_slots": 8192, "nic.queues": 4})
    parse_configuration({"arrivals": {"process": "bursty", "burst_ratio": 5}})
    parse_configuration({"arrivals": {"process": "sine", "rate_per_second": 1e7, "amplitude_ratio": 0}})
    parse_configuration(
        {"arrivals.rate_per_second": 0, "job.cpu.mean_seconds": 0, "job.call.mean_seconds": 0}
    )


def test_the_calms_rate_keeps_the_mean() -> None:
    arrivals = parse_configuration({"arrivals": {"process": "bursty", "burst_ratio": 3}}).arrivals
    mean = arrivals.burst_share * arrivals.burst_ratio + (1 - arrivals.burst_share) * arrivals.calm_ratio
    assert mean == pytest.approx(1)
    silent = parse_configuration({"arrivals": {"process": "bursty", "burst_ratio": 5}}).arrivals
    assert silent.calm_ratio == pytest.approx(0)


def test_trace_rows_may_be_bare_numbers() -> None:
    configuration = parse_configuration({"arrivals": {"process": "trace", "trace": [0.5, 1]}})
    assert configuration.arrivals.trace == ((0.5,), (1.0,))
    assert to_nested(configuration)["arrivals"]["trace"] == [[0.5], [1.0]]


def test_files_are_refused_where_they_come_over_the_network() -> None:
    parse_configuration({"arrivals.trace_file": "x.csv"})
    with pytest.raises(ConfigurationError, match="only on the command line"):
        parse_configuration({"arrivals.trace_file": "x.csv"}, allow_files=False)
    with pytest.raises(ConfigurationError, match="only on the command line"):
        with_changes(Configuration(), {"arrivals": {"trace_file": "x.csv"}}, allow_files=False)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from([*SETTINGS, "job", "job.cpu", "arrivals", "nothing", "", "."])


@given(st.dictionaries(KEYS, JSON_VALUES, max_size=6))
@settings(max_examples=300, deadline=None)
def test_any_input_is_accepted_or_refused_with_reasons(data: dict[str, Any]) -> None:
    try:
        configuration = parse_configuration(data)
    except ConfigurationError as error:
        refusal = error
    else:
        assert parse_configuration(to_nested(configuration)) == configuration
        return
    assert refusal.problems
    assert all(problem.message for problem in refusal.problems)
    json.dumps(refusal.as_dict())


def acceptable(entry: Setting) -> st.SearchStrategy[Any]:
    if entry.choices:
        return st.sampled_from(entry.choices)
    if entry.kind == "integer":
        return st.integers(int(entry.minimum or 0), int(entry.maximum or 0))
    return st.floats(entry.minimum or 0.0, entry.maximum or 0.0)


VALUES = {key: acceptable(entry) for key, entry in SETTINGS.items() if not key.startswith("arrivals.trace")}


@given(st.fixed_dictionaries({}, optional=VALUES))
@settings(max_examples=100, deadline=None)
def test_what_is_given_back_reads_back_the_same(data: dict[str, Any]) -> None:
    try:
        configuration = parse_configuration(data)
    except ConfigurationError:  # settings that do not fit together
        return
    full = resolve(configuration)
    assert resolve(full) == full
    for one in (configuration, full):
        assert parse_configuration(json.loads(json.dumps(to_nested(one)))) == one
        assert parse_configuration(json.loads(json.dumps(to_dotted(one)))) == one
        assert not differences(one, parse_configuration(to_dotted(one)))


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("workers.count", "12", 12),
        ("workers.count", "1e3", 1000),
        ("seed", "9223372036854775807", 2**63 - 1),
        ("cpu.quantum_seconds", " 0.5 ", 0.5),
        ("queue.discipline", "lifo", "lifo"),
        ("arrivals.trace", "[[1], [2]]", [[1], [2]]),
        ("queue.hold_seconds", "null", None),
        ("arrivals.trace_file", "a.csv", "a.csv"),
    ],
)
def test_text_is_read_by_the_settings_type(key: str, text: str, value: object) -> None:
    assert parse_text_value(key, text) == value


@pytest.mark.parametrize(
    ("key", "text"), [("workers.count", "many"), ("workers.cuont", "3"), ("arrivals.trace", "[[1]")]
)
def test_text_that_cannot_be_read_is_refused(key: str, text: str) -> None:
    with pytest.raises(ConfigurationError):
        parse_text_value(key, text)


def test_fractions_for_counts_are_refused_later_with_the_range() -> None:
    assert parse_text_value("workers.count", "2.5") == 2.5
    assert problems_of({"workers.count": 2.5})[0].allowed == "1 to 4000"


def test_live_keys_are_all_but_what_defines_the_run() -> None:
    fixed = {"seed", "server.model", "arrivals.trace", "arrivals.trace_file"}
    assert SETTINGS.keys() - LIVE_KEYS == fixed
