"""What every test stands on: an environment of its own, a back end, and nothing left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import leftovers
from tests.support.moto import reset, running_moto

_FOREIGN = ("AWS_", "XDG_", "CLOUDTOP_")
_FOREIGN_NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_COLOR", "FORCE_COLOR", "BOTO_CONFIG")
_run = pytest.StashKey[str]()


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder and no AWS settings, so that no test reads or writes the real ones."""
    folder = tmp_path_factory.mktemp("home")
    for name in os.environ:
        if (name.startswith(_FOREIGN) and name != leftovers.MARK) or name.upper() in _FOREIGN_NAMES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for kind in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / ".aws" / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / ".aws" / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    return folder


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The address of a moto server that runs for the whole session."""
    with running_moto() as url:
        yield url


@pytest.fixture
def moto(moto_url: str) -> str:
    """The address of the moto server, emptied for this test."""
    reset(moto_url)
    return moto_url


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_run] = leftovers.mark_this_run()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if left := leftovers.left_behind(session.config.stash[_run]):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.section("processes left behind", red=True)
            reporter.write_line("\n".join(left))
