"""Owns the way of every command that does something to a queue's messages: receive, choose, act, tell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import Exit, Failure, exit_of, not_found
from console.command.queue.acting import act, confirmed_by, tell
from console.command.queue.bench import Bench
from console.command.queue.filing import NewFile
from console.command.queue.options import Choice, Consent, Receiving
from console.command.queue.receiving import Received, choose, key_of, receive
from console.text.clean import clean

if TYPE_CHECKING:
    from console.workbench.intents import Wish


async def carry(
    bench: Bench, how: Receiving, choice: Choice, wish: Wish, consent: Consent, form: str, file: NewFile | None = None
) -> Exit:
    """Receive, choose and do what ``wish`` says to the chosen; with ``file`` they are written there before.

    Raises ``Failure`` and ``AwsError`` where nothing was done.
    """
    from console.workbench.intents import ACTIONS

    bench.require(ACTIONS[wish.kind], consent)
    received = await receive(bench, how, key_of(choice.by), choice.ids)
    chosen = await choose(bench, received, choice)
    missing = [id_ for id_ in choice.ids if id_ not in set(chosen)]
    require_some(received, chosen)
    intent = await bench.work.intend(replace(wish, ids=chosen))
    if file and form == "text":
        output.note(f"Before that they are written to {clean(file.path)}")
    confirmed = await confirmed_by(intent.plan, consent)
    lease = bench.work.lease
    if file and lease:
        file.write(lease.spool.get(id_) for id_ in chosen)
    ended = await act(bench, intent, confirmed, consent.reason)
    more = {"file": str(file.path)} if file else {}
    if form == "text" and not choice.ids and len(received.ids) == how.limit < (received.about or 0):
        output.note(f"{how.limit:,} were asked for; about {(received.about or 0) - how.limit:,} more are there")
    return tell(ended, form, received.troubles(), missing, **more)


def require_some(received: Received, chosen: Collection[str]) -> None:
    """Raise ``Failure`` where there is nothing to do anything to."""
    if chosen:
        return
    if received.faults:
        raise Failure(received.faults[0], exit_of(received.faults[0]))
    if received.ids:
        raise not_found("None of the messages received is one of those", "Receive more with --max, or try again later")
    raise not_found(received.sentence())
