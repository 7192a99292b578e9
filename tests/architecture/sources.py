"""The modules of the project and what each imports, read from the syntax tree: nothing is executed."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Module:
    """One Python file: its dotted name, its tree and the absolute names it imports, wherever in the file."""

    name: str
    path: Path
    tree: ast.Module
    imports: frozenset[str]

    @property
    def relative_path(self) -> str:
        """The path from the root, for messages."""
        return self.path.relative_to(ROOT).as_posix()


def _dotted_name(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(tree: ast.AST, package: str) -> frozenset[str]:
    """Every imported name, relative ones made absolute; `from a import b` counts as a and as a.b."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")
                above = above[: len(above) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            found.add(base)
            found.update(f"{base}.{alias.name}" for alias in node.names)
    return frozenset(found)


def read(path: Path) -> Module:
    """Parses one file."""
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    name = _dotted_name(path)
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    return Module(name, path, tree, imports_of(tree, package))


@cache
def product_modules() -> tuple[Module, ...]:
    """app.py and everything in simulator/."""
    paths = [*sorted((ROOT / "simulator").rglob("*.py")), ROOT / "app.py"]
    return tuple(read(path) for path in paths if path.exists())
