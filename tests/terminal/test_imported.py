"""What is loaded before the first picture: nothing of AWS, nothing that only later screens need."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal
from tests.terminal.program import ROOT, surroundings

LATER = (
    "aiobotocore", "aiohttp", "argparse", "boto3", "botocore", "console.actions", "console.aws", "console.demo",
    "console.ui.commands", "console.ui.desk", "gettext", "markdown_it", "pygments", "ssl",
    "textual.widgets._data_table", "textual.widgets._text_area", "urllib.request", "yaml",
)  # fmt: skip
ALL, OURS = 480, 52
"""Modules loaded by then: as of November 2026 there are about a tenth fewer."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The modules of the screen's process at its first picture."""
    home = tmp_path_factory.mktemp("home")
    written = home / "imported"
    credentials = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "eu-west-1"}
    command = [sys.executable, "-m", "tests.terminal.imported", "--endpoint-url", "http://127.0.0.1:9"]
    terminal = Terminal(command, (80, 24), surroundings(home, IMPORTED=str(written), **credentials), Path(ROOT))
    try:
        terminal.wait_exit()
    finally:
        terminal.close()
    return written.read_text(encoding="utf-8").split()


@pytest.mark.parametrize("package", LATER)
def test_what_the_first_picture_does_not_need_is_not_there_yet(imported: list[str], package: str) -> None:
    assert not [name for name in imported if name == package or name.startswith(f"{package}.")]


def test_the_first_picture_needs_few_modules(imported: list[str]) -> None:
    ours = [name for name in imported if name.startswith("console")]
    assert "textual.app" in imported
    assert "console.ui.screens.boot" in imported
    assert len(ours) <= OURS, ours
    assert len(imported) <= ALL, len(imported)
