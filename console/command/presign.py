"""Owns ``cloudtop presign``: the URL alone on standard output, all else on standard error."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import Exit, refused, usage
from console.command.loop import run as run_loop
from console.command.writes import require_writes
from console.config.duration import parse_duration
from console.config.settings import Settings
from console.connect import opened, policy_of, with_alias
from console.launch import Launch, settings_of
from console.s3.address import Place, parse_url
from console.text.clean import clean
from console.text.format import duration, timestamp

if TYPE_CHECKING:
    from console.actions.presign import Presigned
    from console.connect import Opened


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``presign`` takes."""
    parser.add_argument("place", metavar="s3://BUCKET/KEY", help="the object")
    parser.add_argument("--expires", metavar="TIME", help="how long it works: 90s, 15m, 2h, 7d at most (15m)")
    parser.add_argument("--put", action="store_true", help="a URL to write with; needs --write")
    parser.add_argument("--version", dest="version_id", default="", metavar="ID", help="one version of the object")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the audit log")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text", help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Print a URL. Raises ``Failure`` and ``AwsError``."""
    place = _place(arguments.place)
    settings = settings_of(launch)
    seconds = settings.presign.expires if arguments.expires is None else _seconds(arguments.expires)
    if arguments.put and arguments.version_id:
        raise usage("A version cannot be written", "S3 makes a new one", "Leave --version out")
    if arguments.put:
        require_writes(launch, settings, "No URL to write with was made")
    made = run_loop(_made(arguments, launch, settings, place, seconds))
    output.note(_told(made, place, arguments.put))
    if launch.demo:
        output.note("The demo account has ended by now, and this URL with it.")
    output.out(made.url)
    return Exit.DONE


def _place(text: str) -> Place:
    try:
        return parse_url(text)
    except ValueError as error:
        raise usage(f"{clean(text, 120)} is no object's address", clean(error), "Write s3://BUCKET/KEY") from error


def _seconds(text: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise usage(f"--expires {clean(text, 40)}", clean(error)) from error
    if seconds < 1:
        raise usage(f"--expires {clean(text, 40)}", "a URL lives for one second at least")
    return seconds


async def _made(
    arguments: argparse.Namespace, launch: Launch, settings: Settings, place: Place, seconds: float
) -> Presigned:
    from console.actions.audit import AuditLog
    from console.actions.presign import presign
    from console.config.paths import audit_file

    audit = AuditLog(audit_file(demo=launch.demo), lambda: datetime.now(UTC))
    async with opened(launch, settings) as connected:
        scope = connected.scopes[0]
        if arguments.put:
            await _require_reason(arguments.reason, connected, settings)
        return await presign(
            connected.gateway,
            scope,
            connected.identity,
            audit,
            place,
            put=arguments.put,
            seconds=seconds,
            version=arguments.version_id,
            reason=arguments.reason,
        )


async def _require_reason(reason: str, connected: Opened, settings: Settings) -> None:
    """Raise ``Failure`` where a write needs a reason and has none."""
    scope = connected.scopes[0]
    who = await with_alias(connected.gateway, scope, connected.identity)
    policy = policy_of(settings, scope, who.alias)
    if (policy.production or policy.require_reason) and not reason.strip():
        raise refused("No URL to write with was made", "a reason is required here", "Give one with --reason")


def _told(made: Presigned, place: Place, put: bool) -> str:
    shorter = f", shorter than asked for: {made.shortened_by}" if made.shortened_by else ""
    may = "write to" if put else "read"
    return (
        f"Whoever has this URL can {may} s3://{place} until {timestamp(made.expires_at)} UTC "
        f"({duration(made.seconds)}{shorter})."
    )
