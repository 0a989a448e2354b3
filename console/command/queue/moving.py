"""Owns the way of every command that does something to a queue's messages: receive, choose, act, tell."""

from __future__ import annotations

from collections.abc import Collection

from console.command import output
from console.command.failure import Exit, Failure, exit_of, not_found
from console.command.queue.acting import tell
from console.command.queue.bench import Bench
from console.command.queue.canary import Canary, Landed
from console.command.queue.receiving import Received, choose, key_of, receive
from console.command.queue.shipping import Errand, agree, ship


async def carry(bench: Bench, errand: Errand) -> Exit:
    """Receive, choose, confirm, do it, tell. Raises ``Failure`` and ``AwsError`` where nothing was done."""
    from console.workbench.intents import ACTIONS

    how, choice, consent, form = errand.how, errand.choice, errand.consent, errand.form
    bench.require(ACTIONS[errand.wish.kind], consent)
    canary = Canary(bench, errand.canary, form) if errand.canary else None
    if canary:
        await canary.look()
    received = await receive(bench, how, key_of(choice.by), choice.ids)
    chosen = await choose(bench, received, choice)
    missing = [id_ for id_ in choice.ids if id_ not in set(chosen)]
    require_some(received, chosen)
    agreed = await agree(bench, errand, chosen, canary.announce if canary else None)
    landed = await canary.carry_out(agreed) if canary else Landed(await ship(bench, agreed))
    more = {"file": str(errand.file.path)} if errand.file else {"canary": landed.canary} if canary else {}
    if form == "text" and not choice.ids and len(received.ids) == how.limit < (received.about or 0):
        output.note(f"{how.limit:,} were asked for; about {(received.about or 0) - how.limit:,} more are there")
    return tell(landed.ended, form, [*received.troubles(), *landed.troubles], missing, **more)


def require_some(received: Received, chosen: Collection[str]) -> None:
    """Raise ``Failure`` where there is nothing to do anything to."""
    if chosen:
        return
    if received.faults:
        raise Failure(received.faults[0], exit_of(received.faults[0]))
    if received.ids:
        raise not_found("None of the messages received is one of those", "Receive more with --max, or try again later")
    raise not_found(received.sentence())
