"""The demo account's child process: how it starts, and that nothing of it is left however its parent ends."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from console.demo.process import DemoAccount, DemoFailed
from tests.demo.conftest import connect

STARTER = """
import json, sys
from console.demo.process import DemoAccount
demo = DemoAccount.start(empty=True)
print(json.dumps([demo.pid, demo.endpoint_url]), flush=True)
sys.stdin.read()
"""
pidfds = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's process descriptors")


def ended(descriptor: int) -> bool:
    """Wait for a process to end; ``descriptor`` is its process descriptor."""
    return bool(select.select([descriptor], [], [], 20)[0])


def listening(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def start_in_another_process() -> tuple[subprocess.Popen[str], int, str]:
    """Start a process that starts a demo account; return it, the account's process id and its address."""
    parent = subprocess.Popen(
        [sys.executable, "-c", STARTER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )
    pid, url = json.loads(parent.stdout.readline())  # type: ignore[union-attr]
    return parent, pid, url


@pidfds
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP, signal.SIGINT, None])
def test_the_child_ends_with_its_parent(end: signal.Signals | None) -> None:
    parent, pid, url = start_in_another_process()
    with parent:
        child = os.pidfd_open(pid)
        try:
            assert listening(url)
            if end is None:
                parent.stdin.close()  # type: ignore[union-attr]
            else:
                parent.send_signal(end)
            assert ended(child)
        finally:
            os.close(child)
            parent.kill()
    assert not listening(url)


@pidfds
def test_stop_leaves_nothing() -> None:
    demo = DemoAccount.start(empty=True)
    child = os.pidfd_open(demo.pid)
    demo.stop()
    demo.stop()
    assert select.select([child], [], [], 0)[0]
    os.close(child)
    assert not listening(demo.endpoint_url)


def test_without_anybody_at_its_input_the_child_ends() -> None:
    command = [sys.executable, "-m", "console.demo.child"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, cwd=root, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_control_c_is_not_the_childs_business(fresh: DemoAccount) -> None:
    assert os.getsid(fresh.pid) != os.getsid(0)
    os.kill(fresh.pid, signal.SIGINT)
    assert connect(fresh, "sts").get_caller_identity()["Account"]


def test_no_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with DemoAccount.start() as demo:
        connect(demo, "ec2").describe_instances()
        connect(demo, "sqs").list_queues()
    assert list(tmp_path.iterdir()) == []
    assert list(home.iterdir()) == []


def test_two_stand_side_by_side(fresh: DemoAccount) -> None:
    with DemoAccount.start(empty=True) as other:
        assert other.endpoint_url != fresh.endpoint_url
        connect(fresh, "sqs").create_queue(QueueName="here")
        assert "QueueUrls" not in connect(other, "sqs").list_queues()
        assert len(connect(fresh, "sqs").list_queues()["QueueUrls"]) == 1


def test_it_listens_on_loopback_only(fresh: DemoAccount) -> None:
    assert fresh.endpoint_url.startswith("http://127.0.0.1:")


def test_its_environment_is_all_that_an_sdk_needs(fresh: DemoAccount, home: Path, monkeypatch: Any) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[default]\nregion = us-east-2\nendpoint_url = http://127.0.0.1:9\n")
    for name, value in fresh.environment().items():
        monkeypatch.setenv(name, value)
    session = boto3.Session()
    assert session.region_name == fresh.region
    assert session.client("sts").get_caller_identity()["Account"] == "418250713366"


def test_the_childs_environment_has_no_aws_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-the-user")
    with DemoAccount.start(empty=True) as demo:
        seen = Path(f"/proc/{demo.pid}/environ")
        if not seen.exists():
            pytest.skip("no /proc")
        assert b"of-the-user" not in seen.read_bytes()


def test_a_start_that_fails_says_why() -> None:
    with pytest.raises(DemoFailed, match="invalid int value"):
        DemoAccount.start(scale="many")  # type: ignore[arg-type]


def test_a_file_of_the_working_folder_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "asyncio.py").write_text("raise SystemExit('loaded from the working folder')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with DemoAccount.start(empty=True) as demo:
        assert connect(demo, "sts").get_caller_identity()


def test_importing_it_is_light() -> None:
    code = "import sys, console.demo.process; print(*sys.modules)"
    root = str(Path(__file__).parents[2])
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": root}
    )
    loaded = set(found.stdout.split())
    assert not loaded & {"asyncio", "botocore", "boto3", "aiobotocore", "textual", "json.tool", "ssl"}
