"""Owns the commands on the list of queues; what is done inside one is the workbench's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from console.resources.model import Tone
from console.store.present import EARLIER
from console.text.format import number, plural, sparkline
from console.ui.commands.model import Command

if TYPE_CHECKING:
    from console.sqs.overview import DeadLetters
    from console.ui.screens.browser import Browser

SPARK = 12
"""Cells of the last hour."""


async def dead_letters(browser: Browser) -> None:
    """Show every dead-letter queue: who fills, since when, what is lost first."""
    from console.ui.screens.document import DocumentScreen

    session, query = browser.session, browser.listing.query
    if session is None or query is None:
        return
    browser.tell("Looking at the dead-letter queues…", Tone.DIM)
    found = await session.lists.dead_letters(query)
    browser.tell("")
    lines = [line for each in found for line in _lines(each, time.time())]
    said = lines or ["None of the queues here is known to take another's dead letters."]
    await browser.app.push_screen(DocumentScreen.text("Dead-letter queues", said, plural(len(found), "queue")))


def _lines(queue: DeadLetters, now: float) -> list[str]:
    depth = "?" if queue.depth is None else f"{EARLIER if queue.depth_is_earlier else ''}{number(queue.depth)}"
    first = f"{queue.name:<32} {depth:>7}  {sparkline(queue.samples, SPARK):<{SPARK}}"
    told = [
        queue.sentence(now),
        f"of {', '.join(queue.sources)}",
        queue.risk,
        queue.fault.sentence() if queue.fault else "",
    ]
    return [first, *(f"    {words}" for words in told if words), ""]


def has_queues(browser: Browser) -> bool:
    """Return whether the list is one of queues."""
    resource = browser.listing.resource
    return resource is not None and resource.name == "sqs.queues"


COMMANDS = (
    Command(
        "dead_letters", "Dead-letter queues: who fills, since when", ("D",), "Look", dead_letters, "DLQs", has_queues
    ),
)
