"""Every Numba flag of the project, and the cache of compiled code.

Numba's own cache looks only at the file of the function it stores: edit a callee in another file and the
old machine code comes back without a word. So the cache directory is named by a hash of all sources that
are compiled together, with the Python, numba and numpy versions; a change anywhere means a fresh directory.

`inner` is for functions called by other compiled functions; `hot` for those of them that every job goes
through: they are always inlined (measured: a quarter more jobs a second; inlining everything made compiling
half as long again). `entry` is for the few that Python calls: they are cached and release the GIL. With
`MILLRACE_KERNEL=python` in the environment all of them leave the function as it is, which makes the plain-
Python twin that tests compare with.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

PLAIN_PYTHON = os.environ.get("MILLRACE_KERNEL", "compiled") == "python"
_COMPILED_FOLDERS = ("kernel", "metrics")
_Function = TypeVar("_Function", bound=Callable[..., Any])


def _source_key() -> str:
    import numba
    import numpy

    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent
    for folder in _COMPILED_FOLDERS:
        for source in sorted((root / folder).glob("*.py")):
            digest.update(source.name.encode())
            digest.update(source.read_bytes())
    digest.update(f"{sys.version_info[:3]}{numba.__version__}{numpy.__version__}".encode())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def cache_directory() -> Path:
    """The folder of compiled code for exactly these sources.

    In order: `MILLRACE_CACHE_DIR`, beside the kernel's own byte code, the user's cache folder, a private
    temporary folder that is lost with the process (then every start compiles).
    """
    key = _source_key()
    candidates = [
        os.environ.get("MILLRACE_CACHE_DIR"),
        Path(__file__).resolve().parent / "__pycache__",
        Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "millrace",
    ]
    for candidate in candidates:
        if candidate and _writable(Path(candidate) / f"compiled-{key}"):
            return Path(candidate) / f"compiled-{key}"
    return Path(tempfile.mkdtemp(prefix="millrace-"))


if PLAIN_PYTHON:

    def inner(function: _Function) -> _Function:
        """The function as it is."""
        return function

    def hot(function: _Function) -> _Function:
        """The function as it is."""
        return function

    def entry(function: _Function) -> _Function:
        """The function as it is."""
        return function

else:
    import numba

    CACHE_DIRECTORY = cache_directory()
    # Set before the first decorator runs. Numba's type stubs do not know its configuration or all its flags.
    setattr(numba.config, "CACHE_DIR", str(CACHE_DIRECTORY))  # noqa: B010
    _INNER_FLAGS: dict[str, Any] = {
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "error_model": "numpy",
    }
    _ENTRY_FLAGS: dict[str, Any] = {
        "cache": True,
        "nogil": True,
        "no_cfunc_wrapper": True,
        "error_model": "numpy",
    }

    def _compile_inner(function: _Function, flags: dict[str, Any]) -> _Function:
        compiled: Any = numba.njit(**flags)(function)
        template_of, unliteral = compiled.get_call_template, cast("Any", numba.types.unliteral)

        def without_literals(arguments: Any, keywords: Any) -> Any:
            return template_of(tuple(unliteral(kind) for kind in arguments), keywords)

        # Numba would compile `set_state(..., PARKED, ...)` and `set_state(..., READY, ...)` apart, once for
        # each constant; one version for all integers takes a fifth off the time to compile.
        compiled.get_call_template = without_literals
        result: _Function = compiled
        return result

    def inner(function: _Function) -> _Function:
        """Compile for calls from compiled code only: no wrappers, nothing to cache by itself."""
        return _compile_inner(function, _INNER_FLAGS)

    def hot(function: _Function) -> _Function:
        """As `inner`, and inlined wherever it is called."""
        return _compile_inner(function, _INNER_FLAGS | {"forceinline": True})

    def entry(function: _Function) -> _Function:
        """Compile for calls from Python: cached on disk, and the GIL is released while it runs."""
        compiled: _Function = numba.njit(**_ENTRY_FLAGS)(function)
        return compiled
