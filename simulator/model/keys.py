"""The catalogue of settings by dotted key, derived from the schema: what each may be, and how to say so.

Everything a person can set is generated from here: the controls of the page (`json_schema`), `--set
KEY=VALUE` (`parse_text_value`), the words of validation messages, the reference in the docs. Left out:
validation (resolve.py).
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from simulator.errors import ConfigurationError, Problem
from simulator.model.profiles import DEFAULT_PROFILE, PROFILES
from simulator.model.schema import Configuration
from simulator.model.settings import NOTE_KEY, Note, Section

Kind = Literal["integer", "number", "string", "array"]


@dataclass(frozen=True)
class Setting:
    """One setting as the outside sees it. `default` is the value under the default cost profile."""

    key: str
    kind: Kind
    default: Any
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    nullable: bool
    note: Note
    title: str
    group: str
    when: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        """The acceptable values, in words."""
        if self.choices:
            return "one of " + ", ".join(self.choices)
        if self.minimum is not None and self.maximum is not None:
            return f"{number_text(self.minimum)} to {number_text(self.maximum)}{self._unit_text}"
        if self.kind == "array":
            return "rows of 1 to 3 numbers of seconds"
        return "the path of a CSV file" if self.key == "arrivals.trace_file" else "text"

    @property
    def _unit_text(self) -> str:
        return {"s": " s", "/s": " per second"}.get(self.note.unit, "")

    @property
    def profile_defaults(self) -> dict[str, float] | None:
        """The default under each cost profile, when it comes from there."""
        if not self.note.from_profile:
            return None
        return {name: values[self.key] for name, values in PROFILES.items()}


def number_text(value: float) -> str:
    """A bound as people write it: 65536, 0.001, 1e-06."""
    return str(int(value)) if float(value).is_integer() else f"{value:g}"


def _inner_type(annotation: Any) -> tuple[Any, bool]:
    """The type without `| None`, and whether None was allowed."""
    if get_origin(annotation) in (Union, UnionType):
        inner = [part for part in get_args(annotation) if part is not NoneType]
        return inner[0], True
    return annotation, False


def _kind(annotation: Any) -> Kind:
    if annotation is int:
        return "integer"
    if annotation is float:
        return "number"
    return "array" if get_origin(annotation) is tuple else "string"


def _setting(section: type[Section], prefix: str, name: str, info: FieldInfo) -> Setting:
    note: Note = info.json_schema_extra[NOTE_KEY]  # type: ignore[index,assignment]
    annotation, nullable = _inner_type(info.annotation)
    bounds = {type(mark): mark for mark in info.metadata if isinstance(mark, (Ge, Le))}
    key = prefix + name
    low, high = bounds.get(Ge), bounds.get(Le)
    return Setting(
        key=key,
        kind=_kind(annotation),
        default=PROFILES[DEFAULT_PROFILE][key] if note.from_profile else info.default,
        minimum=low.ge if isinstance(low, Ge) else None,  # type: ignore[arg-type]
        maximum=high.le if isinstance(high, Le) else None,  # type: ignore[arg-type]
        choices=tuple(get_args(annotation)) if get_origin(annotation) is Literal else (),
        nullable=nullable,
        note=note,
        title=f"{section.title_prefix}: {note.title}" if section.title_prefix else note.title,
        group=note.group or section.group,
        when={
            other if "." in other else prefix + other: tuple(values) for other, values in note.when.items()
        },
    )


def _walk(section: type[Section], prefix: str) -> Iterator[Setting | str]:
    """All settings of a section, in order; a subsection's path comes as text before its settings."""
    for name, info in section.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Section):
            yield prefix + name
            yield from _walk(kind, f"{prefix}{name}.")
        else:
            yield _setting(section, prefix, name, info)


_CATALOGUE: Final = tuple(_walk(Configuration, ""))
SETTINGS: Final[Mapping[str, Setting]] = MappingProxyType(
    {entry.key: entry for entry in _CATALOGUE if isinstance(entry, Setting)}
)
SECTIONS: Final[frozenset[str]] = frozenset(entry for entry in _CATALOGUE if isinstance(entry, str))
LIVE_KEYS: Final[frozenset[str]] = frozenset(key for key, entry in SETTINGS.items() if entry.note.live)
PROFILE_KEYS: Final[frozenset[str]] = frozenset(
    key for key, entry in SETTINGS.items() if entry.note.from_profile
)


@cache
def suggestion(unknown: str) -> str | None:
    """The key a mistyped one was probably meant to be."""
    leaf = unknown.rsplit(".", 1)[-1]
    same_leaf = [key for key in SETTINGS if key.rsplit(".", 1)[-1] == leaf]
    close = difflib.get_close_matches(
        unknown, same_leaf or [*SETTINGS, *SECTIONS], n=1, cutoff=0.0 if same_leaf else 0.5
    )
    if close:
        return close[0]
    leaves = {key.rsplit(".", 1)[-1]: key for key in SETTINGS}
    nearest = difflib.get_close_matches(leaf, leaves, n=1, cutoff=0.6)
    return leaves[nearest[0]] if nearest else None


def unknown_key(key: str, given: Any = None) -> Problem:
    """The problem of a key that does not exist."""
    meant = suggestion(key)
    hint = f"; did you mean {meant}?" if meant else "; see `python -m simulator schema` for all keys"
    return Problem(f"{key}: there is no such setting{hint}", key, given, meant)


def parse_text_value(key: str, text: str) -> Any:
    """The value of `--set KEY=VALUE` as JSON would carry it; ConfigurationError when it cannot be read.

    Ranges are not checked here: `parse_configuration` does that.
    """
    if key not in SETTINGS:
        raise ConfigurationError([unknown_key(key, text)])
    entry, text = SETTINGS[key], text.strip()
    if entry.nullable and text in ("", "null"):
        return None
    try:
        if entry.kind == "integer":
            number = float(text) if not text.lstrip("+-").isdecimal() else int(text)
            return int(number) if float(number).is_integer() else number
        if entry.kind == "number":
            return float(text)
        return json.loads(text) if entry.kind == "array" else text
    except (ValueError, OverflowError):
        raise ConfigurationError([Problem.of(key, text, entry.allowed)]) from None


def _leaf_schema(entry: Setting) -> dict[str, Any]:
    default = list(entry.default) if entry.kind == "array" else entry.default
    leaf: dict[str, Any] = {"type": entry.kind, "default": default, "description": entry.note.help}
    if entry.choices:
        leaf["enum"] = list(entry.choices)
    if entry.minimum is not None:
        leaf |= {"minimum": entry.minimum, "maximum": entry.maximum}
    if entry.kind == "array":
        leaf["items"] = {"type": "array", "items": {"type": "number"}, "minItems": 1, "maxItems": 3}
    leaf |= {
        "x-key": entry.key,
        "x-title": entry.title,
        "x-unit": entry.note.unit,
        "x-live": entry.note.live,
        "x-group": entry.group,
        "x-scale": entry.note.scale,
    }
    if entry.kind == "integer":
        leaf["x-step"] = 1
    if entry.when:
        leaf["x-when"] = {key: list(values) for key, values in entry.when.items()}
    if entry.note.from_profile:
        leaf |= {"x-from-profile": True, "x-profile-defaults": entry.profile_defaults}
    return leaf


def json_schema() -> dict[str, Any]:
    """The configuration as JSON Schema, nested by section, with the `x-` keys of docs/wire.md."""
    root: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Millrace configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": {},
    }
    for key, entry in SETTINGS.items():
        *path, name = key.split(".")
        place = root["properties"]
        for part in path:
            empty = {"type": "object", "additionalProperties": False, "properties": {}}
            place = place.setdefault(part, empty)["properties"]
        place[name] = _leaf_schema(entry)
    return root
