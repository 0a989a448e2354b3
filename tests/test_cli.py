"""What can be written after ``cloudtop``."""

from __future__ import annotations

import argparse

import pytest

from console import cli
from console.command import ls
from console.command import open as full_screen
from console.command.entries import COMMANDS
from console.command.failure import Exit, Failure
from console.launch import Launch

Seen = list[tuple[argparse.Namespace, Launch]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What ``ls`` and the full screen are called with."""
    calls: Seen = []

    def run(arguments: argparse.Namespace, launch: Launch) -> int:
        calls.append((arguments, launch))
        return 0

    monkeypatch.setattr(ls, "run", run)
    monkeypatch.setattr(full_screen, "open_screen", lambda launch: run(argparse.Namespace(), launch))
    return calls


def test_global_options_are_taken_before_and_after_the_command(seen: Seen) -> None:
    wanted = Launch(("a", "b"), ("eu-west-1", "us-east-1"), "http://x", "c.yaml", "day", True, True)
    options = ["-p", "a", "--profile=b", "-r", "eu-west-1", "--region", "us-east-1", "--endpoint-url", "http://x",
               "--config", "c.yaml", "--theme", "day", "--write", "--demo"]  # fmt: skip
    for cut in (0, 2, 3, 7, len(options)):
        cli.run([*options[:cut], "ls", "ec2", *options[cut:]])
        arguments, launch = seen.pop()
        assert launch == wanted
        assert arguments.type == "ec2"


def test_an_options_value_is_not_taken_for_a_command(seen: Seen) -> None:
    cli.run(["-p", "ls", "--region", "show"])
    assert seen.pop()[1] == Launch(("ls",), ("show",))
    cli.run(["--profile=ls", "ls", "do"])
    arguments, launch = seen.pop()
    assert (arguments.type, launch.profiles) == ("do", ("ls",))


@pytest.mark.parametrize("view", ["ec2", "i-0123456789abcdef0", "s3://bucket/key", "arn:aws:iam::123456789012:role/r"])
def test_a_word_that_is_no_command_is_where_to_begin(seen: Seen, view: str) -> None:
    cli.run([view, "-p", "prod"])
    assert seen.pop()[1] == Launch(("prod",), view=view)


def test_values_that_begin_with_a_dash(seen: Seen) -> None:
    cli.run(["ls", "ec2", "--filter", "-web", "--limit", "3"])
    assert (seen[-1][0].filter, seen[-1][0].limit) == ("-web", 3)


def test_options_are_not_abbreviated(seen: Seen) -> None:
    with pytest.raises(Failure) as caught:
        cli.run(["ls", "ec2", "--wri"])
    assert caught.value.code is Exit.USAGE
    assert not seen


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["lss"], "Nearest command: ls"),
        (["doctr"], "doctor"),
        (["iam-polcy"], "iam-policy"),
        (["ec2.instance"], "ec2.instances"),
        (["s3://"], "s3://"),
        (["no-such-thing-at-all"], "neither a command nor a view"),
        (["\x1b[31m"], "<ESC>"),
        (["ec2", "more", "words"], "words"),
        (["--colour"], "--colour"),
        (["-p"], "-p"),
    ],
)
def test_what_is_not_understood_is_told_with_what_is_near(words: list[str], told: str) -> None:
    with pytest.raises(Failure) as caught:
        cli.run(words)
    assert caught.value.code is Exit.USAGE
    sentence = caught.value.fault.sentence()
    assert told in sentence
    assert sentence.isprintable()


def test_every_command_is_in_the_help_and_has_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.run(["--help"])
    shown = capsys.readouterr().out
    for name, entry in COMMANDS.items():
        assert f"  {name} " in shown
        assert entry.help in shown
        with pytest.raises(SystemExit) as end:
            cli.run([name, "--help"])
        assert end.value.code == 0
        assert f"usage: cloudtop {name}" in capsys.readouterr().out
