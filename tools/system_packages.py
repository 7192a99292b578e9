"""Installs a Debian package where that is allowed: as root, or with a sudo that asks for no password."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable


def _prefix() -> list[str] | None:
    """What to put before apt-get, or None where no package may be installed."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def install_system_package(package: str, say: Callable[[str], None]) -> bool:
    """Installs one package with apt-get; False when that is not allowed here or did not work."""
    prefix = _prefix()
    if prefix is None:
        return False
    say(f"installing Debian's package {package}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    failure = ""
    for command in (install, [*prefix, "apt-get", "update", "-qq"], install):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if command is install and done.returncode == 0:
            return True
        failure = (done.stderr.strip().splitlines() or [failure])[-1]
    say(f"apt-get could not install {package}: {failure}")
    return False
