"""The process in which the twin runs: the choice of kernel is made when it is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.kernel import jit
from tests.twin.twin_process import Play

ROOT = Path(__file__).resolve().parents[2]


class TwinProcess:
    """A process that plays runs on the twin."""

    def __init__(self, folder: Path) -> None:
        assert not jit.PLAIN_PYTHON, "these tests compare the twin with the compiled kernel"
        self._path = folder / "world"
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.twin.twin_process"],
            cwd=ROOT,
            env={**os.environ, "MILLRACE_KERNEL": "python"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def play(self, play: Play) -> tuple[dict[str, Any], bytes]:
        """The outcome of a run on the twin, and the bytes of its World."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({**play, "path": str(self._path)}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer, self._path.read_bytes()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def twin_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwinProcess]:
    process = TwinProcess(tmp_path_factory.mktemp("twin"))
    yield process
    process.close()
