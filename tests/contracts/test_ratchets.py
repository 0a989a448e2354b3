"""Sizes and habits that only get better: a module, class or function that grows past its limit is two."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.source import MODULES, ROOT, TESTS, Module

MODULE_LINES = 400
TEST_LINES = 500
CLASS_METHODS = 25
FUNCTION_LINES = 60
OTHER_MODULE_LINES = {"console.ui.app": 199}

_BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!: [A-Z]+[0-9]+)", re.IGNORECASE)
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
every_module = pytest.mark.parametrize("module", MODULES + TESTS, ids=lambda module: module.name)


@every_module
def test_a_module_is_not_too_long(module: Module) -> None:
    limit = TEST_LINES if module in TESTS else OTHER_MODULE_LINES.get(module.name, MODULE_LINES)
    lines = len(module.text.splitlines())
    assert lines <= limit


@each_module
def test_a_class_has_not_too_many_methods(module: Module) -> None:
    counts = {
        f"{module.where}:{node.lineno} {node.name}": sum(isinstance(part, _FUNCTION) for part in node.body)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }
    assert not {name: count for name, count in counts.items() if count > CLASS_METHODS}


@every_module
def test_a_function_is_not_too_long(module: Module) -> None:
    lengths = {
        f"{module.where}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(module.tree)
        if isinstance(node, _FUNCTION)
    }
    assert not {name: length for name, length in lengths.items() if length > FUNCTION_LINES}


@every_module
def test_a_module_says_what_it_is(module: Module) -> None:
    docstring = ast.get_docstring(module.tree) or ""
    assert docstring.splitlines()[:1], "a module begins with a docstring"
    assert docstring.splitlines()[0].endswith((".", "?"))


def test_every_folder_of_modules_is_a_package_that_says_what_it_is() -> None:
    folders = {module.path.parent for module in MODULES}
    assert not {str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()}


@every_module
def test_annotations_are_never_evaluated(module: Module) -> None:
    first = next((node for node in module.tree.body if isinstance(node, ast.ImportFrom)), None)
    assert first is not None or len(module.tree.body) == 1
    assert first is None or (first.module == "__future__" and first.names[0].name == "annotations")


@every_module
def test_a_checker_is_silenced_for_one_named_reason_only(module: Module) -> None:
    lines = enumerate(module.text.splitlines(), 1)
    assert not [f"{module.where}:{number}" for number, line in lines if _BARE_IGNORE.search(line)]


@each_module
def test_no_text_of_ours_is_printed_past_the_output(module: Module) -> None:
    """``print`` in the product stands only where the command line writes its output."""
    if module.name.startswith(("console.command", "console.cli", "console.__main__", "console.demo")):
        return
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    assert not [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]
