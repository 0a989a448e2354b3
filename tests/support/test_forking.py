"""What is forked is a process of its own: its environment, its end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.forking import Template, serve


def main(path: str, end: str) -> None:
    """Write who this is to ``path``, and end as told."""
    Path(path).write_text(f"{os.getpid()} {os.environ['WHO']}")
    if end == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if end == "stopped":
        signal.pause()
    assert end == "ended", end


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    with Template(__name__) as started:
        yield started


@pytest.mark.parametrize(("end", "status"), [("ended", 0), ("killed", -9), ("failed", 1)])
async def test_each_run_is_a_process_in_the_environment_of_its_start(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, status: int
) -> None:
    monkeypatch.setenv("WHO", end)
    run = template.run(str(tmp_path / "who"), end)
    assert await run.wait() == status
    assert (tmp_path / "who").read_text() == f"{run.pid} {end}"
    assert run.pid != os.getpid()


async def test_a_run_can_be_killed_and_what_has_ended_is_let_be(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHO", "me")
    run = template.run(str(tmp_path / "who"), "stopped")
    run.send_signal(signal.SIGKILL)
    assert await run.wait() == -signal.SIGKILL
    run.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    serve(main)
