"""Owns ``cloudtop doctor``: what cloudtop stands on, checked piece by piece, each with what it means."""

from __future__ import annotations

import argparse
import asyncio
import textwrap
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from console.command import checks, output, table
from console.command.checks import Check, Finding
from console.command.failure import Exit, Failure, exit_of
from console.command.loop import run as run_loop
from console.config.settings import Settings
from console.connect import opened
from console.launch import Launch, settings_of
from console.resources.parts import attempt
from console.text.clean import clean
from console.text.faults import AwsError, Fault
from console.text.format import duration, plural, timestamp

if TYPE_CHECKING:
    from console.connect import Opened

_SKEW_WARN, _SKEW_BAD = 60, 240
"""Seconds; AWS refuses signatures that are 5 minutes off, S3 15."""
_SOON = 900


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``doctor`` takes."""
    parser.add_argument("-o", "--output", choices=("table", "json"), default="table")


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Check everything and print it; no check stops another."""
    found = [*checks.terminal(), *checks.programs()]
    settings, finding = _configuration(launch)
    found += [finding, checks.audit_log()]
    found += run_loop(_connected(launch, settings))
    document = {"checks": [{"check": f.name, "result": f.result.value, "text": f.text} for f in found]}
    if arguments.output == "json":
        output.out(output.json_text(document))
    else:
        output.out("\n".join(_lines(found)))
    return max((f.code for f in found), default=Exit.DONE)


def _lines(found: Sequence[Finding]) -> list[str]:
    """Return the findings as lines, folded where the terminal is narrower."""
    width = table.terminal_width()
    left = max(len(finding.name) for finding in found) + len("warn") + 4
    rows: list[list[str]] = []
    for finding in found:
        first, *rest = textwrap.wrap(finding.text, max(20, width - left)) if width else [finding.text]
        rows += [[finding.result.value, finding.name, first], *(["", "", line] for line in rest)]
    return table.table([table.Heading(title) for title in ("", "CHECK", "FOUND")], rows)[0][1:]


def _configuration(launch: Launch) -> tuple[Settings, Finding]:
    try:
        settings = settings_of(launch)
    except Failure as failure:
        return Settings(), Finding("configuration", Check.BAD, failure.fault.sentence(), Exit.FAILED)
    return settings, checks.configuration(launch.config)


async def _connected(launch: Launch, settings: Settings) -> list[Finding]:
    try:
        async with opened(launch, settings) as connected:
            return [finding async for finding in _account(connected)]
    except (Failure, AwsError) as error:
        code = Exit.CREDENTIALS if exit_of(error.fault) is Exit.CREDENTIALS else Exit.FAILED
        return [Finding("credentials", Check.BAD, output.worded(error.fault), code)]


async def _account(connected: Opened) -> AsyncIterator[Finding]:
    for _, fault in connected.unopened:
        yield Finding("credentials", Check.BAD, output.worded(fault), exit_of(fault))
    for access in connected.accesses:
        profile = clean(access.scopes[0].profile) or "default"
        yield _credentials(profile, access.identity.expires_at, datetime.now(UTC))
        sent_at = datetime.now(UTC)
        answer = await attempt(access.gateway.call(access.scopes[0], "sts", "GetCallerIdentity", {}))
        if isinstance(answer, Fault):
            yield Finding("identity", Check.WARN, f"{profile}: STS does not say who this is: {answer.sentence()}")
        else:
            yield Finding("identity", Check.OK, f"{access.identity.arn}, account {access.identity.account}")
            yield clock(answer, sent_at, datetime.now(UTC))
    first = connected.accesses[0]
    answers = await asyncio.gather(
        *(attempt(first.gateway.call(scope, "ec2", "DescribeRegions", {})) for scope in first.scopes)
    )
    for scope, answer in zip(first.scopes, answers, strict=True):
        yield _region(scope.region, answer)


def _credentials(profile: str, end: datetime | None, now: datetime) -> Finding:
    if end is None:
        return Finding("credentials", Check.OK, f"{profile}: found; they do not end by themselves")
    left = (end - now).total_seconds()
    text = f"{profile}: found; they end in {duration(left)}, at {timestamp(end)} UTC"
    return Finding("credentials", Check.OK if left > _SOON else Check.WARN, text)


def clock(answer: dict[str, Any], sent_at: datetime, received_at: datetime) -> Finding:
    """Return how far this host's clock is off AWS's, from an answer's ``Date`` header (whole seconds)."""
    headers = (answer.get("ResponseMetadata") or {}).get("HTTPHeaders") or {}
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except (TypeError, ValueError):
        return Finding("clock", Check.WARN, "not known: the answer carries no date")
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    off = max((theirs - received_at).total_seconds(), (sent_at - theirs).total_seconds() - 1, 0.0)
    if off < _SKEW_WARN:
        return Finding("clock", Check.OK, f"within {max(1, round(off))} s of AWS's")
    way = "behind" if theirs > received_at else "ahead of"
    text = f"{duration(off)} {way} AWS's; from 5 minutes on signatures are refused. Set this host's clock"
    return Finding("clock", Check.WARN, text) if off < _SKEW_BAD else Finding("clock", Check.BAD, text, Exit.FAILED)


def _region(region: str, answer: dict[str, Any] | Fault) -> Finding:
    if isinstance(answer, Fault):
        return Finding("region", Check.WARN, f"{region}: not checked: {answer.sentence()}")
    names = {str(found.get("RegionName")) for found in answer.get("Regions") or ()}
    if region in names:
        return Finding("region", Check.OK, f"{region} is enabled; {plural(len(names), 'region')} for this account")
    return Finding("region", Check.BAD, f"{region} is not enabled for this account", Exit.FAILED)
