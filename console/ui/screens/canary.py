"""Owns a canary on the queue workbench: a few messages sent first, how they stand, and the rest offered then.

Must not know how they are sent or watched.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.resources.model import Tone
from console.ui import queuelines
from console.ui.screens.fields import Field, Fields
from console.ui.widgets.line import Line
from console.workbench.bounce import Sighting
from console.workbench.intents import Wish
from console.workbench.journal import Kind

if TYPE_CHECKING:
    from console.ui.screens.workbench import Workbench

FIRST, MOST = 3, 100
"""Messages that are sent first, unless another number is asked for, and at most."""


class Canary:
    """The messages of one workbench that were sent first, and those that are to follow."""

    def __init__(self, screen: Workbench) -> None:
        self._screen = screen
        self._sighting: Sighting | None = None
        self._rests: dict[str, tuple[str, tuple[str, ...]]] = {}
        """The job that sends the first → the URL they go to and the ids that are to follow."""

    @property
    def watched(self) -> bool:
        """Whether it is seen to now."""
        return self._sighting is not None and not self._sighting.over

    async def send(self, ids: Sequence[str]) -> None:
        """Ask how many to send first and where to, and send them once that is confirmed."""
        from console.ui.screens.triage import Triage

        fields = (
            Field("Messages", str(min(FIRST, len(ids)))),
            Field("To queue", "", "empty for where they came from"),
        )
        answer = await self._screen.app.push_screen_wait(Fields("Send a few first", fields, "Plan it"))
        if answer is None:
            return
        count = int(answer[0]) if answer[0].isascii() and answer[0].isdecimal() else FIRST
        queue, wish = self._screen.session.queue, Wish(Kind.RESEND, tuple(ids), answer[1], rate=1.0)
        intent = await queue.intend_canary(wish, max(1, min(count, MOST)))
        first = set(intent.order.ids)
        self._rests[intent.order.id] = intent.order.to, tuple(id_ for id_ in ids if id_ not in first)
        await Triage(self._screen).confirm(intent, queue.carry_out_canary)

    def hear(self, sighting: Sighting) -> None:
        """Show how they stand."""
        self._sighting = sighting
        line = self._screen.query_one("#canary", Line)
        line.show(queuelines.canary_spans(sighting, time.time(), len(self._rest()[1])))
        line.display = True

    async def offer(self) -> None:
        """Offer to send the rest, telling what is known of those sent first."""
        from console.ui.screens.triage import RATE, Triage, rate_of

        sighting, (to, rest) = self._sighting, self._rest()
        if sighting is None or not rest:
            none = (
                "No message was sent first: a sends some." if sighting is None else "None of the rest is held any more."
            )
            self._screen.tell(none, Tone.DIM)
            return
        tone = queuelines.canary_tone(sighting)
        facts = [("Sent first", sighting.sentence(time.time()), tone), ("So", sighting.advice(), tone)]
        verb = "Plan it" if sighting.clear else "Plan it anyway"
        dialog = Fields(f"Send the other {len(rest):,}", (RATE,), verb, facts, danger=sighting.speaks_against)
        answer = await self._screen.app.push_screen_wait(dialog)
        if answer is not None:
            queue = self._screen.session.queue
            intent = await queue.intend(Wish(Kind.RESEND, rest, to, rate_of(answer[0])))
            await Triage(self._screen).confirm(intent, queue.carry_out)
            self.hear(self._sighting or sighting)

    def _rest(self) -> tuple[str, tuple[str, ...]]:
        """Return the URL and the ids of what is to follow and is held still."""
        job, sample = self._sighting.job if self._sighting else "", self._screen.sample
        to, ids = self._rests.get(job, ("", ()))
        here = {id_ for group in sample.groups for id_ in group.ids} if sample else set()
        return to, tuple(id_ for id_ in ids if id_ in here)
