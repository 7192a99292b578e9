"""Whatever a user can set, call or pass is on a page; whatever a page points to exists."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from simulator.cli import build_parser
from simulator.model.keys import SETTINGS
from simulator.model.scenarios import load_scenarios
from tests.docs.pages import ROOT, everything, mentions, pages
from tools import scenarios_page

# Set by the tests for themselves.
INTERNAL_VARIABLES = {"MILLRACE_BROWSER"}
MADE_BY_SET_UP = {"static/vendor"}
INTERNAL_TARGETS = {"dev-setup", "types", "style", "javascript", "help"}


def flags_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every long option of a parser and of its commands, and the commands."""
    for action in parser._actions:
        yield from (option for option in action.option_strings if option.startswith("--"))
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield name
                yield from flags_of(command)


def missing(words: set[str], text: str) -> set[str]:
    """Those that the text does not mention."""
    return {word for word in words if not mentions(text, word)}


def test_every_setting_is_in_the_reference() -> None:
    assert not missing(set(SETTINGS), pages()["docs/configuration.md"])


def test_the_page_of_scenarios_is_what_the_scenarios_say() -> None:
    assert pages()["docs/scenarios.md"] == scenarios_page.page(), "run `python -m tools.scenarios_page`"
    assert not missing(set(load_scenarios()), pages()["docs/scenarios.md"])


def test_every_command_and_flag_of_the_command_line_is_in_the_readme() -> None:
    assert not missing(set(flags_of(build_parser())) - {"--help"}, pages()["README.md"])


def test_every_flag_of_the_server_is_in_the_readme() -> None:
    shown = subprocess.run(
        [sys.executable, "app.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert not missing(set(re.findall(r"--[a-z-]+", shown)) - {"--help"}, pages()["README.md"])


def test_every_make_target_is_shown_by_make_and_by_the_contributing_page() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE)) - INTERNAL_TARGETS
    assert {"setup", "run", "test", "lint", "bench"} <= targets
    for target in targets:
        assert f"make {target}" in pages()["CONTRIBUTING.md"]
        assert f"make {target}" in makefile


def test_every_environment_variable_is_on_a_page() -> None:
    sources = [*ROOT.glob("*.py"), ROOT / "Makefile"]
    for folder in ("simulator", "tests", "tools", "benchmarks"):
        sources += (ROOT / folder).rglob("*.py")
    used = {name for path in sources for name in re.findall(r"\bMILLRACE_[A-Z_]+\b", path.read_text())}
    assert not missing(used - INTERNAL_VARIABLES, everything())


def test_every_dependency_is_explained_and_has_an_upper_bound() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text().splitlines():
            if not line or line.startswith(("#", "-r")):
                continue
            assert re.search(r"<\d", line), f"{name}: {line} has no upper bound"
            package = re.split(r"[\[<>=]", line)[0].removeprefix("types-")
            assert mentions(pages()["README.md"], package), f"the README does not say why {package}"


@pytest.mark.parametrize("page", sorted(pages()))
def test_links_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", pages()[page])
    lost = [target for target in targets if not ((ROOT / page).parent / target).exists()]
    assert not lost


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_paths_that_are_named_exist(page: str) -> None:
    named = set(
        re.findall(r"`((?:simulator|tests|tools|benchmarks|static|templates|docs)/[\w./-]+)`", pages()[page])
    )
    assert not [path for path in named - MADE_BY_SET_UP if not (ROOT / path).exists()]
