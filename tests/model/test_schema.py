"""The JSON Schema that page, messages and docs are generated from; and that the docs are fresh."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from simulator.model import LIVE_KEYS, SETTINGS, json_schema, parse_configuration, resolve
from simulator.model.keys import Setting
from simulator.model.reference import PATH, reference
from simulator.model.resolve import value_of
from simulator.model.settings import Group


def leaves(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    for name, inner in node["properties"].items():
        key = f"{path}.{name}" if path else name
        if inner["type"] == "object":
            assert inner["additionalProperties"] is False
            yield from leaves(inner, key)
        else:
            yield key, inner


LEAVES = dict(leaves(json_schema()))


def test_the_schema_nests_every_setting() -> None:
    assert list(LEAVES) == list(SETTINGS)


@pytest.mark.parametrize("key", LEAVES)
def test_a_leaf_says_all_the_wire_promises(key: str) -> None:
    leaf = LEAVES[key]
    assert leaf["x-key"] == key
    assert leaf["x-title"]
    assert leaf["description"].endswith(".")
    assert "\n" not in leaf["description"]
    assert leaf["x-unit"] in ("s", "/s", "count", "ratio", "factor", "")
    assert leaf["x-group"] in get_args(Group)
    assert leaf["x-scale"] in ("log", "linear")
    assert leaf["x-live"] is (key in LIVE_KEYS)
    assert set(leaf.get("x-when", {})) <= set(LEAVES)
    for other, values in leaf.get("x-when", {}).items():
        assert set(values) <= set(LEAVES[other]["enum"])
    if leaf["type"] in ("integer", "number"):
        assert leaf["minimum"] <= leaf["default"] <= leaf["maximum"]
    if leaf["type"] == "integer":
        assert leaf["x-step"] == 1
    if "enum" in leaf:
        assert leaf["default"] in leaf["enum"]


@pytest.mark.parametrize("key", LEAVES)
def test_a_default_is_what_an_empty_configuration_resolves_to(key: str) -> None:
    default = LEAVES[key]["default"]
    assert value_of(resolve(parse_configuration({})), key) == (tuple(default) if default == [] else default)


@pytest.mark.parametrize("profile", ["pure", "bare_metal", "vm"])
def test_profile_defaults_are_what_the_profile_gives(profile: str) -> None:
    full = resolve(parse_configuration({"costs.profile": profile}))
    keys = [key for key, leaf in LEAVES.items() if leaf.get("x-from-profile")]
    assert len(keys) == 10
    for key in keys:
        assert LEAVES[key]["x-profile-defaults"][profile] == value_of(full, key)


@pytest.mark.parametrize("entry", SETTINGS.values(), ids=list(SETTINGS))
def test_names_carry_their_unit(entry: Setting) -> None:
    endings = {"s": "_seconds", "/s": "_per_second", "ratio": "_ratio"}
    ending = endings.get(entry.note.unit)
    assert ending is None or entry.key.endswith(ending)


def test_titles_are_short_and_distinct() -> None:
    titles = [entry.title for entry in SETTINGS.values()]
    assert len(set(titles)) == len(titles)
    assert max(map(len, titles)) <= 40


def test_the_reference_in_the_docs_is_fresh() -> None:
    assert PATH.read_text(encoding="utf-8") == reference(), "run `python -m simulator.model.reference`"
