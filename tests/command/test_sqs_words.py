"""``cloudtop sqs`` and the word after it: which command that is, and that the policy names what it calls."""

from __future__ import annotations

import argparse

import pytest

from console import cli
from console.command import open as full_screen
from console.command.entries import COMMANDS
from console.command.failure import Failure
from console.command.iam_policy import policy
from console.command.queue import peek
from console.launch import Launch

Seen = list[tuple[argparse.Namespace, Launch]]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What ``peek`` and the full screen are called with."""
    calls: Seen = []

    def run(arguments: argparse.Namespace, launch: Launch) -> int:
        calls.append((arguments, launch))
        return 0

    monkeypatch.setattr(peek, "run", run)
    monkeypatch.setattr(full_screen, "open_screen", lambda launch: run(argparse.Namespace(), launch))
    return calls


@pytest.mark.parametrize(
    "words",
    [
        ["sqs", "peek", "orders", "-p", "a"],
        ["-p", "a", "sqs", "peek", "orders"],
        ["sqs", "-p", "a", "peek", "orders"],
        ["--", "sqs", "--profile=a", "peek", "orders"],
    ],
)
def test_two_words_are_one_command(seen: Seen, words: list[str]) -> None:
    cli.run(words)
    arguments, launch = seen.pop()
    assert (arguments.queue, launch.profiles) == ("orders", ("a",))


def test_a_queue_may_be_called_as_a_command(seen: Seen) -> None:
    cli.run(["sqs", "peek", "peek"])
    assert seen.pop()[0].queue == "peek"


def test_the_type_alone_is_where_to_begin(seen: Seen) -> None:
    cli.run(["sqs", "-p", "peek"])
    assert seen.pop()[1] == Launch(("peek",), view="sqs")


@pytest.mark.parametrize(("word", "told"), [("pek", "Nearest: peek"), ("\x1b[2J", "There are: peek, group")])
def test_another_word_is_told_with_what_is_near(seen: Seen, word: str, told: str) -> None:
    with pytest.raises(Failure) as caught:
        cli.run(["sqs", word, "orders"])
    sentence = caught.value.fault.sentence()
    assert told in sentence
    assert sentence.isprintable()
    assert not seen


def test_every_command_of_the_queues_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    names = [name for name in COMMANDS if name.startswith("sqs ")]
    assert len(names) == 9
    for name in names:
        with pytest.raises(SystemExit):
            cli.run([*name.split(), "--help"])
        assert f"usage: cloudtop {name}" in capsys.readouterr().out


def test_the_policy_names_what_the_queues_commands_call() -> None:
    reads, contents, writes = (set(statement["Action"]) for statement in policy(write=True)["Statement"])
    assert {"sqs:GetQueueUrl", "sqs:GetQueueAttributes", "sqs:ListDeadLetterSourceQueues"} <= reads
    assert {"sqs:ListMessageMoveTasks", "iam:ListAccountAliases", "sts:GetCallerIdentity"} <= reads
    assert {"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"} <= contents
    moving = {"sqs:StartMessageMoveTask", "sqs:CancelMessageMoveTask"}
    assert {"sqs:SendMessage", "sqs:DeleteMessage", *moving} <= writes
    assert not {"sqs:SendMessage", "sqs:DeleteMessage", *moving} & (reads | contents)
