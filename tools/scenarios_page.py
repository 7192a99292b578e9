"""Writes docs/scenarios.md from the scenarios themselves: `python -m tools.scenarios_page`.

A test compares the page with what this module would write, so it cannot fall behind.
"""

from __future__ import annotations

from pathlib import Path

from simulator.model.scenarios import load_scenarios

PATH = Path(__file__).resolve().parent.parent / "docs" / "scenarios.md"
INTRODUCTION = """# Scenarios

<!-- Written by `python -m tools.scenarios_page` from simulator/model/scenarios: edit those. -->

Each is a small configuration that opens one lesson. On the page they are in the list at the top; without a
browser `python -m simulator run --scenario ID` runs one. Settings not shown have their default
([configuration.md](configuration.md)).
"""


def _dotted(nested: object, prefix: str = "") -> dict[str, object]:
    """The settings of a scenario with dotted keys."""
    if not isinstance(nested, dict):
        return {prefix: nested}
    found: dict[str, object] = {}
    for key, value in nested.items():
        found |= _dotted(value, f"{prefix}.{key}" if prefix else key)
    return found


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for scenario in load_scenarios().values():
        settings = [f"`{key} = {value}`" for key, value in _dotted(scenario.config).items()]
        parts.append(
            f"## {scenario.title} (`{scenario.id}`)\n\n{scenario.summary}\n\n"
            f"- Turn: {scenario.turn}\n- Watch: {scenario.watch}\n"
            f"- Differs by: {', '.join(settings) or 'nothing: these are the defaults'}\n"
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PATH.write_text(page(), encoding="utf-8")
