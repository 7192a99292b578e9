"""Serves the dashboard: `python app.py [--host HOST] [--port PORT]`.

The page is served at once; the kernel is loaded, or the first time compiled, behind it.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from simulator import __version__
from simulator.web import green
from simulator.web.engine import Options
from simulator.web.readiness import Readiness
from simulator.web.security import is_loopback
from simulator.web.server import make_server

_PATIENCE_SECONDS = 1.0


def build_parser() -> argparse.ArgumentParser:
    """The command line of the server."""
    parser = argparse.ArgumentParser(prog="app.py", description="Serve the Millrace dashboard.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)"
    )
    parser.add_argument("--port", type=_port, default=5000, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--max-runs",
        type=_positive,
        default=os.environ.get("MILLRACE_MAX_RUNS"),
        help="live runs at once (default: 128, or MILLRACE_MAX_RUNS)",
    )
    parser.add_argument(
        "--pause-after",
        type=_seconds,
        metavar="SECONDS",
        help="a run that nobody watches pauses after so long (default: 60)",
    )
    parser.add_argument(
        "--remove-after",
        type=_seconds,
        metavar="SECONDS",
        help="and is removed so long after that (default: 1800)",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name under which the page may be asked for",
    )
    parser.add_argument("--version", action="version", version=f"Millrace {__version__}")
    return parser


def _port(text: str) -> int:
    number = int(text) if text.isdecimal() else -1
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError(f"given {text}, allowed 0 to 65535")
    return number


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 10_000:
        raise argparse.ArgumentTypeError(f"given {text}, allowed 1 to 10000")
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 1e9:
        raise argparse.ArgumentTypeError(f"given {text}, allowed 0 or more seconds")
    return seconds


def listen(host: str, port: int) -> Any:
    """A listening socket; ends the process with one clear line where there can be none."""
    try:
        return green.listen(host, port)
    except OSError as error:
        reason = error.strerror or str(error)
        say(f"cannot listen on {host} port {port}: {reason}. Choose another with --port, or --host.")
        sys.exit(2)


def say(text: str, end: str = "\n") -> None:
    """Tell the person at the terminal."""
    print(text, end=end, file=sys.stderr, flush=True)


def tell_progress(readiness: Readiness) -> None:
    """Say on the terminal that the kernel is being compiled, and for how long, until it is there."""
    is_terminal = sys.stderr.isatty()
    told = False
    while True:
        green.sleep(_PATIENCE_SECONDS)
        if not readiness.is_loading:
            break
        if is_terminal or not told:
            text = f"compiling the kernel ... {readiness.elapsed_seconds:.0f} s"
            say(f"\r{text}" if is_terminal else text, end="" if is_terminal else "\n")
            told = True
    if told and readiness.status == "ok":
        text = f"the kernel is ready ({readiness.elapsed_seconds:.1f} s)"
        say(f"\r{text:<40}" if is_terminal else text)


def stop(_signal: int = 0, _frame: Any = None) -> NoReturn:
    """End at once, quietly: runs live in memory alone, and native threads need not be waited for."""
    with contextlib.suppress(Exception):
        say("\nMillrace has stopped.")
    os._exit(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    given = build_parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    listener = listen(given.host, given.port)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    server = make_server(
        Options(
            host=given.host,
            names=tuple(given.allow_host),
            most_runs=given.max_runs,
            pause_after_seconds=given.pause_after,
            remove_after_seconds=given.remove_after,
        )
    )
    port = listener.getsockname()[1]
    shown = given.host if given.host not in ("", "0.0.0.0", "::") else "127.0.0.1"
    address = f"[{shown}]" if ":" in shown else shown
    say(f"Millrace {__version__} serves http://{address}:{port}/  (Ctrl-C stops it)")
    if not is_loopback(given.host):
        say(f"Warning: anyone who reaches {given.host} can make and edit runs; there are no accounts.")
    green.start(tell_progress, server.engine.readiness)
    server.serve(listener)


if __name__ == "__main__":
    main()
