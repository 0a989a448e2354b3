"""Who may import whom: data goes right, and nothing on the left knows what is on its right."""

from __future__ import annotations

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.support.source import MODULES, ROOT, imports

KNOWN = {module.name for module in MODULES}

LAYERS = (
    ("console", "console.cache", "console.text", "console.latepatterns", "console.quickclasses"),
    ("console.scope",),
    ("console.config", "console.aws", "console.demo", "console.command.failure"),
    ("console.resources", "console.resources.model"),
    ("console.resources.fields", "console.resources.parts"),
    ("console.cloudwatch",),
    ("console.ec2", "console.iam", "console.s3", "console.sqs"),
    ("console.resources.cloudwatch", "console.resources.ec2", "console.resources.iam", "console.resources.s3",
     "console.resources.sqs"),
    ("console.resources.registry",),
    ("console.resources.destination",),
    ("console.store",),
    ("console.actions",),
    ("console.actions.presign", "console.workbench"),
    (
        "console.worker", "console.launch", "console.profiling", "console.lists", "console.queuework",
        "console.connect", "console.session",
    ),
    ("console.ui", "console.command", "console.cli", "console.__main__"),
)  # fmt: skip
"""Left to right. A module belongs to the longest name that it starts with. It may import its own part and what
is further left; parts of one layer do not know each other, except those of ``WIRING``."""

WIRING = {
    "console.worker", "console.launch", "console.profiling", "console.lists", "console.queuework", "console.connect",
    "console.session", "console.ui", "console.command", "console.cli", "console.__main__",
}  # fmt: skip
"""Parts that only put other parts together."""

ONLY_FROM = {
    "console.aws": {"console.aws", *WIRING},
    "console.config": {"console.config", "console.ui", *WIRING},
    "console.demo": {"console.demo", "console.connect", "console.command"},
    "console.ui": {"console.ui", "console.command.open"},
}
"""Parts that only some may import, however far left they stand."""

FOREIGN = {
    "textual": {"console.ui"},
    "aiobotocore": {"console.aws"},
    "aiohttp": {"console.aws"},
    "boto3": {"console.aws"},
    "botocore": {"console.aws", "console.demo"},
    "yaml": {"console.config", "console.text.document", "console.command"},
}
"""Packages that only some parts import."""


def belongs(name: str, parts: set[str]) -> bool:
    """Return whether a module is one of ``parts`` or inside one."""
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def part_of(name: str) -> tuple[int, str]:
    """Return (layer, part) of a module of ours."""
    return max(
        ((layer, part) for layer, parts in enumerate(LAYERS) for part in parts if belongs(name, {part})),
        key=lambda found: len(found[1]),
    )


def test_every_module_has_its_layer_and_every_layer_its_modules() -> None:
    stray = [name for name in KNOWN - {"console"} if part_of(name)[1] == "console"]
    assert not stray, "give it a place in LAYERS"
    for part in (part for parts in LAYERS for part in parts):
        assert any(belongs(name, {part}) for name in KNOWN), part


def test_nothing_knows_what_is_on_its_right() -> None:
    wrong = []
    for module in MODULES:
        layer, part = part_of(module.name)
        for name, line, _ in imports(module, KNOWN):
            if not belongs(name, {"console"}):
                continue
            other_layer, other = part_of(name)
            same = other == part or (other_layer == layer and other in WIRING and part in WIRING)
            if not same and other_layer >= layer:
                wrong.append(f"{module.where}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_what_is_for_some_is_imported_by_them_only() -> None:
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in MODULES
        for name, line, _ in imports(module, KNOWN)
        for part, allowed in ONLY_FROM.items()
        if belongs(name, {part}) and not belongs(module.name, allowed)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", sorted(FOREIGN))
def test_packages_stay_where_they_belong(package: str) -> None:
    wrong = [
        f"{module.where}:{line}"
        for module in MODULES
        for name, line, _ in imports(module, KNOWN)
        if belongs(name, {package}) and not belongs(module.name, FOREIGN[package])
    ]
    assert not wrong, "\n".join(wrong)


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {
        module.name: {name for name, _, top in imports(module, KNOWN) if top and name in KNOWN - {module.name}}
        for module in MODULES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


HEAVY = {"textual", "botocore", "aiobotocore", "boto3", "aiohttp", "yaml"}


def loaded_by(program: str) -> set[str]:
    """Return the top-level packages that a fresh interpreter has loaded after ``program``."""
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print('\\nLOADED', *{{n.split('.')[0] for n in sys.modules}})"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("LOADED")[2].split())


def test_the_catalogue_loads_nothing_heavy() -> None:
    found = loaded_by("from console.resources.registry import catalogue; assert catalogue()")
    assert "console" in found
    assert not found & HEAVY


@pytest.mark.parametrize("option", ["--help", "--version", "-h"])
def test_help_and_version_load_nothing_heavy(option: str) -> None:
    program = (
        "import runpy, sys\n"
        f"sys.argv = ['cloudtop', {option!r}]\n"
        "try: runpy.run_module('console', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end: assert not end.code, end.code"
    )
    found = loaded_by(program)
    assert "console" in found
    assert not found & HEAVY
