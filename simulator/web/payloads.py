"""What a client may say: every field of every HTTP body and socket event, with its type, checked before
use.

A payload is a JSON object with the declared fields and no other. Settings inside `changes` and `config` are
checked by the schema; here only their number and the length of their names are bounded, so that a message
cannot keep a thread busy for long. Left out: what the values do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.errors import shown
from simulator.runs.pacing import FASTEST, SLOWEST
from simulator.web.refusals import BadRequest

MOST_SETTINGS: Final = 200
LONGEST_NAME: Final = 100
ACTIONS: Final = ("play", "pause", "step", "reset", "speed")
_MOST_WHOLE: Final = 2**53


@dataclass(frozen=True)
class Field:
    """One field of a payload: what is allowed, in words and as a check, and whether it may be missing."""

    allowed: str
    check: Callable[[Any], bool]
    required: bool = False


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_WHOLE


def _is_speed(value: Any) -> bool:
    if value == "max":
        return True
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and SLOWEST <= value <= FASTEST


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME


def _is_optional_whole(value: Any) -> bool:
    return value is None or _is_whole(value)


def _is_text_or_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= LONGEST_NAME)


_RUN: Final = Field("the id of a run", _is_name, required=True)
_WHOLE_OR_NOTHING: Final = Field("a whole number, or null", _is_optional_whole)

JOIN: Final = {"run": _RUN, "since": _WHOLE_OR_NOTHING, "generation": _WHOLE_OR_NOTHING}
EDIT: Final = {
    "run": _RUN,
    "changes": Field("an object of settings", lambda value: isinstance(value, Mapping), required=True),
}
CONTROL: Final = {
    "run": _RUN,
    "action": Field("one of " + ", ".join(ACTIONS), lambda value: value in ACTIONS, required=True),
    "speed": Field(
        f'{SLOWEST:g} to {FASTEST:.0f}, or "max"', lambda value: value is None or _is_speed(value)
    ),
}
FOLLOW: Final = {"run": _RUN, "thread": Field("the id of a thread, or null", _is_optional_whole)}
LEAVE: Final = {"run": _RUN}
CREATE: Final = {
    "scenario": Field("the id of a scenario", _is_text_or_nothing),
    "config": Field("an object of settings", lambda value: value is None or isinstance(value, Mapping)),
    "seed": Field("a whole number", lambda value: value is None or isinstance(value, (int, float))),
}


def read(payload: Any, fields: Mapping[str, Field]) -> dict[str, Any]:
    """The payload with every field present (None where it was missing). BadRequest names what is wrong."""
    if not isinstance(payload, Mapping):
        raise BadRequest(f"given {shown(payload)}, allowed: a JSON object with {', '.join(fields)}")
    for name in payload:
        if name not in fields:
            raise BadRequest.about(str(name)[:LONGEST_NAME], payload[name], "only " + ", ".join(fields))
    for name, field in fields.items():
        if name not in payload:
            if field.required:
                raise BadRequest.about(name, None, field.allowed)
        elif not _passes(field, payload[name]):
            raise BadRequest.about(name, payload[name], field.allowed)
    return {name: payload.get(name) for name in fields}


def _passes(field: Field, value: Any) -> bool:
    try:
        return field.check(value)
    except TypeError:  # a list where a word is compared
        return False


def bound_settings(settings: Mapping[str, Any]) -> None:
    """BadRequest when there are more settings, longer names or deeper nesting than there can be."""
    pending: list[Mapping[str, Any]] = [settings]
    count = 0
    while pending:
        for name, value in pending.pop().items():
            count += 1
            if len(name) > LONGEST_NAME:
                raise BadRequest(f"a setting's name has at most {LONGEST_NAME} letters, given {shown(name)}")
            if isinstance(value, Mapping):
                pending.append(value)
        if count > MOST_SETTINGS:
            raise BadRequest(f"too many settings at once: at most {MOST_SETTINGS}")


def parse_json(body: bytes) -> Any:
    """What a body says. BadRequest when it is not JSON; NaN and Infinity are not."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise BadRequest("the body is nested too deeply") from None
    except ValueError as error:
        raise BadRequest(f"the body is not JSON: {error}") from None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
