"""The scenarios: each parses, differs from the default, and says what to turn and what to watch."""

from __future__ import annotations

import json

import pytest

from simulator.errors import ScenarioNotFound
from simulator.model import Configuration, differences, parse_configuration
from simulator.model.keys import SETTINGS
from simulator.model.resolve import value_of
from simulator.model.scenarios import (
    DEFAULT_SCENARIO,
    FOLDER,
    Scenario,
    load_scenarios,
    scenario_configuration,
)

SCENARIOS = load_scenarios()


def test_there_are_enough_and_the_default_comes_first() -> None:
    assert len(SCENARIOS) >= 10
    assert next(iter(SCENARIOS)) == DEFAULT_SCENARIO
    assert scenario_configuration() == Configuration()


def test_files_are_named_by_their_id() -> None:
    names = [path.stem.split("-", 1)[1] for path in sorted(FOLDER.glob("*.json"))]
    assert names == list(SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_a_scenario_is_a_lesson(scenario: Scenario) -> None:
    configuration = scenario_configuration(scenario.id)
    changed = differences(Configuration(), configuration)
    assert bool(changed) is (scenario.id != DEFAULT_SCENARIO)
    assert len(scenario.title) <= 40
    assert all(text.endswith((".", ";")) for text in (scenario.summary, scenario.turn, scenario.watch))
    json.dumps(scenario.as_dict())


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_a_scenario_states_only_what_differs_and_matters(scenario: Scenario) -> None:
    configuration = parse_configuration(scenario.config)
    for key, (_, value) in differences(Configuration(), configuration).items():
        for other, values in SETTINGS[key].when.items():
            # the parameters of a pattern are also given for the pattern the lesson switches to
            assert value_of(configuration, other) in values or key == "arrivals.rate_per_second", (key, value)


def test_overrides_win_and_may_be_nested_or_dotted() -> None:
    configuration = scenario_configuration("spike", {"workers": {"count": 3}, "seed": 9})
    assert configuration.arrivals.process == "spike"
    assert configuration.workers.count == 3
    assert configuration.seed == 9


def test_an_unknown_scenario_is_answered_with_the_names() -> None:
    with pytest.raises(ScenarioNotFound, match='given "spiek", allowed one of notes-picture'):
        scenario_configuration("spiek")
