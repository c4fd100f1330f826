"""The shape of the code, held where it is easily lost: small functions, files that can be read at once."""

import ast
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("app.py", "chalicelib", "functions", "hatch_build.py", "infra", "payment_gateway")
MAX_FUNCTION, P90_FUNCTION = 40, 20
MAX_FILE = 300


def python_files(*names):
    return [file for name in names for file in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))]


def functions(file):
    """(name, lines) of each function in a file, its decorators left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = (node for node in ast.walk(tree) if isinstance(node, kinds))
    return [(f"{file.relative_to(ROOT)}: {node.name}", node.end_lineno - node.lineno + 1) for node in found]


@pytest.mark.parametrize("folder", [*SOURCES, "tests"])
def test_no_function_is_longer_than_a_screen(folder):
    found = chain.from_iterable(map(functions, python_files(folder)))
    assert {name: lines for name, lines in found if lines > MAX_FUNCTION} == {}


@pytest.mark.parametrize("folders", [SOURCES, ("tests",)])
def test_nine_functions_in_ten_have_at_most_twenty_lines(folders):
    lengths = sorted(lines for file in python_files(*folders) for _, lines in functions(file))
    assert lengths[len(lengths) * 9 // 10] <= P90_FUNCTION


@pytest.mark.parametrize("folder", [*SOURCES, "tests"])
def test_no_file_is_too_long_to_read_at_once(folder):
    lines = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8").count("\n") for file in python_files(folder)}
    assert {name: count for name, count in lines.items() if count > MAX_FILE} == {}
