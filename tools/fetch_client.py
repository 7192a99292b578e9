"""Fetches the browser's Socket.IO client into static/vendor: from the npm registry, or out of a PyPI wheel.

    python -m tools.fetch_client

Nothing of it is kept in the repository and no page loads it from elsewhere, so Millrace works offline. Both
sources carry the same bytes and whatever arrives is compared with the checksum below before it is put in
place. Socket.IO 4 clients speak protocol revision 5, which python-socketio 5 serves.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "static" / "vendor" / "socket.io.min.js"
NPM_PACKAGE = "socket.io-client@4.8.1"
NPM_MEMBER = "package/dist/socket.io.min.js"
# A wheel that carries the same file; it is opened, never installed.
WHEEL = "nicegui==3.18.0"
WHEEL_MEMBER = "nicegui/static/socket.io.min.js"
SHA256 = "b0e735814f8dcfecd6cdb8a7ce95a297a7e1e5f2727a29e6f5901801d52fa0c5"


def is_right(content: bytes) -> bool:
    """Whether these are the bytes that were checked when the version was chosen."""
    return hashlib.sha256(content).hexdigest() == SHA256


def _run(command: list[str], folder: Path) -> str | None:
    """Runs a command in a folder; None when it went well, else its last words."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return ((done.stderr or done.stdout).strip().splitlines() or ["it gave no reason"])[-1]


def from_npm(folder: Path) -> bytes | str:
    """The client out of its npm package, or why not."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    failure = _run([npm, "pack", "--silent", NPM_PACKAGE], folder)
    archives = list(folder.glob("*.tgz"))
    if failure or not archives:
        return failure or "npm pack left no archive"
    with tarfile.open(archives[0]) as archive:
        member = archive.extractfile(NPM_MEMBER)
        return member.read() if member else f"{NPM_MEMBER} is not in the package"


def from_wheel(python: Path, folder: Path) -> bytes | str:
    """The client out of a wheel that carries it, or why not."""
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    failure = _run([str(python), "-m", "pip", "download", *options, "--dest", str(folder), WHEEL], folder)
    wheels = list(folder.glob("*.whl"))
    if failure or not wheels:
        return failure or "pip download left no wheel"
    with zipfile.ZipFile(wheels[0]) as wheel:
        return (
            wheel.read(WHEEL_MEMBER)
            if WHEEL_MEMBER in wheel.namelist()
            else f"{WHEEL_MEMBER} is not in the wheel"
        )


def fetch(python: Path, say: Callable[[str], None], stop: Callable[[str], None]) -> None:
    """Puts the client in place unless it is there; `stop` is told when neither source had it."""
    if TARGET.is_file() and is_right(TARGET.read_bytes()):
        return
    reasons = []
    for source in ("npm", "wheel"):
        with tempfile.TemporaryDirectory(prefix="millrace-client-") as name:
            found = from_npm(Path(name)) if source == "npm" else from_wheel(python, Path(name))
        if isinstance(found, bytes) and is_right(found):
            TARGET.parent.mkdir(parents=True, exist_ok=True)
            draft = TARGET.with_suffix(".draft")
            draft.write_bytes(found)
            draft.replace(TARGET)
            say(f"fetched the Socket.IO client ({NPM_PACKAGE if source == 'npm' else f'out of {WHEEL}'})")
            return
        reason = "the file is not the one expected (checksum)" if isinstance(found, bytes) else found
        reasons.append(f"  from the {'npm package' if source == 'npm' else 'PyPI wheel'}: {reason}")
    stop("\n".join(["the Socket.IO client could not be fetched:", *reasons]))


if __name__ == "__main__":

    def _stop(text: str) -> None:
        sys.exit(text)

    fetch(Path(sys.executable), print, _stop)
