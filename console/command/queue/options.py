"""Owns what the queue commands have in common on the command line, and its meaning. Must not know AWS."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

from console.command.failure import usage
from console.config.duration import parse_duration
from console.launch import Launch
from console.text.clean import clean

SAMPLE = 50
"""Messages that are received to look at, unless another number is asked for."""
EVERY = 10_000
"""Messages that are received to be worked on, unless another number is asked for."""
HOLD = 120
_SHORTEST, _LONGEST = 10, 12 * 3600
FORMS = ("text", "json", "jsonl")


@dataclass(frozen=True, slots=True)
class Receiving:
    """How messages are received: how many at most, for how many seconds, and whether in spite of a refusal."""

    limit: int
    hold: int
    anyway: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said about a write beforehand; ``given`` is ``--yes``: whatever the plan asks for is given."""

    only_plan: bool
    given: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of the received messages: all, those of a signature, or those of these ids."""

    group: str = ""
    by: str = ""
    ids: tuple[str, ...] = ()


def queue_option(parser: argparse.ArgumentParser) -> None:
    """Add the queue that it is about."""
    parser.add_argument("queue", metavar="QUEUE", help="a queue's name, URL or ARN")


def receiving_options(parser: argparse.ArgumentParser, limit: int) -> None:
    """Add how messages are received; ``limit`` is how many unless told otherwise."""
    parser.add_argument(
        "--max", type=_positive, default=limit, metavar="N", help=f"receive at most N messages ({limit:,})"
    )
    parser.add_argument(
        "--hold", type=_hold, default=HOLD, metavar="TIME", help="hide each for so long, renewed while it runs (2m)"
    )
    parser.add_argument("--anyway", action="store_true", help="receive although it is refused by default")


def form_option(parser: argparse.ArgumentParser) -> None:
    """Add in which form it is told."""
    parser.add_argument("-o", "--output", choices=FORMS, default="text")


def plan_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--plan`` to a command that changes nothing."""
    parser.add_argument("--plan", action="store_true", help="print what would be done, and do nothing")


def consent_options(parser: argparse.ArgumentParser) -> None:
    """Add what is said about a write beforehand."""
    how = parser.add_mutually_exclusive_group()
    plan_option(how)  # type: ignore[arg-type]  # a group adds arguments as a parser does
    how.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the audit log: a ticket, for example")


def choice_options(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add which of the received messages; without ``required`` it is all of them."""
    which = parser.add_mutually_exclusive_group(required=required)
    which.add_argument("--all", action="store_true", help="all that are received")
    which.add_argument("--group", default="", metavar="SIGNATURE", help="those of one signature: cloudtop sqs group")
    which.add_argument("--id", dest="ids", action="extend", nargs="+", default=[], metavar="ID", help="those of an id")
    by_option(parser)


def by_option(parser: argparse.ArgumentParser) -> None:
    """Add what messages are grouped by."""
    parser.add_argument(
        "--by", default="", metavar="KEY", help="group by attribute:NAME, system:NAME or a JMESPath into the body"
    )


def sending_options(parser: argparse.ArgumentParser) -> None:
    """Add where messages are sent, and how fast."""
    parser.add_argument("--to", default="", metavar="QUEUE", help="another queue than the one they came from")
    parser.add_argument("--rate", type=_rate, default=0.0, metavar="N", help="at most N messages a second")


def canary_option(parser: argparse.ArgumentParser) -> None:
    """Add that a few messages are sent first."""
    parser.add_argument(
        "--canary", type=_few, default=0, metavar="K", help="send K first, and the others only if none comes back"
    )


def receiving_of(arguments: argparse.Namespace) -> Receiving:
    """Return how messages are received."""
    return Receiving(arguments.max, arguments.hold, arguments.anyway)


def choice_of(arguments: argparse.Namespace) -> Choice:
    """Return which messages. Raises ``Failure`` for a key that groups nothing here."""
    if arguments.by and not arguments.group:
        raise usage("--by says what --group is a signature of", "there is no --group")
    return Choice(arguments.group, arguments.by, tuple(dict.fromkeys(arguments.ids)))


def consent_of(arguments: argparse.Namespace, launch: Launch, what: str) -> Consent:
    """Return what was said beforehand. Raises ``Failure`` for a write that could not be confirmed."""
    consent = Consent(arguments.plan, arguments.yes, arguments.reason)
    if not consent.only_plan and launch.write and not consent.given and not _can_ask():
        raise usage(f"{what} must be confirmed", "there is no terminal to ask on", "Add --yes or --plan")
    return consent


def require_one_place(launch: Launch) -> None:
    """Raise ``Failure`` unless one profile and one region at most are asked for."""
    if len(launch.profiles) > 1 or len(launch.regions) > 1:
        raise usage("A queue is worked in one profile and one region", "", "Give one -p and one -r")


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError("it must be a number from 1 to 100000")
    return int(text)


def _few(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError("it must be a number from 1 to 100")
    return int(text)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0.01 <= rate <= 10_000:
        raise argparse.ArgumentTypeError("it must be a number from 0.01 to 10000")
    return rate


def _hold(text: str) -> int:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(clean(error)) from error
    if not _SHORTEST <= seconds <= _LONGEST:
        raise argparse.ArgumentTypeError("it must be from 10s to 12h")
    return int(seconds)
