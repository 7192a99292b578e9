"""A real server on a free port, in a process of its own, for benchmarks and browser tests alike."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 90.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """`python app.py --port N`, from start to a kernel that is ready, to its end."""

    def __init__(
        self, port: int = 0, log: IO[bytes] | None = None, environment: dict[str, str] | None = None
    ) -> None:
        self.port = port or free_port()
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the dashboard is."""
        return f"http://{HOST}:{self.port}"

    def start(self, wait_for_kernel: bool = True) -> ServerProcess:
        """Starts it and waits until it answers."""
        output = self.log or subprocess.DEVNULL
        command = [sys.executable, "app.py", "--port", str(self.port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"app.py ended with status {self.process.returncode}")
            health = self.health()
            if health and (health.get("status") == "ok" or not wait_for_kernel):
                return self
            time.sleep(0.05)
        self.stop()
        raise TimeoutError(f"app.py did not answer within {START_SECONDS:g} s")

    def health(self) -> dict[str, Any] | None:
        """What /healthz says; None while nobody answers."""
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except (urllib.error.URLError, OSError, ValueError):
            return None

    def cpu_seconds(self) -> float:
        """Processor time it has used."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self) -> float:
        """Its resident memory, MiB."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def stop(self) -> None:
        """Ends it as Ctrl-C would, and by force if that is not enough."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.process = None

    def __enter__(self) -> ServerProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
