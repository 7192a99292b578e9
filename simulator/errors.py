"""Everything Millrace raises on purpose, in one tree.

    MillraceError                  any failure with a sentence fit for the user
    |-- ConfigurationError         what the user gave is not acceptable (exit status 2, HTTP 400)
    |   |-- ScenarioNotFound       no scenario has this name
    |   `-- TraceError             an arrival trace cannot be read
    |-- RunError                   about a live run
    |   |-- RunNotFound            no run has this id, or it was removed (HTTP 404)
    |   |-- RunLimitReached        the cap on live runs is reached (HTTP 503)
    |   `-- RunFailed              the run stopped because of an error of its own
    `-- KernelError                the kernel returned a status that a correct program never causes: a bug
        |-- KernelFull             a fixed table of the kernel is full
        `-- InvariantBroken        a check of the kernel's own accounts failed

The kernel raises nothing; the layer above turns its status into one of these. Left out: programming errors,
which stay ordinary Python exceptions and are not shown to users.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


class MillraceError(Exception):
    """Base of all errors whose message may be shown to a user."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what the user gave.

    `message` is a whole sentence, for instance ``workers.count: given -3, allowed 1 to 4000``; the other
    fields say the same in parts, so that a page can put them beside the control.
    """

    message: str
    field: str | None = None
    given: Any = None
    allowed: str | None = None

    @classmethod
    def of(cls, field: str, given: Any, allowed: str, note: str = "") -> Problem:
        """The usual problem: this key, this value, this range; `note` adds why."""
        message = f"{field}: given {shown(given)}, allowed {allowed}"
        return cls(f"{message} ({note})" if note else message, field, plain(given), allowed)

    def as_dict(self) -> dict[str, Any]:
        """The problem as the wire carries it."""
        return asdict(self)


class ConfigurationError(MillraceError):
    """One or several values are not acceptable; nothing was changed."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems: list[Problem] = [Problem(problems)] if isinstance(problems, str) else list(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))

    def as_dict(self) -> dict[str, Any]:
        """The wire's error object: the first problem's parts, and all problems."""
        first = self.problems[0] if self.problems else Problem("the configuration is not acceptable")
        return {
            **first.as_dict(),
            "message": str(self),
            "problems": [problem.as_dict() for problem in self.problems],
        }


class ScenarioNotFound(ConfigurationError):
    """No scenario has this name."""


class TraceError(ConfigurationError):
    """An arrival trace cannot be read; the problems name the lines."""


class RunError(MillraceError):
    """Something about a live run."""


class RunNotFound(RunError):
    """No run has this id, or it was removed."""

    def __init__(self, run: str) -> None:
        self.run = run
        super().__init__(f"there is no run {shown(run)}; it may have been removed")


class RunLimitReached(RunError):
    """The server already holds as many live runs as it may."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the limit of {limit} live runs is reached; close one, or try again in a minute")


class RunFailed(RunError):
    """A run stopped because of an error of its own."""


class KernelError(MillraceError):
    """The kernel reported a status that a correct program never causes."""


class KernelFull(KernelError):
    """A fixed table of the kernel is full."""


class InvariantBroken(KernelError):
    """A check of the kernel's own accounts failed."""


def shown(value: Any, limit: int = 60) -> str:
    """A value as a message quotes it: JSON-like words, cut when long."""
    if value is None:
        text = "nothing"
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, str):
        text = f'"{value}"'
    else:
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def plain(value: Any) -> Any:
    """The value if JSON can carry it, else its text: what a `Problem` keeps as `given`."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return repr(value)
    if value is None or isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) < 2**64):
        return value
    return value if isinstance(value, str) and len(value) <= 200 else shown(value, 200)
