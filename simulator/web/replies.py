"""HTTP answers: JSON by the wire's rules, and every error in the contract's form."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from simulator.web.refusals import refusal_of
from simulator.web.wire import dumps

RETRY_AFTER_SECONDS: Final = 2


def reply(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(dumps(value) + "\n", status, mimetype="application/json")


def error_reply(error: Exception) -> Response:
    """The answer to a request that failed."""
    status, described = refusal_of(error)
    response = reply({"error": described}, status)
    if status in (429, 503):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _http_error(error: HTTPException) -> Response:
    """What Flask itself refuses: unknown addresses, methods, too large bodies."""
    message = error.description or error.name
    if isinstance(error, RequestEntityTooLarge):
        message = "the request is too large"
    response = reply({"error": {"message": message}}, error.code or 500)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def answer_errors(app: Flask) -> None:
    """Every error of this application is answered in the contract's form."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, error_reply)
