"""Owns what is done to messages that are held: planned and confirmed once, then carried out, whole or in parts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import refused
from console.command.queue.acting import act, confirmed_by
from console.command.queue.bench import Bench
from console.command.queue.editing import show_differences
from console.command.queue.filing import NewFile
from console.command.queue.options import Choice, Consent, Receiving
from console.text.clean import clean

if TYPE_CHECKING:
    from console.workbench.edits import Bodies
    from console.workbench.intents import Intent, Wish
    from console.workbench.work import Ended

Announce = Callable[["Intent"], Awaitable["Intent"]]
"""Adds to an intent what is to be confirmed besides. Raises ``Failure`` where it is not to be done."""


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
    canary: int = 0
    """How many are sent first, and the others only where none of these comes back; 0 for all at once."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What was confirmed, and the words that confirmed it."""

    errand: Errand
    intent: Intent
    edited: Mapping[str, str]
    words: str


async def agree(bench: Bench, errand: Errand, chosen: tuple[str, ...], announce: Announce | None = None) -> Agreed:
    """Plan what is to be done to the messages ``chosen`` and have it confirmed. Raises ``Failure`` and ``AwsError``."""
    from console.workbench.edits import edited_of

    spool = bench.spool()
    edited = await asyncio.to_thread(edited_of, spool, chosen, errand.bodies) if errand.bodies else {}
    if errand.must_edit and not edited:
        why = "no body in the file is another than that of one of its messages"
        raise refused("Nothing was sent", why, "Send them as they are without --edit")
    intent = await bench.work.intend(replace(errand.wish, ids=chosen, edited=edited))
    if announce:
        intent = await announce(intent)
    if edited and errand.form == "text":
        show_differences(spool, edited)
    if errand.file and errand.form == "text":
        output.note(f"Before that they are written to {clean(errand.file.path)}")
    words = await confirmed_by(intent.plan, errand.consent)
    if errand.file:
        await asyncio.to_thread(errand.file.write, (spool.get(id_) for id_ in chosen))
    return Agreed(errand, intent, edited, words)


async def part_of(bench: Bench, agreed: Agreed, ids: tuple[str, ...]) -> Agreed:
    """Return what was confirmed, for ``ids`` of its messages alone. Raises ``AwsError``."""
    edited = {id_: body for id_, body in agreed.edited.items() if id_ in set(ids)}
    wish = replace(agreed.errand.wish, ids=ids, to=agreed.intent.order.to, edited=edited)
    return replace(agreed, intent=await bench.work.intend(wish), edited=edited)


async def ship(bench: Bench, agreed: Agreed) -> Ended:
    """Carry out what was confirmed. Raises ``Failure`` where nothing was done."""
    from console.workbench.edits import keep_edited

    intent, reason = agreed.intent, agreed.errand.consent.reason
    if not agreed.edited:
        return await act(bench, intent, agreed.words, reason)
    sent = await asyncio.to_thread(keep_edited, bench.spool(), intent.order.ids, agreed.edited)
    try:
        order = replace(intent.order, spool=str(sent.path))
        return await act(bench, replace(intent, order=order), agreed.words, reason, sent)
    finally:
        sent.close()
        if not bench.acted:
            sent.path.unlink(missing_ok=True)
