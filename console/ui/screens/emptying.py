"""Owns emptying a queue from its workbench: into a file, or, as a last resort, for ever. Must not do it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from console.actions.outcome import Outcome
from console.resources.model import Tone
from console.resources.registry import catalogue
from console.sqs.queues import name_of_url
from console.store.rows import project
from console.text.clean import clean
from console.ui.screens.fields import Field, Fields

if TYPE_CHECKING:
    from console.ui.screens.triage import Triage
    from console.ui.screens.workbench import Workbench

_WHY = "All that can be received is written there, and only then deleted"


async def drain(screen: Workbench, triage: Triage) -> None:
    """Ask for a file, plan, and have all that can be received written to it and deleted."""
    work = screen.session.queue
    name = PurePath(clean(name_of_url(screen.url))).name
    field = Field("File", f"cloudtop-drain-{name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl")
    answer = await screen.app.push_screen_wait(Fields("Drain", (field,), "Plan it", [("Order", _WHY, "text")]))
    if answer and answer[0]:
        intent = await work.intend_drain(answer[0])
        await triage.confirm(intent, work.drain, f"All that was received is in {clean(answer[0])}")


async def purge(screen: Workbench, triage: Triage) -> None:
    """Plan to have SQS delete everything, and do it; what is held is given back first."""
    session, query = screen.session, screen.session.query("sqs.queues")
    row = project(catalogue()["sqs.queues"], {"QueueUrl": screen.url}, session.scope)
    plan = await session.plan(query, "purge", [row])
    confirmed = await triage.confirmed(plan)
    if confirmed is None:
        screen.tell("Nothing was sent.", Tone.DIM)
        return
    if screen.sample and screen.sample.held:
        screen.take_sample(await session.queue.release(None))
    report = await session.carry_out(query, plan, reason=confirmed.reason, confirmed=confirmed.typed)
    screen.tell(report.sentence(), Tone.OK if report.outcome is Outcome.DONE else Tone.WARN)
    screen.action_key("r")
