"""What every test stands on: an environment of its own, a back end, and nothing left behind."""

from __future__ import annotations

import gc
import itertools
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support import children, leftovers, loopback, outside
from tests.support.moto import reset, running_moto
from tests.support.patience import shorten

if TYPE_CHECKING:
    from console.demo.process import DemoAccount

_FOREIGN = ("AWS_", "XDG_", "CLOUDTOP_", "PYTHON", "LC_")
_FOREIGN_NAMES = (
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_COLOR", "FORCE_COLOR", "BOTO_CONFIG", "COLUMNS", "LINES",
)  # fmt: skip
_run = pytest.StashKey[str]()
_temporary = pytest.StashKey[Path]()


@pytest.fixture(scope="session", autouse=True)
def temporary(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder of this run's own for temporary files, which has to be empty at its end."""
    folder = tmp_path_factory.mktemp("temporary")
    request.config.stash[_temporary] = folder
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folders for one test each; pytest's own would look through all before it for the next free name."""
    above = tmp_path_factory.mktemp("homes")
    return (above / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder and none of the user's settings, so that no test reads or writes the real ones."""
    folder = next(homes)
    folder.mkdir()
    for name in os.environ:
        if (name.startswith(_FOREIGN) or name.upper() in _FOREIGN_NAMES) and name != leftovers.MARK:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    for kind in ("CONFIG", "CACHE", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(folder / ".aws" / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(folder / ".aws" / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("LANG", "C.UTF-8")
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


@pytest.fixture(scope="module")
def demo_account() -> Iterator[DemoAccount]:
    """A demo account for the tests of one file."""
    from console.demo.process import DemoAccount

    with DemoAccount.start() as started:
        yield started


@pytest.fixture
def reachable(demo_account: DemoAccount, home: Path, monkeypatch: pytest.MonkeyPatch) -> DemoAccount:
    """The demo account as the environment's, with clients that do not wait long."""
    assert home
    shorten(monkeypatch, 10)
    for name, value in demo_account.environment().items():
        monkeypatch.setenv(name, value)
    return demo_account


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # nothing is garbage while modules are loaded
    loopback.stay_here()
    children.take_signals()
    children.keep_bytecode()
    mark = leftovers.mark_this_run()
    config.stash[_run] = outside.ENVIRONMENT[leftovers.MARK] = mark


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: begun last, one would run on alone when all others are done."""
    long = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    gc.freeze()  # eight thousand tests and what they import stay to the end
    gc.enable()


def pytest_sessionfinish(session: pytest.Session) -> None:
    left = [f"process {process}" for process in leftovers.left_behind(session.config.stash[_run])]
    left += [f"listening socket {port}" for port in leftovers.open_ports()]
    left += [f"connection to {address}" for address in loopback.strayed]
    if folder := session.config.stash.get(_temporary, None):
        left += [f"temporary file {path}" for path in folder.iterdir()]
    if left:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter:
            reporter.section("left behind by the tests", red=True)
            reporter.write_line("\n".join(left))
