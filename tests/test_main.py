"""The process: what it imports, how it ends, and that nothing ends it with a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from console import __main__, cli
from console.__main__ import main
from tests.command.running import ROOT, credentials, process


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["ls", "--help"], ["do", "--help"], ["types"], ["iam-policy"], ["audit"]]
)
def test_neither_textual_nor_botocore_is_loaded(words: list[str]) -> None:
    script = (
        "import sys; from console.__main__ import main; sys.argv[1:] = sys.argv[1:]; code = main(); "
        "heavy = {'textual', 'botocore', 'aiobotocore', 'aiohttp', 'asyncio'} & set(sys.modules); "
        "print('HEAVY', sorted(heavy), code, file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", script, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stderr.splitlines()[-1] in ("HEAVY [] 0", "HEAVY ['asyncio'] 0")
    assert ended.stdout or words == ["audit"]


def test_the_version_is_the_packages() -> None:
    from console import __version__

    ended = process("--version")
    assert (ended.code, ended.out.decode()) == (0, f"cloudtop {__version__}\n")


def test_without_a_terminal_the_full_screen_is_not_opened() -> None:
    ended = process()
    assert (ended.code, ended.out) == (2, b"")
    assert "terminal" in ended.error
    assert ended.error.count("\n") == 1
    assert process("ec2.instances").code == 2


def test_a_reader_that_leaves_is_no_error() -> None:
    writing = subprocess.Popen(
        [sys.executable, "-m", "console", "types", "-o", "json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert writing.stdout
    assert writing.stderr
    writing.stdout.close()
    assert writing.stderr.read() == b""
    assert writing.wait() == 141
    writing.stderr.close()


def test_a_closed_standard_output_is_no_traceback() -> None:
    ended = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m console types >&-"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in ended.stderr
    assert "Exception" not in ended.stderr


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "console", "types"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr.decode().count("\n") == 1
    assert "No space left" in ended.stderr.decode()


def test_another_encoding_loses_no_line() -> None:
    ended = process("types", "s3.objects", environment={"PYTHONIOENCODING": "ascii", **credentials()})
    assert ended.code == 0
    assert process("--help", environment={"PYTHONIOENCODING": "ascii"}).code == 0


def _fail(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> int:
    def run(_words: list[str]) -> int:
        secret = "AKIASECRETSECRET"
        raise error from ValueError(secret[:0])

    monkeypatch.setattr(cli, "run", run)
    monkeypatch.setattr(sys, "argv", ["cloudtop", "ls"])
    return main()


def test_what_nobody_foresaw_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _fail(RuntimeError("odd \x1b[31m\nthing"), monkeypatch) == 1
    told = capsys.readouterr().err
    assert told == "cloudtop: Something unforeseen went wrong: RuntimeError: odd <ESC>[31m<LF>thing.\n"


def test_a_traceback_is_for_who_asks_and_holds_no_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(__main__.DEBUG_VARIABLE, "1")
    assert _fail(RuntimeError("odd \x1b[31m"), monkeypatch) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert "test_main.py" in told
    assert "\x1b" not in told


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _fail(KeyboardInterrupt(), monkeypatch) == 128 + signal.SIGINT
    assert capsys.readouterr().err == ""


def test_errors_are_json_where_json_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["ls", "nothing", "-o", "json"], ["ls", "-ojson", "nothing"], ["show", "--output=json"]):
        monkeypatch.setattr(sys, "argv", ["cloudtop", *words])
        assert main() == 2
        told = json.loads(capsys.readouterr().err)["error"]
        assert (told["exit"], told["kind"]) == (2, "invalid")
