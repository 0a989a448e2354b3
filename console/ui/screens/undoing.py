"""Owns undoing a job from the queue workbench: chosen, its plan confirmed, its end told. Must not do it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.resources.model import Tone
from console.text.format import plural
from console.ui.choice import Entry, choose
from console.ui.screens.triage import Triage
from console.workbench.undoing import Undo

if TYPE_CHECKING:
    from console.ui.screens.workbench import Workbench

SHOWN = 50
"""Jobs that can be chosen from, the newest first."""
_ABOUT = "Copies are sent again as new messages: nothing is taken back from where it went."


async def undo(screen: Workbench) -> None:
    """Choose a job that took messages from the queue, and send again what it took."""
    work = screen.session.queue
    found = await work.undos()
    if not found:
        screen.tell("No job from this machine has taken messages from this queue.", Tone.DIM)
        return
    chosen = await choose(screen.app, "Undo", _entries(found[:SHOWN]), _ABOUT)
    if chosen:
        await Triage(screen).confirm(await work.intend_undo(chosen), work.undo)


def _entries(found: Sequence[Undo]) -> list[Entry]:
    return [Entry(one.job, one.sentence(), f"sends {plural(len(one.ids), 'message')}", one.why_not) for one in found]
