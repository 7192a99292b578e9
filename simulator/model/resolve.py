"""From what a user gave to a configuration: read, check, fill in the cost profile, change keys, give back.

All functions are pure; a configuration never changes, a new one is made. Problems are collected, not raised
one by one: a `ConfigurationError` lists them all and leaves everything as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from simulator.errors import ConfigurationError, Problem
from simulator.model.checks import cross_problems
from simulator.model.keys import LIVE_KEYS, PROFILE_KEYS, SECTIONS, SETTINGS, unknown_key
from simulator.model.profiles import PROFILES
from simulator.model.schema import Configuration
from simulator.model.settings import Section

SectionType = TypeVar("SectionType", bound=Section)


def parse_configuration(data: Mapping[str, Any], *, allow_files: bool = True) -> Configuration:
    """The configuration that nested, dotted or mixed keys describe; what is not given has its default.

    `allow_files=False` refuses settings that name a file of this machine (for input that came over the
    network).
    """
    values, problems = _flatten(data)
    if not allow_files and values.get("arrivals.trace_file") is not None:
        del values["arrivals.trace_file"]
        problems.append(_no_files())
    configuration, bad = _validate(values, problems)
    problems += cross_problems(configuration, bad | {problem.field for problem in problems if problem.field})
    if problems:
        raise ConfigurationError(problems)
    return configuration


def resolve(configuration: Configuration) -> Configuration:
    """The same configuration with every overhead left unset taken from its cost profile."""
    defaults = PROFILES[configuration.costs.profile]
    unset = {key: defaults[key] for key in PROFILE_KEYS if value_of(configuration, key) is None}
    return _replaced(configuration, unset)


def is_resolved(configuration: Configuration) -> bool:
    """Whether nothing is left to the cost profile."""
    return all(value_of(configuration, key) is not None for key in PROFILE_KEYS)


def with_changes(
    configuration: Configuration, changes: Mapping[str, Any], *, live: bool = False, allow_files: bool = True
) -> Configuration:
    """The configuration with some keys changed; ConfigurationError names every bad one.

    A resolved configuration stays resolved: None puts an overhead back to its profile's default, and a
    change of `costs.profile` moves every overhead that stands at the old profile's default (unless the same
    call sets it). `live=True` refuses keys that cannot change during a run, `allow_files=False` those that
    name a file.
    """
    given, problems = _flatten(changes)
    if not allow_files and given.pop("arrivals.trace_file", None) is not None:
        problems.append(_no_files())
    if live:
        standing = to_dotted(configuration)
        now = {key: standing[key] for key in sorted(given.keys() - LIVE_KEYS)}
        problems += [_not_live(key, given[key], now[key]) for key in now if given[key] != now[key]]
        given = {key: value for key, value in given.items() if key not in now}
    probe, bad = _validate(given, problems)
    values = {key: value_of(probe, key) for key in given.keys() - bad}
    resolved = is_resolved(configuration)
    if resolved and "costs.profile" in values:
        values = _unset_overheads(configuration) | values
    changed = _replaced(configuration, values)
    problems += cross_problems(changed, bad)
    if problems:
        raise ConfigurationError(problems)
    return resolve(changed) if resolved else changed


def differences(before: Configuration, after: Configuration) -> dict[str, tuple[Any, Any]]:
    """The keys whose values differ, with the old and the new value, in the order of the schema."""
    pairs = {key: (value_of(before, key), value_of(after, key)) for key in SETTINGS}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


def value_of(configuration: Configuration, key: str) -> Any:
    """The value of one dotted key."""
    value: Any = configuration
    for name in key.split("."):
        value = getattr(value, name)
    return value


def to_nested(configuration: Configuration) -> dict[str, Any]:
    """The configuration as a configuration file holds it; `parse_configuration` reads it back unchanged."""
    return configuration.model_dump(mode="json")


def to_dotted(configuration: Configuration) -> dict[str, Any]:
    """Every setting by its dotted key, as JSON carries the values."""
    values = {key: value_of(configuration, key) for key in SETTINGS}
    values["arrivals.trace"] = [list(row) for row in configuration.arrivals.trace]
    return values


def _flatten(data: Any) -> tuple[dict[str, Any], list[Problem]]:
    """All given values by dotted key, and a problem for each key that does not exist or comes twice."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    if not isinstance(data, Mapping):
        return values, [Problem.of("configuration", data, "an object of settings")]
    pending: list[tuple[str, Any]] = [("", data)]
    while pending:
        key, value = pending.pop(0)
        if key in SETTINGS:
            if key in values:
                problems.append(Problem(f"{key}: given twice", key, value, "one value"))
            values[key] = value
        elif isinstance(value, Mapping) and (key == "" or key in SECTIONS):
            prefix = key + "." if key else ""
            pending[:0] = [(f"{prefix}{name}", inner) for name, inner in value.items()]
        elif key in SECTIONS:
            example = next(name for name in SETTINGS if name.startswith(key + "."))
            problems.append(Problem.of(key, value, f"an object of settings such as {example}"))
        else:
            problems.append(unknown_key(key, value))
    return values, problems


def _validate(values: Mapping[str, Any], problems: list[Problem]) -> tuple[Configuration, set[str]]:
    """A configuration from the values acceptable by themselves, and the keys of those that are not."""
    bad: set[str] = set()
    try:
        return Configuration.model_validate(_nested(values)), bad
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            key = next(
                ".".join(map(str, detail["loc"][:end]))
                for end in (1, 2, 3)
                if ".".join(map(str, detail["loc"][:end])) in SETTINGS
            )
            if key not in bad:
                bad.add(key)
                problems.append(_value_problem(key, values[key], detail["loc"], detail["input"]))
    return Configuration.model_validate(_nested({key: values[key] for key in values if key not in bad})), bad


def _value_problem(key: str, given: Any, place: tuple[int | str, ...], part: Any) -> Problem:
    entry = SETTINGS[key]
    indices = [item for item in place if isinstance(item, int)]
    if entry.kind == "array" and indices:
        return Problem.of(key, part, entry.allowed, f"in row {indices[0] + 1}")
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if entry.kind in ("integer", "number") and not number:
        return Problem.of(key, given, entry.allowed, "a number")
    fraction = entry.kind == "integer" and isinstance(given, float)
    return Problem.of(key, given, entry.allowed, "a whole number" if fraction else "")


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for key, value in values.items():
        *path, name = key.split(".")
        place = nested
        for part in path:
            place = place.setdefault(part, {})
        place[name] = value
    return nested


def _replaced(section: SectionType, values: Mapping[str, Any]) -> SectionType:
    """A copy of a section with some of its (dotted) keys replaced by values known to be acceptable."""
    update: dict[str, Any] = {key: value for key, value in values.items() if "." not in key}
    for name in {key.split(".", 1)[0] for key in values if "." in key}:
        inner: Section = getattr(section, name)
        update[name] = _replaced(
            inner,
            {key.split(".", 1)[1]: value for key, value in values.items() if key.startswith(name + ".")},
        )
    return section.model_copy(update=update) if update else section


def _unset_overheads(configuration: Configuration) -> dict[str, None]:
    """The overheads that stand at their profile's default."""
    defaults = PROFILES[configuration.costs.profile]
    return {key: None for key in PROFILE_KEYS if value_of(configuration, key) == defaults[key]}


def _not_live(key: str, given: Any, now: Any) -> Problem:
    allowed = "only the value it has" if key.startswith("arrivals.trace") else f"only {now}, the value it has"
    return Problem(f"{key}: cannot change during a run; start a new one with it", key, given, allowed)


def _no_files() -> Problem:
    return Problem(
        "arrivals.trace_file: allowed only on the command line; give the rows as arrivals.trace",
        "arrivals.trace_file",
        None,
        "nothing",
    )
