"""Builds what a start needs: the virtual environment, packages, the Socket.IO client, the compiled kernel.

    tools/setup.sh run     what `make run` needs
    tools/setup.sh dev     and what tests, lint and benchmarks need

Each part is left alone when it is already what the sources ask for, so a second start costs a few
milliseconds; what was done is recorded in .venv/millrace-setup.json, after it was done. A set-up that was
interrupted is taken up where it stopped; one that was killed while packages were being written starts the
environment anew, because nothing tells which of its files are whole. Uses the standard library alone: it runs
before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools import fetch_client
from tools.system_packages import install_system_package

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
RECORD = VENV / "millrace-setup.json"
INSTALLING = VENV / "millrace-installing"
KERNEL_FOLDERS = ("kernel", "programs", "model", "metrics")


def say(text: str) -> None:
    """One line of progress, on standard error: standard output stays for whoever called."""
    print(f"setup: {text}", file=sys.stderr, flush=True)


def stop(text: str) -> None:
    """Ends the set-up with what to do next."""
    for line in text.splitlines():
        say(line)
    sys.exit(1)


# -------------------------------------------------------------------------------- what was done


def read_record() -> dict[str, str]:
    """What an earlier set-up finished; nothing when there was none."""
    try:
        record = json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(record: dict[str, str]) -> None:
    """Replaces the record in one step: it is either the old one or the new one."""
    draft = RECORD.with_suffix(".draft")
    draft.write_text(json.dumps(record, indent=1, sort_keys=True))
    draft.replace(RECORD)


def fingerprint(paths: list[Path]) -> str:
    """A hash of what these files say."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


# -------------------------------------------------------------------------------- the environment


def base_python() -> str:
    """The interpreter outside any virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def runs(*command: str) -> bool:
    """Whether the command ends well; what it prints is of no interest."""
    return (
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
        == 0
    )


def version() -> str:
    """The Python version as the .venv has to have been built with."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def environment_is_whole(record: dict[str, str]) -> bool:
    """Whether .venv can be used as it is: right Python, a pip that starts, no installation cut off midway."""
    if not VENV_PYTHON.exists() or INSTALLING.exists():
        return False
    if record.get("python") == version() and Path(sys.prefix) == VENV:
        return True
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]})"
    return runs(str(VENV_PYTHON), "-c", same) and runs(str(VENV_PYTHON), "-m", "pip", "--version")


def make_environment() -> None:
    """Builds .venv from nothing, by whichever way this Python has."""
    python = base_python()
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(VENV, ignore_errors=True)
    if runs(python, "-c", "import ensurepip") and runs(python, "-m", "venv", "--clear", str(VENV)):
        return
    if runs(python, "-m", "virtualenv", "--clear", str(VENV)):
        return
    # Debian's python3 comes without ensurepip; its pip, when there, can fill an environment that has none.
    if runs(python, "-m", "venv", "--clear", "--without-pip", str(VENV)) and runs(
        python, "-m", "pip", "--python", str(VENV_PYTHON), "install", "-q", "pip"
    ):
        return
    package = f"python{version()}-venv"
    say(f"this Python cannot make a virtual environment: Debian keeps that in the package {package}")
    if install_system_package(package, say) and runs(python, "-m", "venv", "--clear", str(VENV)):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    stop(f"Install it:  apt-get install {package}\nor name another Python:  make run PYTHON=...")


def install(requirements: str) -> None:
    """Installs a requirements file; pip downloads everything before it writes anything."""
    say(f"installing {requirements} (the first time this fetches about 150 MB)")
    INSTALLING.touch()
    command = [
        str(VENV_PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "-r",
        requirements,
    ]
    if not sys.stderr.isatty():
        command += ["--quiet", "--progress-bar", "off"]
    code = subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode
    if code >= 0:
        INSTALLING.unlink(missing_ok=True)
    if code != 0:
        stop(
            f"pip could not install {requirements} (its own words are above); start again once that is mended"
        )


# -------------------------------------------------------------------------------- the kernel


def kernel_sources() -> list[Path]:
    """Everything that can change what Numba compiles."""
    return [path for folder in KERNEL_FOLDERS for path in sorted((ROOT / "simulator" / folder).rglob("*.py"))]


def compile_kernel() -> None:
    """Compiles the kernel once, counting the seconds on a terminal."""
    code = "from simulator.model.simulation import warm_up; warm_up()"
    started = time.monotonic()
    say("compiling the kernel, about 10 s the first time")
    with subprocess.Popen([str(VENV_PYTHON), "-c", code], cwd=ROOT) as child:
        while True:
            try:
                child.wait(timeout=0.5)
                break
            except subprocess.TimeoutExpired:
                if sys.stderr.isatty():
                    print(
                        f"\rsetup: compiling ... {time.monotonic() - started:.0f} s ", end="", file=sys.stderr
                    )
    if sys.stderr.isatty():
        print("\r", end="", file=sys.stderr)
    if child.returncode != 0:
        stop("the kernel did not compile; the reason is above")
    say(f"the kernel is ready ({time.monotonic() - started:.1f} s)")


# -------------------------------------------------------------------------------- all of it


def lock() -> None:
    """Waits while another set-up of this folder is at work."""
    try:
        import fcntl
    except ImportError:
        return
    # Held until the process ends: the handle is left open on purpose.
    handle = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another set-up is at work in this folder; waiting for it")
        fcntl.flock(handle, fcntl.LOCK_EX)


def main(purpose: str) -> None:
    """Brings the folder to the state that the purpose, `run` or `dev`, needs."""
    lock()
    record = read_record()
    if not environment_is_whole(record):
        make_environment()
        record = {"python": version()}
    record["python"] = version()
    wanted = {"run": ["requirements.txt"], "dev": ["requirements.txt", "requirements-dev.txt"]}[purpose]
    packages = fingerprint([ROOT / name for name in wanted])
    if record.get(purpose) != packages:
        install(wanted[-1])
        record[purpose] = packages
        if purpose == "dev":
            record["run"] = fingerprint([ROOT / "requirements.txt"])
        write_record(record)
    fetch_client.fetch(VENV_PYTHON, say, stop)
    kernel = fingerprint(kernel_sources())
    if record.get("kernel") != kernel:
        compile_kernel()
        record["kernel"] = kernel
    if record != read_record():
        write_record(record)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except KeyboardInterrupt:
        stop("\nstopped; the next start goes on from here")
