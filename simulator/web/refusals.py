"""What the server refuses, in words: every error as an HTTP status and the wire's error object.

    MillraceError
    `-- Refusal                    the web's own reasons to say no
        |-- BadRequest             what came is not what the contract says (400)
        |-- NotReady               the kernel is still being compiled (503, `compiling`)
        |-- TooManyRequests        one client asks too often (429, `too_many_requests`)
        `-- Busy                   no answer in time, or the client reads too slowly (503, `busy`)

An error that is not a MillraceError is a mistake of the program: it is logged, and the client is told only
that.
"""

from __future__ import annotations

import logging
from typing import Any, ClassVar, Final

from simulator.errors import (
    ConfigurationError,
    MillraceError,
    Problem,
    RunError,
    RunLimitReached,
    RunNotFound,
    plain,
)

INTERNAL_MESSAGE: Final = "Something went wrong in the server; its log says what."
_MOST_PROBLEMS: Final = 20

_log = logging.getLogger("millrace.web")


class Refusal(MillraceError):
    """The web says no."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = ""

    def __init__(self, message: str, problem: Problem | None = None) -> None:
        self.problem = problem
        super().__init__(message)


class BadRequest(Refusal):
    """What came is not what the contract says."""

    @classmethod
    def about(cls, field: str, given: Any, allowed: str) -> BadRequest:
        """This field, this value, this is allowed."""
        problem = Problem.of(field, given, allowed)
        return cls(problem.message, problem)


class NotReady(Refusal):
    """The kernel is still being compiled."""

    status = 503
    code = "compiling"


class TooManyRequests(Refusal):
    """One client asks too often."""

    status = 429
    code = "too_many_requests"


class Busy(Refusal):
    """No answer in time, or the client does not read what it is sent."""

    status = 503
    code = "busy"


def refusal_of(error: Exception) -> tuple[int, dict[str, Any]]:
    """The HTTP status and the wire's error object of any exception; a mistake of the program is logged."""
    if isinstance(error, ConfigurationError):
        return 400, _configuration(error)
    if isinstance(error, Refusal):
        details = {} if error.problem is None else error.problem.as_dict()
        coded = {"code": error.code} if error.code else {}
        return error.status, {**details, **coded, "message": str(error)}
    if isinstance(error, RunNotFound):
        return 404, {"message": str(error), "code": "run_gone"}
    if isinstance(error, RunLimitReached):
        return 503, {"message": str(error), "code": "run_limit"}
    if isinstance(error, RunError):
        return 409, {"message": str(error)}
    _log.error("a request failed", exc_info=error)
    return 500, {"message": INTERNAL_MESSAGE}


def _configuration(error: ConfigurationError) -> dict[str, Any]:
    found = error.as_dict()
    problems = found["problems"]
    if len(problems) > _MOST_PROBLEMS:
        shown = problems[:_MOST_PROBLEMS]
        found["problems"] = shown
        found["message"] = (
            "; ".join(p["message"] for p in shown) + f"; and {len(problems) - _MOST_PROBLEMS} more"
        )
    found["given"] = plain(found["given"])
    return found
