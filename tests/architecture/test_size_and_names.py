"""A file is read in one sitting and its name says what is in it."""

from __future__ import annotations

import ast

from tests.architecture.sources import product_modules

MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 60
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
# Longer than the limit with a reason.
LONG_FUNCTIONS = {
    "simulator.kernel.steps.go": "one branch a step code, as a CPU decodes; cut up it runs slower"
}


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the signature to the end, its docstring left out: explaining is not punished."""
    first = function.body[0]
    docstring = 0
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        docstring = (first.end_lineno or first.lineno) - first.lineno + 1
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring


def test_a_file_is_read_in_one_sitting() -> None:
    sizes = {module.relative_path: len(module.path.read_text().splitlines()) for module in product_modules()}
    assert not {path: lines for path, lines in sizes.items() if lines > MOST_LINES_OF_A_FILE}


def test_a_function_fits_a_screen() -> None:
    sizes = {
        f"{module.name}.{node.name}": _body_lines(node)
        for module in product_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = {name for name, lines in sizes.items() if lines > MOST_LINES_OF_A_FUNCTION}
    assert long - set(LONG_FUNCTIONS) == set()
    assert set(LONG_FUNCTIONS) - long == set(), "an exception that is no longer needed"


def test_a_name_says_what_is_inside() -> None:
    assert not [module.name for module in product_modules() if SAYS_NOTHING & set(module.name.split("."))]


def test_a_file_opens_with_what_it_is_about() -> None:
    assert not [module.relative_path for module in product_modules() if not ast.get_docstring(module.tree)]
