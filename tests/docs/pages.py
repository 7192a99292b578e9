"""The pages of the documentation, read once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")


@cache
def pages() -> dict[str, str]:
    """Every page by its path from the root."""
    paths = [ROOT / name for name in NAMES] + sorted((ROOT / "docs").glob("*.md"))
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def everything() -> str:
    """All pages as one text."""
    return "\n".join(pages().values())


def mentions(text: str, word: str) -> bool:
    """Whether the word stands there as a word of its own, not as a part of a longer name."""
    return re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text) is not None


def code_blocks(page: str) -> list[str]:
    """The shell lines of a page's fenced blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", pages()[page], flags=re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]
