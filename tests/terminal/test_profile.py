"""A profile of a session that its user can send: shares of the time, and nothing of the account."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from console.demo.process import SECRET_KEY, DemoAccount
from tests.terminal.conftest import Open
from tests.terminal.program import HIGH, ROOT, surroundings

PARTS = {"starting", "parsing", "drawing", "waiting", "network", "the rest"}


def test_a_session_is_profiled_in_both_processes_and_the_file_tells_nothing_of_the_account(
    start: Open, account: DemoAccount, tmp_path: Path
) -> None:
    target = tmp_path / "profile.json"
    program = start("--profile-run", str(target), size=HIGH).ready()
    name = program.wait_for(r"(\S+) +(?:i-\w+)? *● running").group(1)
    program.press("down", "q")
    assert program.wait_exit() == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    text = target.read_text(encoding="utf-8")
    found = json.loads(text)
    for process in ("this_process", "worker"):
        assert found[process]["parts"].keys() <= PARTS
        assert sum(found[process]["parts"].values()) == pytest.approx(found[process]["seconds"], rel=0.3)
    assert found["this_process"]["parts"]["drawing"] > 0
    assert found["worker"]["parts"]["parsing"] > 0
    assert found["machine"]["size"] == list(HIGH)
    for secret in (name, account.access_key, SECRET_KEY, str(ROOT), str(program.home), sys.prefix):
        assert secret not in text
    assert [path.name for path in tmp_path.glob("profile*")] == ["profile.json"]


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.write_text("mine", encoding="utf-8")
    command = [sys.executable, "-m", "console", "types", "--profile-run", str(target)]
    environment = {name: value for name, value in surroundings(tmp_path).items() if value is not None}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "exists" in ended.stderr
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_command_is_profiled_too(tmp_path: Path) -> None:
    target = tmp_path / "profile.json"
    command = [sys.executable, "-m", "console", "types", "--profile-run", str(target)]
    environment = {name: value for name, value in surroundings(tmp_path).items() if value is not None}
    ended = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)
    assert ended.returncode == 0, ended.stderr
    found = json.loads(target.read_text(encoding="utf-8"))
    assert found["worker"] is None
    assert found["this_process"]["functions"]
