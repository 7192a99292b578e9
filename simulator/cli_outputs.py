"""The files that `run` writes: opened before the run starts, so that a bad path costs nobody an hour."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from simulator.cli_input import Order
from simulator.errors import ConfigurationError, MillraceError, Problem


class OutputFailed(MillraceError):
    """A file could not be written during the run."""


class Output:
    """One file, written piece by piece."""

    def __init__(self, path: str, file: TextIO) -> None:
        self._path = path
        self._file = file

    def write(self, text: str) -> None:
        """Add text; OutputFailed when it cannot be written, as on a full disk."""
        try:
            self._file.write(text)
        except OSError as error:
            raise OutputFailed(f"cannot write {self._path}: {error.strerror or error}") from None

    def close(self) -> None:
        """Write what is buffered."""
        try:
            self._file.close()
        except OSError as error:
            raise OutputFailed(f"cannot write {self._path}: {error.strerror or error}") from None


@dataclass(frozen=True)
class Outputs:
    """The files asked for."""

    csv: Output | None
    events: Output | None
    summary: Output | None


@contextmanager
def open_outputs(options: Namespace, order: Order) -> Iterator[Outputs]:
    """Open the files; ConfigurationError when one cannot be written, or is a file the run reads or writes
    twice.
    """
    paths = {"--csv": options.csv, "--events": options.events, "--summary": options.summary}
    _refuse_shared(
        paths, {"CONFIG.json": options.config, "arrivals.trace_file": order.configuration.arrivals.trace_file}
    )
    with ExitStack() as stack:
        opened: dict[str, Output | None] = {}
        for option, path in paths.items():
            if path is None:
                opened[option] = None
                continue
            try:
                file = open(path, "w", encoding="utf-8", newline="")  # noqa: SIM115 (the stack closes it)
            except OSError as error:
                problem = Problem(f"{option}: cannot write {path}: {error.strerror or error}", option, path)
                raise ConfigurationError([problem]) from None
            output = Output(path, file)
            stack.callback(output.close)
            opened[option] = output
        yield Outputs(opened["--csv"], opened["--events"], opened["--summary"])


def _refuse_shared(outputs: dict[str, str | None], inputs: dict[str, str | None]) -> None:
    taken = {Path(path).resolve(): name for name, path in inputs.items() if path is not None}
    for option, path in outputs.items():
        if path is None:
            continue
        place = Path(path).resolve()
        if place in taken:
            raise ConfigurationError(
                [Problem(f"{option}: {path} is the file of {taken[place]}", option, path)]
            )
        if place != Path("/dev/null"):
            taken[place] = option
