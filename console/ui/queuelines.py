"""Owns the words of the queue workbench: how a queue is, its groups, its messages. Must not know widgets.

A line is spans of (clean text, token), as in ``console.ui.lines``.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.resources.model import Tone
from console.sqs.findings import Finding, loss_sentence
from console.sqs.groups import Group
from console.sqs.health import OLDEST_CAVEAT, Health
from console.sqs.moves import progress
from console.sqs.reading import Entry, Reading
from console.text.clean import clean, fit
from console.text.document import DocumentLine
from console.text.faults import Fault
from console.text.format import age, duration, number, plural, size, sparkline
from console.ui.lines import Spans
from console.workbench.bounce import Sighting
from console.workbench.job import Progress
from console.workbench.journal import Standing
from console.worker.news import MessageRow, Sample

SPARK = 16
"""Cells of the trend."""
BAR = 8
"""Cells of a group's share."""
PROGRESS = 30
"""Cells of a job's bar."""
_BESIDE = {"COUNT": 7, "SHARE": BAR + 2, "FIRST": 7, "LAST": 7, "RECEIVES": 9}
_NARROW = 78
"""Cells below which groups show title, count and last only."""


def name_line(health: Health) -> Spans:
    """Return which queue it is and what it is to others."""
    spans: Spans = [(" SQS › ", "dim"), (health.name, "strong")]
    if isinstance(health.sources, Fault):
        spans.append(("  its sources are unknown", "unknown"))
    elif health.sources:
        names = ", ".join(each.name for each in health.sources[:3])
        more = f" and {len(health.sources) - 3} more" if len(health.sources) > 3 else ""
        spans += [("  dead-letter queue of ", "dim"), (f"{names}{more}", "accent")]
    dead = health.dead_letter_queue
    if dead is not None:
        spans += [
            ("  dead letters to ", "dim"),
            ("unknown", "unknown") if isinstance(dead, Fault) else (dead.name, "accent"),
        ]
    return spans


def depth_line(health: Health) -> Spans:
    """Return how many messages there are, where that is going, and how long they last."""
    known = health.settings
    if isinstance(known, Fault):
        return [(f" {known.sentence()}", "bad")]
    counts = [("visible", known.visible), ("in flight", known.in_flight), ("delayed", known.delayed)]
    spans: Spans = []
    for title, count in counts:
        spans += [
            (f" {'?' if count is None else f'{count:,}'}", "unknown" if count is None else "strong"),
            (f" {title} ", "dim"),
        ]
    spans += [(f" {sparkline(health.trend.samples(), SPARK)} ", "accent"), (health.outlook(), _outlook_token(health))]
    oldest = health.trend.oldest_age()
    if isinstance(oldest, float | int):
        spans += [("  oldest ", "dim"), (duration(oldest), "text")]
    if known.retention is not None:
        spans += [("  kept ", "dim"), (duration(known.retention), "text")]
    return spans


def settling_spans(words: str) -> Spans:
    """Return what SQS is doing to the queue still, before what it says of it meanwhile."""
    return [(f" {words} ", "warn")] if words else []


def _outlook_token(health: Health) -> str:
    """Return the tone of where the depth is going: dead letters that become more are bad, others worth a look."""
    rate = health.rate()
    if rate is None or rate <= 0:
        return "bad" if health.stopped() else "text"
    return "bad" if health.takes_dead_letters else "warn"


def finding_lines(health: Health, findings: Sequence[Finding], limit: int) -> list[Spans]:
    """Return what is wrong, the worst first, and what goes on by itself; ``limit`` lines at most."""
    loss = health.first_loss()
    lines: list[Spans] = [
        [(" ! " if found.tone is Tone.BAD else " ▲ ", found.tone.value), (f"{found.sentence}. ", found.tone.value),
         (found.remedy, "dim")]
        for found in findings
    ]  # fmt: skip
    if loss is not None and not isinstance(loss, Fault) and not findings:
        lines.append([("   ", "dim"), (loss_sentence(loss), "dim")])
    running = () if isinstance(health.moves, Fault) else tuple(task for task in health.moves if task.running)
    lines += [[("   move task ", "dim"), (progress(task, health.at), "accent")] for task in running]
    consumers = () if isinstance(health.consumers, Fault) else health.consumers
    if consumers:
        lines.append([("   consumed by ", "dim"), (", ".join(each.sentence() for each in consumers), "text")])
    if len(lines) > limit:
        return [*lines[: limit - 1], [(f"   and {len(lines) - limit + 1} more: i tells all", "dim")]]
    return lines


def sample_line(sample: Sample | None, marked: int) -> Spans:
    """Return what is held and what that means."""
    if sample is None or not (sample.received or sample.taking):
        return [
            (" Nothing was received. ", "text"),
            ("n", "key"),
            (" receives a sample, after telling what it costs", "dim"),
        ]
    known = f" of about {sample.known:,}" if sample.known is not None else ""
    spans: Spans = [(" Sample ", "strong"), (f"{sample.received:,}{known}", "accent")]
    if sample.taking:
        spans.append(("  receiving…", "warn"))
    spans += [(f"  {sample.held:,} held", "text"), (" · each gained one receive · given back when you leave", "dim")]
    if marked:
        spans += [(" · ", "dim"), (f"{marked:,} marked", "accent")]
    if sample.spoilt:
        spans.append((f" · {plural(sample.spoilt, 'message')} arrived damaged", "bad"))
    if sample.unreleased:
        spans.append((f" · {len(sample.unreleased):,} could not be given back", "warn"))
    if sample.over:
        spans.append((f" · ended: {sample.over}", "bad"))
    return spans


def group_head(width: int, grouped_by: str) -> Spans:
    """Return the titles above the groups."""
    title = f"GROUP by {grouped_by}" if grouped_by else "GROUP"
    if width < _NARROW:
        return [(fit(title, width - 16), "head"), ("  COUNT", "head"), ("   LAST", "head")]
    beside = "".join(
        f"{name:>{cells}}" if name != "SHARE" else f"  {name:<{cells - 2}}" for name, cells in _BESIDE.items()
    )
    return [(fit(title, _title_width(width)), "head"), (beside, "head")]


def group_spans(group: Group, now: float, width: int) -> tuple[tuple[str, str], ...]:
    """Return one group's line."""
    guess = f"  (guess: {group.signature.why})" if group.signature.guess else ""
    last = age(now - group.last_sent) if group.last_sent else "?"
    if width < _NARROW:
        return (
            (fit(f"{group.signature.title}{guess}", width - 16), "strong"),
            (f"{group.count:>7,}", "text"),
            (f"{last:>7}", "dim"),
        )
    first = age(now - group.first_sent) if group.first_sent else "?"
    few, many = group.receives_min, group.receives_max
    receives = f"{few}" if few == many else f"{few}–{many}"
    bar = "█" * max(1, round(group.share * BAR))
    return (
        (fit(f"{group.signature.title}{guess}", _title_width(width)), "strong"),
        (f"{group.count:>7,}", "text"),
        (f"  {bar:<{BAR}}", "accent"),
        (f"{first:>7}{last:>7}", "dim"),
        (f"{receives:>9}", "text"),
    )


def _title_width(width: int) -> int:
    return max(20, width - sum(_BESIDE.values()) - 3)


def message_head(title: str, width: int) -> Spans:
    """Return the titles above the messages of a group."""
    return [(f"{'SENT':>6}{'RECEIVES':>10}{'SIZE':>9}  ", "head"), (fit(title, max(10, width - 30)), "head")]


def message_spans(row: MessageRow, now: float, width: int) -> tuple[tuple[str, str], ...]:
    """Return one message's line."""
    sent = age(now - row.sent_at) if row.sent_at else "?"
    return (
        (f"{sent:>6}", "dim"),
        (f"{row.receives:>10}", "text"),
        (f"{size(row.size):>9}", "dim"),
        (f"  {fit(row.preview, max(10, width - 30))}", "text"),
    )


def reading_lines(message_id: str, found: Reading, now: float) -> list[DocumentLine]:
    """Return a message as it is read: its times, what it says, its attributes."""
    told = {
        "id": message_id,
        "sent": f"{age(now - found.sent_at)} ago" if found.sent_at else "unknown",
        "first received": f"{age(now - found.first_received_at)} ago" if found.first_received_at else "",
        "size": size(found.size),
        "trace": found.trace,
        "payload": found.payload or (f"in S3, {found.pointer.text}" if found.pointer else ""),
    }
    lines: list[DocumentLine] = [_pair(name, value) for name, value in told.items() if value]
    lines += [((f"note  {note}", "mark"),) for note in found.notes]
    lines += [(("", "plain"),), *found.lines]
    for title, entries in (("attributes", found.attributes), ("of SQS", found.system)):
        if entries:
            lines += [(("", "plain"),), ((title, "mark"),), *(_entry(each) for each in entries)]
    return lines


def _pair(name: str, value: str) -> DocumentLine:
    return ((f"{name:<15}", "key"), (value, "text"))


def _entry(entry: Entry) -> DocumentLine:
    kind = f"  {entry.type}" if entry.type else ""
    return ((f"  {entry.name}", "key"), (" = ", "mark"), (entry.value, "text"), (kind, "mark"))


def job_spans(state: Progress) -> Spans:
    """Return how far a job is: a bar, counts, rate and the time left."""
    part = state.through / state.total if state.total else 1.0
    done = round(part * PROGRESS)
    spans: Spans = [(" ", "text"), ("━" * done, "ok"), ("━" * (PROGRESS - done), "line")]
    spans.append((f" {state.through:,} of {state.total:,}", "strong"))
    if state.a_second:
        spans.append((f"  {number(state.a_second)}/s", "text"))
    if state.left_seconds is not None and state.through < state.total:
        spans.append((f"  {duration(state.left_seconds)} left", "dim"))
    for standing, token in ((Standing.COPIED, "warn"), (Standing.IN_DOUBT, "bad")):
        if state.counts[standing]:
            spans.append((f"  {state.counts[standing]:,} {standing.value}", token))
    spans += [("  paused", "warn")] if state.paused else []
    return [*spans, (f"  {state.note}", "warn"), ("   p", "key"), (" pause  ", "dim"), ("x", "key"), (" stop", "dim")]


def canary_tone(sighting: Sighting) -> str:
    """Return the token of how messages that were sent first stand."""
    if sighting.new or sighting.again:
        return "bad"
    if sighting.speaks_against:
        return "warn"
    return "ok" if sighting.clear else "text"


def canary_spans(sighting: Sighting, now: float, rest: int) -> Spans:
    """Return how messages that were sent first stand, what can be done then, and what else is known."""
    spans: Spans = [(" Canary ", "strong"), (sighting.standing(now), canary_tone(sighting))]
    if rest:
        spans += [("  c", "key"), (f" the other {rest:,}", "dim")]
    if not sighting.over:
        spans += [("  x", "key"), (" stop", "dim")]
    return [*spans, *((f" · {words}", "dim") for words in sighting.besides())]


def everything(health: Health, findings: Sequence[Finding]) -> list[str]:
    """Return all that is known of a queue, one line each."""
    every = [name_line(health), depth_line(health), *finding_lines(health, findings, 1000)]
    told = ["".join(text for text, _ in spans).strip() for spans in every]
    return [*told, "", *_settings(health), "", OLDEST_CAVEAT]


def _settings(health: Health) -> list[str]:
    """Return a queue's settings and its move tasks, one line each; what is unknown is said to be."""
    known = health.settings
    if isinstance(known, Fault):
        return [known.sentence()]
    access = known.access.sentence()
    told = {
        "ARN": clean(known.arn),
        "kept for": "unknown" if known.retention is None else duration(known.retention),
        "hidden after a receive": "unknown" if known.visibility_timeout is None else duration(known.visibility_timeout),
        "receives before it is a dead letter": "no limit" if known.max_receives is None else str(known.max_receives),
        "encryption": known.encryption,
        "access": access,
    }
    lines = [f"{name:<38}{value}" for name, value in told.items()]
    if isinstance(health.moves, Fault):
        return [*lines, f"move tasks: {health.moves.sentence()}"]
    return [*lines, *(f"move task: {progress(task, health.at)}" for task in health.moves)]
