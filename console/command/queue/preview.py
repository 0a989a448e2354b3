"""Owns what ``--plan`` prints of a command that would receive: nothing is received for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit
from console.command.queue.bench import Bench
from console.command.queue.options import Choice, Receiving
from console.resources.parts import attempt
from console.text.clean import clean
from console.text.faults import Fault

if TYPE_CHECKING:
    from console.resources.model import Action

_RECEIVES = ("ReceiveMessage", "ChangeMessageVisibilityBatch")


async def print_preview(
    bench: Bench,
    how: Receiving,
    form: str,
    *,
    action: Action | None = None,
    choice: Choice | None = None,
    to: str | None = None,
    calls: Sequence[str] = (),
    **more: Any,
) -> Exit:
    """Print what would be done and what it costs. ``to`` is where messages would go, empty for where they came from."""
    from console.sqs.queues import attributes, values

    terms = await bench.work.terms(how.limit, how.hold)
    held = await attempt(attributes(bench.reader, bench.work.queue))
    scope = bench.reader.scope
    document: dict[str, Any] = {
        "queue": bench.work.queue,
        "where": {"profile": scope.profile, "account": scope.account, "region": scope.region,
                  "identity": bench.connected.identity.arn},
        "messages": _counts(held) if isinstance(held, Fault) else _counts(values(held)),
        "which": _which(choice),
        "receives": {"at_most": how.limit, "hold_seconds": how.hold, "cost": terms.cost,
                     "refused": "" if how.anyway else terms.refusal, "speaks_against": terms.refusal},
        "calls": [*_RECEIVES, *calls],
        **more,
    }  # fmt: skip
    if action:
        document["action"] = {"id": action.id, "risk": action.risk.value, "effect": action.effect}
    if to is not None:
        document["to"] = to or "the one queue they came from"
        document["sources"] = await _sources(bench)
    output.out(output.json_text(document) if form != "text" else output.yaml_text(document))
    return Exit.REFUSED if document["receives"]["refused"] else Exit.DONE


def _counts(found: Any) -> Any:
    if isinstance(found, Fault):
        return {"unreadable": found.sentence()}
    return {name: found[name] for name in ("visible", "in_flight", "delayed")}


def _which(choice: Choice | None) -> Any:
    if choice and choice.ids:
        return {"ids": list(choice.ids)}
    if choice and choice.group:
        return {"group": choice.group, "by": choice.by}
    return "all that are received"


async def _sources(bench: Bench) -> Any:
    """Return the names of the queues that messages may have come from."""
    from console.sqs.queues import name_of_url, sources

    found = await attempt(sources(bench.reader, bench.work.queue))
    if isinstance(found, Fault):
        return {"unreadable": found.sentence()}
    return [clean(name_of_url(url)) for url in found]
