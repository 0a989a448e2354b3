"""Owns the words of the lines around the list: who and where, panes, counts, keys. Must not know widgets.

A line is spans of (clean text, token); a token is one of the theme's eleven, or ``strong`` or a badge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.cells import cell_len

from console.text.clean import clean, clip
from console.text.format import duration, number

if TYPE_CHECKING:
    from console.session import Status
    from console.store.delta import Problems

Span = tuple[str, str]
Spans = list[Span]


@dataclass(frozen=True, slots=True)
class Pane:
    """One of the numbered panes."""

    key: str
    title: str
    type: str


PANES = (
    Pane("1", "EC2", "ec2.instances"),
    Pane("2", "S3", "s3.buckets"),
    Pane("3", "SQS", "sqs.queues"),
    Pane("4", "CloudWatch", "cloudwatch.alarms"),
    Pane("5", "IAM", "iam.roles"),
)


def who(status: Status | None, now: datetime, width: int) -> tuple[Spans, Spans]:
    """Return the first line, left and right: who is signed in, where, what is allowed, what it costs.

    On a narrow screen parts give way, the least important first; account, region and mode never do, and of them
    only the account's name is ever cut.
    """
    if status is None:
        return [BRAND], []
    left = {0: [BRAND], **_where(status), 2: [("  ", "text"), *_mode(status)]}
    right = {8: _slowed(status), 6: _usage(status), 3: _credentials(status.identity.expires_at, now)}
    for rank in (7, 6, 5, 8, 3, 0):
        if _filled(left, right) <= width:
            break
        left.pop(rank, None)
        right.pop(rank, None)
    name, token = left[1][-1]
    left[1][-1] = (clip(name, max(_LEAST_NAME, cell_len(name) - max(0, _filled(left, right) - width))), token)
    order, after = (0, 1, 5, 4, 7, 2), (3, 8, 6)
    return [span for rank in order for span in left.get(rank, [])], [
        span for rank in after for span in right.get(rank, [])
    ]


BRAND: Span = (" cloudtop ", "brand")
"""What the first line begins with."""
_LEAST_NAME = 8


def cells(spans: Iterable[Span]) -> int:
    """Return how many cells spans fill."""
    return sum(cell_len(words) for words, _ in spans)


def _filled(*sides: Mapping[int, Spans]) -> int:
    return sum(cells(spans) for parts in sides for spans in parts.values())


def _where(status: Status) -> dict[int, Spans]:
    """Return the parts of who and where by rank; a higher rank gives way sooner."""
    scope, identity = status.scope, status.identity
    alert = _production(status)
    name = identity.alias or scope.profile or identity.account
    number: Spans = [(f" {identity.account}", "dim")] if name != identity.account else []
    return {
        1: [*alert, (f" {name}", "strong")],
        5: number,
        4: [(f"  {scope.region}", "strong")],
        7: [(f"  {identity.role}", "text")],
    }


def _production(status: Status) -> Spans:
    """Return the word for production; where the account's name is not known it may be one."""
    if status.production:
        return [(" PROD ", "alert")]
    return [(" PROD? ", "unknown")] if status.identity.alias is None else []


def _mode(status: Status) -> Spans:
    """Return whether writes are allowed and for how long: the loudest words on the screen while they are."""
    if status.unlocked_for <= 0 and status.held:
        return [(" JOB WRITES ", "alert")]
    if status.unlocked_for <= 0:
        return [(" READ-ONLY ", "caution")]
    minutes, seconds = divmod(int(status.unlocked_for), 60)
    return [(f" WRITES {minutes}:{seconds:02d} ", "alert")]


def _credentials(expires_at: datetime | None, now: datetime) -> Spans:
    if expires_at is None:
        return []
    left = (expires_at - now).total_seconds()
    if left <= 0:
        return [("  creds ", "dim"), ("EXPIRED ", "bad")]
    token = "bad" if left < 300 else "warn" if left < 900 else "text"
    return [("  creds ", "dim"), (f"{duration(left).split(' ')[0]} ", token)]


def _slowed(status: Status) -> Spans:
    """Return which services are asked more slowly than they may be; nothing while none is."""
    titles = {pane.type.partition(".")[0]: pane.title for pane in PANES}
    slowest = sorted(status.slowed.items(), key=lambda found: -found[1])
    return [(f"  {titles.get(service, service)} slowed ×{times}", "warn") for service, times in slowest]


def _usage(status: Status) -> Spans:
    usage = status.usage
    return [
        (f"  {number(usage.per_minute)}", "text"),
        (" calls/min  ", "dim"),
        (f"≈${usage.dollars_per_hour:.2f}", "text"),
        ("/h ", "dim"),
    ]


def elsewhere(slow_link: bool) -> Spans:
    """Return what stands beside the panes: the way to all else, and why there are few colours."""
    return [("slow link   ", "dim"), (": go to ", "dim")] if slow_link else [(": go to ", "dim")]


def panes(current: str, problems: Mapping[str, Problems]) -> Spans:
    """Return the panes with a badge for what is wrong in each; ``current`` is the type on screen."""
    spans: Spans = [(" ", "dim")]
    for pane in PANES:
        inside = current.split(".", maxsplit=1)[0] == pane.type.split(".")[0]
        spans += [
            (f" {pane.key}", "tab" if inside else "dim"),
            (f" {pane.title}", "tab-strong" if inside else "dim"),
            *_badge(problems.get(pane.type), inside),
            (" ", "tab" if inside else "dim"),
        ]
    return spans


def _badge(found: Problems | None, inside: bool) -> Spans:
    if found is None:
        return []
    badges = [("●", found.bad, "bad"), ("▲", found.warn, "warn")]
    back = "tab-" if inside else ""
    return [(f" {glyph}{number(count)}", f"{back}{token}") for glyph, count, token in badges if count]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the line above the list says about it."""

    title: str
    where: str = ""
    shown: int = 0
    loaded: int = 0
    marked: int = 0
    complete: bool = False
    reading: bool = False
    waiting: bool = False
    """True when the list stopped at its page budget and reads on when asked."""
    sample: bool = False
    read_at: float = 0.0
    stale: bool = False
    settling: str = ""
    """What is being done to a row still, so that how it reads is not to be trusted. Clean."""
    filter: str = ""
    filter_problem: str = ""
    order: str = ""
    silent: bool = False
    """True where there is no list to count."""


def counts(state: Counts, now: float) -> Spans:
    """Return what is shown: how many of how many, how old, which filter."""
    spans: Spans = [(f" {state.title}", "strong")]
    if state.silent:
        return spans
    if state.where:
        spans.append((f" {state.where}", "text"))
    spans += _numbers(state)
    spans += _age(state, now)
    if state.marked:
        spans += [(" · ", "dim"), (f"{number(state.marked)} marked", "accent")]
    if state.filter:
        spans += [(" · ", "dim"), ("/ ", "accent"), (clean(state.filter, 80), "text")]
        if not state.complete:
            spans.append((" (in what is loaded)", "warn"))
    if state.filter_problem:
        spans += [(" · ", "dim"), (state.filter_problem, "bad")]
    return spans


def _numbers(state: Counts) -> Spans:
    if not state.loaded and not state.complete:
        return []
    total = f"{number(state.loaded)}{'' if state.complete or state.sample else '+'}"
    if state.filter or state.shown != state.loaded:
        return [("  ", "dim"), (number(state.shown), "accent"), (" of ", "dim"), (total, "text")]
    return [("  ", "dim"), (total, "accent")]


def _age(state: Counts, now: float) -> Spans:
    if state.reading:
        return [(" · ", "dim"), ("reading…", "dim")]
    if state.waiting:
        return [(" · ", "dim"), ("more to read: G reads on", "warn")]
    if not state.read_at:
        return []
    if state.stale:
        return [(" · ", "dim"), (f"STALE, read {duration(now - state.read_at)} ago", "bad")]
    if state.settling:
        return [(" · ", "dim"), (state.settling, "warn")]
    moment = datetime.fromtimestamp(state.read_at, UTC).strftime("%H:%M:%S")
    return [(" · ", "dim"), (f"{'a sample, ' if state.sample else ''}as of {moment} UTC", "dim")]


def keys(pairs: Sequence[tuple[str, str]]) -> Spans:
    """Return the keys that matter here: (key, what it does)."""
    spans: Spans = [(" ", "dim")]
    for key, title in pairs:
        spans += [(key, "key"), (f" {title}   ", "dim")]
    return spans


def tabs(name: str, entries: Iterable[tuple[str, str]]) -> Spans:
    """Return the rule above a detail: the resource's name and (key, tab)."""
    spans: Spans = [("── ", "line"), (name, "accent-strong"), (" ─", "line")]
    for key, title in entries:
        spans += [("─ ", "line"), (key, "key"), (f" {title} ", "dim")]
    return spans
