"""Files for the page: Plotly's JavaScript out of the installed package, and gzip for whatever is text.

Plotly's bundle carries the style sheet of its maps and puts it into the page when it is loaded, which the
page's Content-Security-Policy forbids but for that text's hash; the hash is taken from the bundle that is
installed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import logging
import re
from collections import OrderedDict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from flask import Blueprint, Response, request

from simulator.web import green

LEAST_COMPRESSED_BYTES: Final = 1024
_LEVEL: Final = 6
_IN_THREAD_FROM_BYTES: Final = 1 << 16
_COMPRESSIBLE: Final = re.compile(r"text/|application/(json|javascript|manifest)|image/svg")
_KEPT: Final = 256
_STYLE_AT_LOAD: Final = re.compile(rb"\.id=\"([0-9a-f]{64})\",\w+\.textContent='((?:[^'\\]|\\.)*)'")

_log = logging.getLogger("millrace.web")


class Bundle:
    """Plotly's JavaScript, read once, compressed once."""

    def __init__(self) -> None:
        self._plain: bytes | None = None
        self._packed: bytes | None = None
        self.etag = f"plotly-{version('plotly')}"
        self.style_hashes: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Know the hashes before the page is sent; without the package the page says what is missing."""
        try:
            self.load()
        except OSError:
            _log.error("the JavaScript of the plotly package is missing: the page will have no charts")

    def load(self) -> bytes:
        """The bundle; reads it the first time. FileNotFoundError when the plotly package is not whole."""
        if self._plain is None:
            # The package is found, not imported: importing it takes longer than the rest of the start.
            spec = find_spec("plotly")
            folder = Path(next(iter(spec.submodule_search_locations or ()))) if spec else Path()
            content = (folder / "package_data" / "plotly.min.js").read_bytes()
            self.style_hashes = style_hashes(content)
            self._plain = content
        return self._plain

    def packed(self) -> bytes:
        """The bundle, gzipped."""
        if self._packed is None:
            self._packed = gzip.compress(self.load(), _LEVEL, mtime=0)
        return self._packed


def style_hashes(bundle: bytes) -> tuple[str, ...]:
    """The CSP sources of the style texts that a bundle inserts when it is loaded."""
    found = []
    for match in _STYLE_AT_LOAD.finditer(bundle):
        text = re.sub(rb"\\(.)", rb"\1", match.group(2))
        found.append(f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'")
    return tuple(found)


class Compressor:
    """Gzips answers for clients that take it; what has an ETag is compressed once and kept."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def __call__(self, response: Response) -> Response:
        """Flask's after_request."""
        if not _may_compress(response):
            return response
        response.vary.add("Accept-Encoding")
        if not takes_gzip():
            return response
        response.direct_passthrough = False
        etag, _ = response.get_etag()
        body = self._compressed(response.get_data(), etag)
        if etag is not None:
            response.set_etag(etag, weak=True)  # the same content, other bytes
        response.set_data(body)
        response.headers["Content-Encoding"] = "gzip"
        return response

    def _compressed(self, body: bytes, etag: str | None) -> bytes:
        key = (request.path, etag or "")
        if etag is not None and key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if len(body) < _IN_THREAD_FROM_BYTES:
            packed = gzip.compress(body, _LEVEL, mtime=0)
        else:
            packed = green.in_thread(lambda: gzip.compress(body, _LEVEL, mtime=0))
        if etag is not None:
            self._kept[key] = packed
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return packed


def takes_gzip() -> bool:
    """Whether the client of the request under way reads gzip."""
    return request.accept_encodings["gzip"] > 0


def _may_compress(response: Response) -> bool:
    return (
        response.status_code == 200
        and "Content-Encoding" not in response.headers
        and bool(_COMPRESSIBLE.match(response.mimetype or ""))
        and (response.content_length or 0) >= LEAST_COMPRESSED_BYTES
    )


def blueprint(bundle: Bundle) -> Blueprint:
    """The route of Plotly's JavaScript."""
    assets = Blueprint("assets", __name__)

    @assets.get("/vendor/plotly.min.js")
    def plotly() -> Response:
        zipped = takes_gzip()
        response = Response(mimetype="text/javascript")
        response.set_etag(bundle.etag + ("-gzip" if zipped else ""))
        response.vary.add("Accept-Encoding")
        # Kept, but asked about: the address says nothing of the version.
        response.headers["Cache-Control"] = "public, no-cache"
        response.make_conditional(request)
        if response.status_code == 200:
            response.set_data(green.in_thread(bundle.packed if zipped else bundle.load))
            if zipped:
                response.headers["Content-Encoding"] = "gzip"
        return response

    return assets
