from __future__ import annotations

from typing import Any

import pytest

from simulator.web import payloads
from simulator.web.limits import Allowance, Bucket, Buckets
from simulator.web.refusals import BadRequest, TooManyRequests
from simulator.web.wire import TextPacket, dumps, event_packet
from tests.runs.clocks import HandClock


@pytest.mark.parametrize("payload", [None, 5, "text", [], [1], True, [["run", "x"]]])
def test_a_payload_is_an_object(payload: Any) -> None:
    with pytest.raises(BadRequest, match="a JSON object with run"):
        payloads.read(payload, payloads.JOIN)


def test_unknown_and_missing_fields_are_named() -> None:
    with pytest.raises(BadRequest) as unknown:
        payloads.read({"run": "a", "sience": 3}, payloads.JOIN)
    assert unknown.value.problem is not None
    assert (unknown.value.problem.field, unknown.value.problem.given) == ("sience", 3)
    with pytest.raises(BadRequest, match="run: given nothing, allowed the id of a run"):
        payloads.read({"since": 3}, payloads.JOIN)


@pytest.mark.parametrize(
    ("fields", "payload"),
    [
        (payloads.JOIN, {"run": 5}),
        (payloads.JOIN, {"run": ""}),
        (payloads.JOIN, {"run": "x" * 500}),
        (payloads.JOIN, {"run": ["a"]}),
        (payloads.JOIN, {"run": "a", "since": -1}),
        (payloads.JOIN, {"run": "a", "since": 1.5}),
        (payloads.JOIN, {"run": "a", "since": True}),
        (payloads.JOIN, {"run": "a", "since": 10**400}),
        (payloads.EDIT, {"run": "a", "changes": [1]}),
        (payloads.EDIT, {"run": "a", "changes": None}),
        (payloads.EDIT, {"run": "a"}),
        (payloads.CONTROL, {"run": "a", "action": "explode"}),
        (payloads.CONTROL, {"run": "a", "action": ["play"]}),
        (payloads.CONTROL, {"run": "a", "action": {"play": 1}}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": 0}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": -1}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": 1e6}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": float("nan")}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": float("inf")}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": True}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": "fast"}),
        (payloads.CONTROL, {"run": "a", "action": "speed", "speed": 10**400}),
        (payloads.FOLLOW, {"run": "a", "thread": "3"}),
        (payloads.FOLLOW, {"run": "a", "thread": -3}),
        (payloads.CREATE, {"scenario": 3}),
        (payloads.CREATE, {"config": "{}"}),
        (payloads.CREATE, {"seed": "1"}),
    ],
)
def test_a_wrong_value_is_refused_by_name(fields: Any, payload: dict[str, Any]) -> None:
    with pytest.raises(BadRequest) as refused:
        payloads.read(payload, fields)
    problem = refused.value.problem
    assert problem is not None
    assert problem.field in fields
    assert problem.allowed
    dumps(problem.as_dict())


def test_right_values_pass_and_missing_ones_are_none() -> None:
    assert payloads.read({"run": "a"}, payloads.JOIN) == {"run": "a", "since": None, "generation": None}
    for speed in (0.001, 1, 100_000, "max", None):
        assert (
            payloads.read({"run": "a", "action": "speed", "speed": speed}, payloads.CONTROL)["speed"] == speed
        )


@pytest.mark.parametrize(
    "settings",
    [
        {f"key{k}": 1 for k in range(300)},
        {"a": {f"key{k}": 1 for k in range(300)}},
        {"x" * 101: 1},
        {"workers": {"y" * 5000: 1}},
    ],
)
def test_settings_are_bounded_before_anybody_looks_at_them(settings: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        payloads.bound_settings(settings)


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe{}", b'{"seed": NaN}', b"[" * 100_000, b"1" * 10_000])
def test_what_is_not_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(BadRequest, match="the body is"):
        payloads.parse_json(body)


def test_the_wire_has_null_for_what_is_not_a_number() -> None:
    import numpy as np

    value = {
        "a": float("nan"),
        "b": [float("inf"), 1.5],
        "c": np.int64(3),
        "d": np.float64(0.5),
        "e": (None, True),
    }
    assert dumps(value) == '{"a":null,"b":[null,1.5],"c":3,"d":0.5,"e":[null,true]}'
    assert event_packet("view", {"a": 1}).encode() == '42["view",{"a":1}]'


@pytest.mark.parametrize(
    "packet", ['51-["edit",{"_placeholder":true,"num":0}]', '5999999999-["edit"]', "61-[]"]
)
def test_binary_attachments_are_not_waited_for(packet: str) -> None:
    with pytest.raises(ValueError, match="binary"):
        TextPacket(encoded_packet=packet)


def test_a_bucket_allows_a_burst_and_then_so_many_a_second() -> None:
    bucket = Bucket(Allowance(burst=5, per_second=2), 0.0)
    assert [bucket.take(0.0) for _ in range(6)] == [True] * 5 + [False]
    assert bucket.take(0.4) is False
    assert bucket.take(0.5) is True
    assert [bucket.take(100.0) for _ in range(6)] == [True] * 5 + [False]
    assert bucket.refused == 3


def test_clients_do_not_pay_for_each_other_and_are_forgotten_in_the_end() -> None:
    clock = HandClock()
    buckets = Buckets(Allowance(burst=1, per_second=1), clock)
    buckets.take("a")
    with pytest.raises(TooManyRequests):
        buckets.take("a")
    for number in range(10_000):
        buckets.take(f"client {number}")
    assert len(buckets._buckets) <= 4096
