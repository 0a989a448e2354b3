"""Owns the way of every command that does something to a queue's messages: receive, choose, act, tell."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import Exit, Failure, exit_of, not_found, refused
from console.command.queue.acting import act, confirmed_by, tell
from console.command.queue.bench import Bench
from console.command.queue.editing import show_differences
from console.command.queue.filing import NewFile
from console.command.queue.options import Choice, Consent, Receiving
from console.command.queue.receiving import Received, choose, key_of, receive
from console.text.clean import clean

if TYPE_CHECKING:
    from console.workbench.edits import Bodies
    from console.workbench.intents import Wish
    from console.workbench.work import Ended


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done: how messages are received, which of them, and to what end.

    With ``file`` they are written there before; ``bodies`` are what is sent in place of their own.
    """

    how: Receiving
    choice: Choice
    wish: Wish
    consent: Consent
    form: str
    file: NewFile | None = None
    bodies: Bodies | None = None
    must_edit: bool = False
    """Whether nothing is done where no body is another one."""


async def carry(bench: Bench, errand: Errand) -> Exit:
    """Receive, choose, confirm, do it, tell. Raises ``Failure`` and ``AwsError`` where nothing was done."""
    from console.workbench.intents import ACTIONS

    how, choice, consent, form = errand.how, errand.choice, errand.consent, errand.form
    bench.require(ACTIONS[errand.wish.kind], consent)
    received = await receive(bench, how, key_of(choice.by), choice.ids)
    chosen = await choose(bench, received, choice)
    missing = [id_ for id_ in choice.ids if id_ not in set(chosen)]
    require_some(received, chosen)
    ended = await _do(bench, errand, chosen)
    more = {"file": str(errand.file.path)} if errand.file else {}
    if form == "text" and not choice.ids and len(received.ids) == how.limit < (received.about or 0):
        output.note(f"{how.limit:,} were asked for; about {(received.about or 0) - how.limit:,} more are there")
    return tell(ended, form, received.troubles(), missing, **more)


async def _do(bench: Bench, errand: Errand, chosen: tuple[str, ...]) -> Ended:
    """Plan, confirm and carry out what is to be done to the messages that are held."""
    from console.workbench.edits import edited_of, keep_edited

    spool = bench.spool()
    edited = await asyncio.to_thread(edited_of, spool, chosen, errand.bodies) if errand.bodies else {}
    if errand.must_edit and not edited:
        why = "no body in the file is another than that of one of its messages"
        raise refused("Nothing was sent", why, "Send them as they are without --edit")
    intent = await bench.work.intend(replace(errand.wish, ids=chosen, edited=edited))
    if edited and errand.form == "text":
        show_differences(spool, edited)
    if errand.file and errand.form == "text":
        output.note(f"Before that they are written to {clean(errand.file.path)}")
    confirmed = await confirmed_by(intent.plan, errand.consent)
    if errand.file:
        await asyncio.to_thread(errand.file.write, (spool.get(id_) for id_ in chosen))
    if not edited:
        return await act(bench, intent, confirmed, errand.consent.reason)
    sent = await asyncio.to_thread(keep_edited, spool, chosen, edited)
    try:
        order = replace(intent.order, spool=str(sent.path))
        return await act(bench, replace(intent, order=order), confirmed, errand.consent.reason, sent)
    finally:
        sent.close()
        if not bench.acted:
            sent.path.unlink(missing_ok=True)


def require_some(received: Received, chosen: Collection[str]) -> None:
    """Raise ``Failure`` where there is nothing to do anything to."""
    if chosen:
        return
    if received.faults:
        raise Failure(received.faults[0], exit_of(received.faults[0]))
    if received.ids:
        raise not_found("None of the messages received is one of those", "Receive more with --max, or try again later")
    raise not_found(received.sentence())
