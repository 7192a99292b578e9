"""The README's examples are run as they stand."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.model.resolve import to_nested
from simulator.model.scenarios import scenario_configuration
from tests.docs.pages import ROOT, code_blocks, pages

COMMAND = ".venv/bin/python -m simulator "


def examples() -> list[str]:
    """The command lines of the README."""
    return [line.removeprefix(COMMAND) for line in code_blocks("README.md") if line.startswith(COMMAND)]


def run(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs one in a folder of its own, with a configuration file beside it."""
    (folder / "config.json").write_text(json.dumps(to_nested(scenario_configuration())))
    return subprocess.run(
        [sys.executable, "-m", "simulator", *shlex.split(arguments)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_examples_of_every_command() -> None:
    assert {line.split()[0] for line in examples()} == {"run", "scenarios", "schema"}


@pytest.mark.parametrize("example", examples())
def test_an_example_does_what_it_says(example: str, tmp_path: Path) -> None:
    done = run(example, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout
    if "--json" in example or example == "schema":
        assert json.loads(done.stdout)
    for flag in ("--csv", "--events", "--summary"):
        if flag in example:
            words = shlex.split(example)
            assert (tmp_path / words[words.index(flag) + 1]).stat().st_size > 0


def test_bad_input_ends_with_status_2_and_one_line(tmp_path: Path) -> None:
    done = run("run --set workers.count=-1", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "workers.count" in done.stderr
    assert not done.stdout


def test_the_two_commands_come_first() -> None:
    first = [line for line in code_blocks("README.md") if line.startswith("make")][:2]
    assert first == ["make run", "make test"]
    assert pages()["README.md"].index("make run") < 1500
