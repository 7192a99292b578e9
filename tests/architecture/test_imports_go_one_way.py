"""Imports go one way: what a layer needs stands to its left, so it can be read without the rest."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.architecture.sources import imports_of, product_modules

LAYERS = ("errors", "kernel", "programs", "model", "metrics", "runs", "analysis", "web", "app")
# The command line is a front door like the web, with the same things below it and neither above the other.
BESIDE_WEB = ("cli", "__main__")
EVENTLET_HOME = "simulator.web"
TIMELESS = ("kernel", "programs", "model", "metrics")
# Wall time, chance, sockets and threads of the host have no place in a function of the seed.
HOST_MODULES = {
    "time",
    "random",
    "secrets",
    "socket",
    "threading",
    "asyncio",
    "multiprocessing",
    "subprocess",
}
HOST_EXCEPTIONS = {
    "simulator.model.compiling": {"subprocess"},  # a second process halves the wait for the compiler
    "simulator.model.simulation": {"time"},  # warm_up says how many wall seconds compiling took
    "simulator.metrics.history": {"threading"},  # a run writes it in one thread, the web reads it in another
}


def layer_of(name: str) -> str:
    """The layer a dotted name belongs to; empty for the package itself and for what is not ours."""
    parts = name.split(".")
    if parts[0] == "app":
        return "app"
    if parts[0] != "simulator" or len(parts) == 1:
        return ""
    if parts[1] in BESIDE_WEB or parts[1].startswith("cli"):
        return "cli"
    return parts[1] if parts[1] in LAYERS else ""


def rank(layer: str) -> int:
    """The place of a layer from left to right."""
    return LAYERS.index("web" if layer == "cli" else layer)


def points_back(importer: str, imported: str) -> bool:
    """Whether this import goes against the direction."""
    mine, theirs = layer_of(importer), layer_of(imported)
    if not mine or not theirs or mine == theirs:
        return False
    if mine == "kernel":
        return True
    return rank(theirs) >= rank(mine)


def test_a_module_imports_only_from_layers_to_its_left() -> None:
    backwards = [
        f"{module.relative_path} imports {name}"
        for module in product_modules()
        for name in sorted(module.imports)
        if points_back(module.name, name)
    ]
    assert not backwards, f"the order is {' -> '.join(LAYERS)}"


def test_every_module_has_a_layer() -> None:
    lost = [
        module.name
        for module in product_modules()
        if module.name != "simulator" and not layer_of(module.name)
    ]
    assert not lost


def test_the_kernel_needs_numba_numpy_and_the_standard_library_alone() -> None:
    allowed = {"numba", "llvmlite", "numpy", "simulator", "__future__", *sys.stdlib_module_names}
    foreign = {
        module.name: sorted(name for name in module.imports if name.split(".")[0] not in allowed)
        for module in product_modules()
        if layer_of(module.name) == "kernel"
    }
    assert not {name: names for name, names in foreign.items() if names}


def test_the_simulation_knows_no_wall_clock_no_socket_and_no_thread_of_the_host() -> None:
    found = {
        module.name: (HOST_MODULES & module.imports) - HOST_EXCEPTIONS.get(module.name, set())
        for module in product_modules()
        if layer_of(module.name) in TIMELESS
    }
    assert not {name: names for name, names in found.items() if names}


def test_one_module_alone_imports_eventlet_and_it_belongs_to_the_web() -> None:
    users = [
        module.name
        for module in product_modules()
        if any(name.split(".")[0] == "eventlet" for name in module.imports)
    ]
    assert len(users) == 1, f"eventlet is imported by {users}"
    assert users[0].startswith(EVENTLET_HOME)


@pytest.mark.parametrize(
    ("importer", "imported", "expected"),
    [
        ("simulator.model.resolve", "simulator.kernel.codes", False),
        ("simulator.kernel.engine", "simulator.kernel.calendar", False),
        ("simulator.kernel.engine", "simulator.programs.worker", True),
        ("simulator.kernel.engine", "simulator.errors", True),
        ("simulator.metrics.rows", "simulator.errors", False),
        ("simulator.metrics.rows", "simulator.web.server", True),
        ("simulator.cli", "simulator.web.server", True),
        ("simulator.web.server", "simulator.cli", True),
        ("simulator.cli_output", "simulator.cli", False),
        ("app", "simulator.web.server", False),
        ("simulator.web.server", "app", True),
        ("simulator.web.server", "numpy", False),
    ],
)
def test_the_direction_itself(importer: str, imported: str, expected: bool) -> None:
    assert points_back(importer, imported) is expected


def test_imports_are_found_wherever_they_hide() -> None:
    source = "import a.b\ndef f():\n    from . import sibling\n    from ..kernel.codes import RUNNING\n"
    found = imports_of(ast.parse(source), "simulator.model")
    assert {"a.b", "simulator.model.sibling", "simulator.kernel.codes"} <= found
