"""How one setting of the configuration is declared: a field and everything said about it, in one place.

`setting(...)` is used as the default of a Pydantic field. It carries the range for the validation and the
words for people: title, unit, one line of help, group of controls, slider scale, whether it may change
during a run, when it matters, and whether its default comes from the cost profile. Command line, page,
messages and docs read it from here (through `keys.SETTINGS`). Left out: what a value does, which is the
kernel's business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Unit = Literal["s", "/s", "count", "ratio", "factor", ""]
Group = Literal[
    "arrivals", "network card", "I/O threads", "job queue", "workers", "job", "machine", "advanced"
]
Scale = Literal["log", "linear"]

NOTE_KEY = "millrace"

MAX_SEED = 2**63 - 1
MAX_RATE_PER_SECOND = 10_000_000.0
MAX_DURATION_SECONDS = 10_000.0
MAX_OVERHEAD_SECONDS = 1.0


@dataclass(frozen=True)
class Note:
    """What a field says about itself beside its type, range and default.

    `when` maps a key to the values with which this setting matters; a key without a dot is a sibling in the
    section.
    """

    title: str
    help: str
    unit: Unit
    group: Group | None
    scale: Scale
    live: bool
    when: Mapping[str, Sequence[Any]]
    from_profile: bool


def setting(
    default: Any,
    title: str,
    help: str,
    *,
    unit: Unit = "",
    low: float | None = None,
    high: float | None = None,
    group: Group | None = None,
    scale: Scale = "linear",
    live: bool = True,
    when: Mapping[str, Sequence[Any]] | None = None,
    from_profile: bool = False,
) -> Any:
    """Declare one setting: its default, its range (both ends allowed) and its words."""
    note = Note(title, help, unit, group, scale, live, when or {}, from_profile)
    return Field(default, ge=low, le=high, json_schema_extra={NOTE_KEY: note})  # type: ignore[dict-item]


def _whole(value: Any) -> Any:
    """8.0 is a whole number too: JSON does not tell the two apart."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Section(BaseModel):
    """A group of settings: no unknown keys, no values guessed or converted, no change once made."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    group: ClassVar[Group] = "advanced"
    title_prefix: ClassVar[str] = ""
