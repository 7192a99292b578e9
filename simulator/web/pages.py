"""The dashboard's page, and whether the server is well."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, render_template

from simulator import __version__
from simulator.web import green
from simulator.web.readiness import Readiness
from simulator.web.replies import reply


def blueprint(readiness: Readiness, prepare: Callable[[], None]) -> Blueprint:
    """The routes `/` and `/healthz`. `prepare` is called (in a native thread) before the page is sent."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def dashboard() -> Response:
        green.in_thread(prepare)
        response = Response(render_template("index.html", version=__version__), mimetype="text/html")
        response.headers["Cache-Control"] = "no-cache"
        return response

    @pages.get("/healthz")
    def health() -> Response:
        elapsed = round(readiness.elapsed_seconds, 3)
        return reply({"status": readiness.status, "elapsed_seconds": elapsed, "version": __version__})

    return pages
