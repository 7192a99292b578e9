"""Finds a Chromium or Chrome for the browser tests and prints its path; installs one where that is allowed.

    python -m tools.find_browser [PATH]

In order: the one named, those on the path, those where macOS keeps them, the one Playwright fetched earlier,
Debian's package, Playwright's download. A browser counts only if it starts and says its version.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.system_packages import install_system_package

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "brave-browser")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
HELP = """\
browser: no Chromium or Chrome was found and none could be installed. One of these mends it:
browser:   apt-get install chromium                          (Debian; as root)
browser:   .venv/bin/python -m playwright install chromium   (then its system libraries: install-deps)
browser:   make test BROWSER=/path/to/chrome
browser:   make test BROWSER=none                            (leaves the browser tests out)"""


def say(text: str) -> None:
    """One line of progress, on standard error: standard output is the path alone."""
    print(f"browser: {text}", file=sys.stderr, flush=True)


def starts(path: str) -> bool:
    """Whether this is a browser that can run here: a leftover link or a stub does not say a version."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(name in done.stdout for name in ("Chrom", "Brave"))


def installed() -> str | None:
    """A browser that the system has."""
    for candidate in (*(shutil.which(name) for name in NAMES), *MAC):
        if candidate and starts(candidate):
            return candidate
    return None


def playwrights_own() -> str | None:
    """The browser Playwright keeps for itself, if it was fetched."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and starts(path) else None


def fetch_playwrights_own() -> str | None:
    """Has Playwright download its Chromium; None where the download is not reachable."""
    say("fetching Playwright's Chromium")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "CI": "1"})
    return playwrights_own() if done.returncode == 0 else None


def find(named: str = "") -> str | None:
    """The path of a browser that starts; None when every way failed."""
    if named:
        path = shutil.which(named)
        if path and starts(path):
            return path
        say(f"{named} is not a Chromium or Chrome that starts")
        return None
    found = installed() or playwrights_own()
    if found is None and install_system_package("chromium", say):
        found = installed()
    return found or fetch_playwrights_own()


if __name__ == "__main__":
    browser = find(sys.argv[1] if len(sys.argv) > 1 else "")
    if browser is None:
        sys.exit(HELP)
    print(browser)
