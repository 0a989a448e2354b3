"""What is installed is what runs: the wheel in an environment of its own, used as its users would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from console import __version__
from console.resources.registry import catalogue
from tests.support.outside import ENVIRONMENT
from tests.support.source import MODULES, ROOT

pytestmark = pytest.mark.long


def run(*command: object, cwd: Path, seconds: float = 300, **environment: str) -> str:
    """Return what a command prints; its failure is ours."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={**ENVIRONMENT, **environment},
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    return next(folder.glob("cloudtop-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    run(folder / "bin" / "pip", "install", "-q", "--no-compile", wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture
def cloudtop(installed: Path, home: Path) -> Callable[..., str]:
    """A way to run the installed program far from the source, without any of the user's settings."""

    def call(*arguments: str) -> str:
        empty = {name: "" for name in ENVIRONMENT if name.startswith(("AWS_", "CLOUDTOP_CONFIG", "PYTHON"))}
        return run(installed / "cloudtop", *arguments, cwd=home, HOME=str(home), XDG_CONFIG_HOME="", **empty)

    return call


def test_the_wheel_holds_the_product_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for module in MODULES:
        assert module.where in names
    themes = {f"console/data/themes/{path.name}" for path in (ROOT / "themes").glob("*.yaml")}
    assert themes
    assert themes <= names
    assert "console/data/config.example.yaml" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    strangers = {name for name in names if not re.match(r"(console|cloudtop-[^/]+\.dist-info)/", name)}
    assert not strangers
    assert not {name for name in names if name.endswith((".pyc", ".orig", ".swp"))}


def test_it_says_its_version(cloudtop: Callable[..., str]) -> None:
    assert cloudtop("--version").strip() == f"cloudtop {__version__}"


def test_it_explains_itself(cloudtop: Callable[..., str]) -> None:
    text = cloudtop("--help")
    for word in ("ls", "show", "types", "--profile", "--region", "--demo"):
        assert word in text


def test_it_lists_the_catalogue(cloudtop: Callable[..., str]) -> None:
    listed = json.loads(cloudtop("types", "-o", "json"))
    found = json.dumps(listed)
    for name in catalogue():
        assert name in found


def test_it_finds_its_themes_and_its_example(installed: Path, home: Path) -> None:
    program = (
        "from console.config.data import example_config, load_theme, theme_names\n"
        "from console.config.load import load_settings\n"
        "from console.config.settings import Settings\n"
        "import console\n"
        "assert all(load_theme(name) for name in theme_names())\n"
        "assert load_settings(example_config()) == Settings()\n"
        "print(console.__file__, *theme_names())"
    )
    path, *themes = run(installed / "python", "-c", program, cwd=home).split()
    assert Path(path).is_relative_to(installed.parent)
    assert sorted(themes) == sorted(path.stem for path in (ROOT / "themes").glob("*.yaml"))


def test_what_it_needs_agrees(installed: Path, home: Path) -> None:
    assert "No broken requirements" in run(installed / "pip", "check", cwd=home)
