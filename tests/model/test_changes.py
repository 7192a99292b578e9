"""Cost profiles and changes of single keys."""

from __future__ import annotations

import pytest

from simulator.errors import ConfigurationError
from simulator.model import (
    Configuration,
    differences,
    parse_configuration,
    resolve,
    to_nested,
    with_changes,
)
from simulator.model.keys import PROFILE_KEYS
from simulator.model.profiles import OVERHEADS, PROFILES
from simulator.model.resolve import is_resolved, value_of


def test_every_overhead_has_a_value_in_every_profile() -> None:
    assert set(OVERHEADS) == PROFILE_KEYS
    for values in PROFILES.values():
        assert set(values) == PROFILE_KEYS


@pytest.mark.parametrize("profile", PROFILES)
def test_unset_overheads_come_from_the_profile_and_set_ones_win(profile: str) -> None:
    full = resolve(parse_configuration({"costs.profile": profile, "queue.hold_seconds": 0.25}))
    assert is_resolved(full)
    assert full.queue.hold_seconds == 0.25
    for key in PROFILE_KEYS - {"queue.hold_seconds"}:
        assert value_of(full, key) == PROFILES[profile][key]


def test_pure_costs_nothing() -> None:
    assert set(PROFILES["pure"].values()) == {0.0}


def test_an_unresolved_configuration_stays_so() -> None:
    changed = with_changes(Configuration(), {"workers.count": 3})
    assert changed.workers.count == 3
    assert changed.queue.hold_seconds is None


def test_changing_the_profile_moves_what_stood_at_its_default() -> None:
    full = resolve(parse_configuration({"queue.hold_seconds": 1e-6}))
    pure = with_changes(full, {"costs.profile": "pure"})
    assert pure.queue.hold_seconds == 1e-6
    assert {value_of(pure, key) for key in PROFILE_KEYS - {"queue.hold_seconds"}} == {0.0}
    both = with_changes(full, {"costs": {"profile": "vm", "spawn_seconds": 0.5}})
    assert both.costs.spawn_seconds == 0.5
    assert both.costs.wake_call_seconds == PROFILES["vm"]["costs.wake_call_seconds"]


def test_null_goes_back_to_the_profiles_default() -> None:
    full = resolve(parse_configuration({"queue.hold_seconds": 1e-6}))
    assert with_changes(full, {"queue.hold_seconds": None}) == resolve(Configuration())


def test_a_refused_change_names_every_problem() -> None:
    full = resolve(Configuration())
    with pytest.raises(ConfigurationError) as caught:
        with_changes(full, {"workers.count": 0, "nic.queues": 17, "seed": 2}, live=True)
    assert {problem.field for problem in caught.value.problems} == {"workers.count", "nic.queues", "seed"}


def test_rules_between_settings_look_at_the_result() -> None:
    full = resolve(parse_configuration({"nic.ring_slots": 8192}))
    with pytest.raises(ConfigurationError, match=r"nic\.ring_slots: given 8192, allowed 1 to 2048"):
        with_changes(full, {"nic.queues": 16})


def test_a_key_that_cannot_change_may_be_given_as_it_is() -> None:
    full = resolve(Configuration())
    assert with_changes(full, {"seed": 1, "workers.count": 3}, live=True).workers.count == 3
    assert with_changes(full, to_nested(full), live=True, allow_files=False) == full


def test_differences_come_in_pairs() -> None:
    before = resolve(Configuration())
    after = with_changes(before, {"workers.count": 4, "queue.discipline": "lifo"})
    assert differences(before, after) == {"queue.discipline": ("fifo", "lifo"), "workers.count": (8, 4)}


def test_a_configuration_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Configuration().workers.count = 3  # type: ignore[misc]
