"""Downloads of a run: its history and its edits as CSV, its configuration as JSON.

Made piece by piece in native threads: a long history is never in memory as text, and nobody waits for it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, request

from simulator.web import green
from simulator.web.assets import takes_gzip
from simulator.web.engine import Engine

if TYPE_CHECKING:
    from simulator.runs.live_run import LiveRun

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_LEVEL: Final = 4


def blueprint(engine: Engine) -> Blueprint:
    """The routes /api/runs/<id>/<file>."""
    exports = Blueprint("exports", __name__, url_prefix="/api/runs/<id>")

    @exports.get("/history.csv")
    def history(id: str) -> Response:
        engine.limit(request.remote_addr, cost=5)
        run, pieces = engine.driver().ask(id, lambda run: (run, run.figures.history.csv()))
        return _download(run, "history.csv", "text/csv", pieces)

    @exports.get("/events.csv")
    def events(id: str) -> Response:
        engine.limit(request.remote_addr)
        run, pieces = engine.driver().ask(id, lambda run: (run, run.journal.csv()))
        return _download(run, "events.csv", "text/csv", pieces)

    @exports.get("/config.json")
    def config(id: str) -> Response:
        engine.limit(request.remote_addr)
        run, settings = engine.driver().ask(id, lambda run: (run, run.config()))
        return _download(run, "config.json", "application/json", [json.dumps(settings, indent=2) + "\n"])

    return exports


def _download(run: LiveRun, name: str, mimetype: str, pieces: Iterable[str]) -> Response:
    encoded: Iterable[bytes] = (piece.encode() for piece in pieces)
    headers = {
        "Content-Disposition": f'attachment; filename="millrace-{run.scenario or "run"}-{run.id}-{name}"',
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding",
    }
    if takes_gzip():
        headers["Content-Encoding"] = "gzip"
        encoded = _gzipped(encoded)
    return Response(green.in_threads(encoded), mimetype=mimetype, headers=headers)


def _gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()
