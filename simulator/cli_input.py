"""What `run` was asked to do, read from its options and checked before anything is compiled or written.

All that is wrong is collected into one ConfigurationError. Edits are checked one after the other against the
configuration in force at their time, so a run does not stop in the middle on one that cannot be made.
"""

from __future__ import annotations

import difflib
import json
import math
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from simulator.cli import DEFAULT_DURATION_SECONDS
from simulator.errors import ConfigurationError, Problem, shown
from simulator.model import SETTINGS, Configuration, parse_text_value, resolve, with_changes
from simulator.model.scenarios import DEFAULT_SCENARIO, load_scenarios

LONGEST_SECONDS: Final = 1e9
OWN_CONFIGURATION: Final = "custom"  # in place of a scenario's id


@dataclass(frozen=True)
class ScheduledEdit:
    """Changes to make together at a simulated time."""

    at_seconds: float
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Order:
    """One run to make. `duration_seconds` is what comes after the warm-up; None: until a trace is served."""

    configuration: Configuration
    scenario: str
    duration_seconds: float | None
    warmup_seconds: float
    edits: tuple[ScheduledEdit, ...]


class _Problems:
    """Collects what is wrong instead of stopping at the first."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def attempt(self, read: Callable[..., Any], *arguments: Any, instead: Any = None) -> Any:
        try:
            return read(*arguments)
        except ConfigurationError as error:
            self.found += error.problems
            return instead

    def settle(self) -> None:
        if self.found:
            raise ConfigurationError(self.found)


def read_order(options: Namespace) -> Order:
    """The order that the options of `run` describe; ConfigurationError names everything that is wrong."""
    problems = _Problems()
    scenario, base = problems.attempt(_base, options, instead=("", {}))
    given = dict(problems.attempt(_file_values, options.config, instead={})) if options.config else {}
    for text in options.settings:
        key, value = problems.attempt(_assignment, "--set", text, instead=("", None))
        if key:
            given[key] = value
    if options.seed is not None:
        given |= problems.attempt(lambda: {"seed": parse_text_value("seed", options.seed)}, instead={})
    duration = problems.attempt(_seconds, "--duration", options.duration)
    warmup = problems.attempt(_seconds, "--warmup", options.warmup, instead=0.0) or 0.0
    edits = [edit for text in options.edits if (edit := problems.attempt(_edit, text)) is not None]
    configuration = problems.attempt(
        with_changes, Configuration(), {**base, **given}, instead=Configuration()
    )
    problems.settle()
    if duration is None and configuration.arrivals.process != "trace":
        duration = DEFAULT_DURATION_SECONDS
    if duration == 0:
        raise ConfigurationError([Problem.of("--duration", 0, f"above 0 to {LONGEST_SECONDS:g} s")])
    schedule = _schedule(edits)
    _check_edits(configuration, schedule, None if duration is None else warmup + duration)
    return Order(configuration, scenario, duration, warmup, schedule)


def _base(options: Namespace) -> tuple[str, dict[str, Any]]:
    """The name of the scenario, and its configuration's values by dotted key."""
    if options.scenario is None:
        return (OWN_CONFIGURATION if options.config else DEFAULT_SCENARIO), {}
    scenarios = load_scenarios()
    if options.scenario not in scenarios:
        near = difflib.get_close_matches(options.scenario, scenarios, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else "see `python -m simulator scenarios`"
        raise ConfigurationError(
            [
                Problem(
                    f"--scenario: there is no {shown(options.scenario)}; {hint}", "scenario", options.scenario
                )
            ]
        )
    return options.scenario, dotted(scenarios[options.scenario].config)


def dotted(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested, dotted or mixed keys as dotted ones; what is no setting is passed on for the model to
    refuse.
    """
    result: dict[str, Any] = {}
    for name, value in values.items():
        key = f"{prefix}{name}"
        is_section = isinstance(value, Mapping) and len(value) > 0 and key not in SETTINGS
        inner = dotted(value, f"{key}.") if is_section else {key: value}
        twice = result.keys() & inner.keys()
        if twice:
            raise ConfigurationError([Problem(f"{name}: given twice", name) for name in sorted(twice)])
        result |= inner
    return result


def _file_values(path: str) -> dict[str, Any]:
    def refuse(message: str) -> ConfigurationError:
        return ConfigurationError([Problem(f"{path}: {message}", "CONFIG.json", path)])

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise refuse(f"{shown(twice)} is given twice in one object")
        return dict(pairs)

    def no_constant(name: str) -> None:
        raise refuse(f"invalid JSON: {name} is not a number")

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        values = json.loads(text, object_pairs_hook=once, parse_constant=no_constant)
        if not isinstance(values, dict):
            raise refuse(f"expected an object of settings, found {shown(values)}")
        return dotted(values)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise refuse("is not UTF-8 text") from None
    except json.JSONDecodeError as error:
        raise refuse(f"invalid JSON in line {error.lineno}, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise refuse("invalid JSON: nested too deeply") from None


def _assignment(option: str, text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ConfigurationError(
            [
                Problem(
                    f"{option}: given {shown(text)}, allowed KEY=VALUE, for instance workers.count=4",
                    option,
                    text,
                )
            ]
        )
    return key.strip(), parse_text_value(key.strip(), value)


def _edit(text: str) -> tuple[float, str, Any]:
    time, colon, assignment = text.partition(":")
    try:
        at_seconds = float(time)
    except ValueError:
        at_seconds = math.nan
    if not colon or not 0 <= at_seconds <= LONGEST_SECONDS:
        allowed = "SECONDS:KEY=VALUE, for instance 30:workers.count=4"
        raise ConfigurationError([Problem(f"--edit: given {shown(text)}, allowed {allowed}", "--edit", text)])
    return (at_seconds, *_assignment("--edit", assignment))


def _seconds(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LONGEST_SECONDS:
        raise ConfigurationError([Problem.of(option, text, f"0 to {LONGEST_SECONDS:g} s")])
    return value


def _schedule(edits: list[tuple[float, str, Any]]) -> tuple[ScheduledEdit, ...]:
    """Edits in the order of their times; those of the same instant together, the later given winning."""
    ordered = sorted(edits, key=lambda edit: edit[0])
    return tuple(
        ScheduledEdit(at, {key: value for _, key, value in together})
        for at, together in groupby(ordered, key=lambda edit: edit[0])
    )


def _check_edits(
    configuration: Configuration, edits: tuple[ScheduledEdit, ...], end_seconds: float | None
) -> None:
    now = resolve(configuration)
    problems = []
    for edit in edits:
        if end_seconds is not None and edit.at_seconds > end_seconds:
            message = f"--edit: {edit.at_seconds:g} s lies after the end of the run, at {end_seconds:g} s"
            problems.append(Problem(message, "--edit", edit.at_seconds, f"0 to {end_seconds:g} s"))
        try:
            now = with_changes(now, edit.changes, live=True)
        except ConfigurationError as error:
            problems += error.problems
    if problems:
        raise ConfigurationError(problems)
