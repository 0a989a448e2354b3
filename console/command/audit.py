"""Owns ``cloudtop audit``: the audit log read back, for a hand-over or a ticket. Needs no credentials."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta

from console.actions import trail
from console.command import output
from console.command.failure import Exit, Failure, usage
from console.config.duration import parse_duration
from console.config.paths import audit_file
from console.launch import Launch
from console.text.clean import clean
from console.text.faults import Fault, FaultKind
from console.text.format import plural


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``audit`` takes."""
    parser.add_argument(
        "--since", metavar="TIME", help="2h, 7d, or a moment such as 2026-11-21T09:00 (UTC unless it says)"
    )
    parser.add_argument("-o", "--output", choices=("md", "jsonl"), default="md")


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Print the log. Raises ``Failure``."""
    since = None if arguments.since is None else _since(arguments.since, datetime.now(UTC))
    path = audit_file(demo=launch.demo)
    try:
        found = trail.read(path, since)
    except OSError as error:
        why = clean(error.strerror or error, 200)
        raise Failure(Fault(FaultKind.SERVICE, f"{clean(path)} cannot be read", why), Exit.FAILED) from error
    text = trail.json_lines(found.entries) if arguments.output == "jsonl" else trail.markdown(found.entries)
    if text:
        output.out(text.replace("\x7f", "\\u007f").rstrip("\n"))
    if not found.entries:
        output.note(f"Nothing is recorded in {path}{' since then' if since else ''}.")
    if found.unreadable:
        output.note(f"cloudtop: {plural(found.unreadable, 'line')} of {path} could not be read.")
    return Exit.PARTIAL if found.unreadable else Exit.DONE


def _since(text: str, now: datetime) -> datetime:
    """Return the moment that a length of time before ``now`` or an ISO 8601 text means. Raises ``Failure``."""
    try:
        return now - timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError):
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise usage(f"--since {clean(text, 60)} is no time", "", "Write 2h, 7d or 2026-11-21T09:00") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
