"""The scenarios: small configurations, each of which opens one lesson, with what to turn and what to watch.

A scenario is a JSON file in `scenarios/` that holds only what differs from the default configuration. Files
are listed by name; the number in front gives the order, the rest is the scenario's id. To add one, add a
file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from simulator.errors import Problem, ScenarioNotFound, shown
from simulator.model.resolve import parse_configuration, with_changes
from simulator.model.schema import Configuration

DEFAULT_SCENARIO: Final = "notes-picture"
FOLDER: Final = Path(__file__).with_name("scenarios")


@dataclass(frozen=True)
class Scenario:
    """One lesson: `turn` says what to change, `watch` where to look, `config` what differs (nested)."""

    id: str
    title: str
    summary: str
    turn: str
    watch: str
    config: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The scenario as the wire carries it."""
        return asdict(self)


@cache
def _scenarios() -> dict[str, Scenario]:
    files = sorted(FOLDER.glob("*.json"))
    scenarios = [Scenario(**json.loads(file.read_text(encoding="utf-8"))) for file in files]
    return {scenario.id: scenario for scenario in scenarios}


def load_scenarios() -> dict[str, Scenario]:
    """All scenarios by id, in the order of the lessons; the default one comes first."""
    return dict(_scenarios())


def scenario_configuration(
    id: str = DEFAULT_SCENARIO, overrides: Mapping[str, Any] | None = None, *, allow_files: bool = True
) -> Configuration:
    """A scenario's configuration with some keys (nested or dotted) set otherwise.

    ScenarioNotFound when there is none of this id, ConfigurationError when a value is not acceptable.
    """
    scenario = _scenarios().get(id)
    if scenario is None:
        names = "one of " + ", ".join(_scenarios())
        raise ScenarioNotFound(
            [Problem(f"scenario: given {shown(id)}, allowed {names}", "scenario", id, names)]
        )
    return with_changes(parse_configuration(scenario.config), overrides or {}, allow_files=allow_files)
