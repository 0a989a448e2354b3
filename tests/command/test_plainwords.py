"""Words that are read without a parser mean what they mean to the parser."""

from __future__ import annotations

import random

import pytest

from console.command import open as full_screen
from console.command.entries import OPEN
from console.command.failure import Failure
from console.command.parser import launch_of, parsed
from console.command.plainwords import plain_launch
from console.launch import Launch

OPTIONS = ("-p", "--profile", "-r", "--region", "--endpoint-url", "--config", "--theme", "--profile-run")
FLAGS = ("--slow-link", "--write", "--demo")
VALUES = ("prod", "eu-west-1", "http://127.0.0.1:4566", "sqs", "s3://bucket/key", "名", "a b", "1", "x=y")
OTHER = ("--profile=prod", "-pprod", "-", "--", "-1", "", "--colour", "--prof", "-w", "--version-", "@file")


@pytest.mark.parametrize(
    ("words", "launch"),
    [
        ([], Launch()),
        (["--demo"], Launch(demo=True)),
        (["-p", "a", "--profile", "b", "-r", "c", "--region", "d"], Launch(("a", "b"), ("c", "d"))),
        (["--config", "a", "sqs", "--config", "b", "--write"], Launch(config="b", view="sqs", write=True)),
        (["--endpoint-url", "u", "--theme", "t", "--slow-link"], Launch(endpoint_url="u", theme="t", slow_link=True)),
    ],
)
def test_nearly_every_start_needs_no_parser(words: list[str], launch: Launch) -> None:
    assert plain_launch(words) == launch == launch_of(parsed(OPEN, full_screen, words))


@pytest.mark.parametrize(
    "words", [[word] for word in (*OTHER[:9], *OPTIONS, "-h", "--help")] + [["a", "b"], ["-p", "-x"], ["-p", ""]]
)
def test_what_is_not_plain_is_left_to_the_parser(words: list[str]) -> None:
    assert plain_launch(words) is None


@pytest.mark.parametrize("seed", range(20))
def test_any_words_are_read_as_the_parser_reads_them(seed: int) -> None:
    chance = random.Random(seed)
    plain = 0
    for _ in range(100):
        words = [
            chance.choice(chance.choice((OPTIONS, FLAGS, VALUES, VALUES, OTHER))) for _ in range(chance.randrange(7))
        ]
        launch = plain_launch(words)
        if launch is not None:
            plain += 1
            assert launch == launch_of(parsed(OPEN, full_screen, words)), words
    assert plain > 5


def test_an_error_is_still_the_parsers() -> None:
    words = ["sqs", "more", "words"]
    assert plain_launch(words) is None
    with pytest.raises(Failure, match="words"):
        parsed(OPEN, full_screen, words)
