"""Owns what each key of the queue workbench asks for; must not know how it is painted or done."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.resources.model import Tone
from console.ui import queuelines
from console.ui.screens.ask import Ask
from console.ui.screens.document import DocumentScreen
from console.ui.screens.fields import Field, Fields
from console.ui.screens.message import MessageScreen
from console.ui.widgets.itemlist import ItemList

if TYPE_CHECKING:
    from console.ui.screens.workbench import Workbench

LIMIT, HOLD = 50, 120
"""Messages received and seconds they are held, where nothing else is asked for."""
_LONGEST_HOLD = 43_200


@dataclass(frozen=True, slots=True)
class Key:
    """What a key asks for; ``opens``: a dialog follows, and keys typed before it is seen are dropped."""

    run: Callable[[Workbench], Awaitable[None]]
    opens: bool = False


async def back(screen: Workbench) -> None:
    """Go back to the groups, or leave and give everything back."""
    if screen.group is not None or screen.found:
        screen.group, screen.found = None, ()
        screen.show_items()
        return
    screen.tell("Giving back what is held…", Tone.DIM)
    unreleased = await screen.session.queue.close()
    desk = screen.app.desk
    screen.dismiss(None)
    if unreleased and desk:
        last = datetime.fromtimestamp(max(one.returns_at for one in unreleased), UTC)
        told = f"{len(unreleased):,} could not be given back; SQS shows them by {last:%H:%M:%S} UTC"
        desk.browser.tell(told, Tone.WARN)


async def enter(screen: Workbench) -> None:
    """Go inside a group, or read a message on the whole screen."""
    items = screen.query_one(ItemList)
    if screen.group is None and not screen.found:
        groups = screen.sample.groups if screen.sample else ()
        screen.group = next((one for one in groups if one.signature.id == items.key), None)
        items.marks.clear()
        screen.show_items()
    elif screen.message_id:
        await _open_message(screen, screen.message_id)


async def _open_message(screen: Workbench, message_id: str) -> None:
    found = await screen.session.queue.read(message_id)
    lines, title = queuelines.reading_lines(message_id, found, time.time()), f"message {message_id}"

    def fetch() -> None:
        screen.attempt(_fetch(screen, message_id, whole=True), opens=True)

    points = found.pointer is not None and not found.payload
    await screen.app.push_screen(MessageScreen(title, lines, fetch) if points else DocumentScreen(title, lines))


async def payload(screen: Workbench) -> None:
    """Read what a message points to from S3."""
    if screen.message_id:
        await _fetch(screen, screen.message_id, whole=not screen.query_one("#message").display)


async def _fetch(screen: Workbench, message_id: str, *, whole: bool) -> None:
    """Tell what reading a payload costs, read it, and show the message, on the ``whole`` screen or beside the list."""
    queue = screen.session.queue
    weight = await queue.weigh_payload(message_id)
    facts = (
        ("Object", weight.place, "strong"),
        ("Cost", weight.cost, "warn"),
        ("Note", "whoever sent the message chose bucket and key", "dim"),
    )
    if not await screen.app.push_screen_wait(Ask("Read the payload from S3", facts, "Read it")):
        return
    screen.tell(f"Reading {weight.place}…", Tone.DIM)
    await queue.fetch_payload(message_id)
    screen.tell("")
    if whole:
        await _open_message(screen, message_id)
    screen.show_message()


async def receive(screen: Workbench) -> None:
    """Ask what to receive, telling what it costs, and receive it."""
    terms = await screen.session.queue.terms(LIMIT, HOLD)
    facts = [("Cost", terms.cost, "warn")]
    if terms.refusal:
        facts.append(("Against it", terms.refusal, "bad"))
    fields = (Field("Messages", str(LIMIT)), Field("Held for (s)", str(HOLD)))
    verb = "Receive anyway" if terms.refusal else "Receive a sample"
    dialog = Fields("Receive messages", fields, verb, facts, danger=bool(terms.refusal))
    answer = await screen.app.push_screen_wait(dialog)
    if answer is None:
        return
    limit, hold = _whole_number(answer[0], LIMIT), _whole_number(answer[1], HOLD)
    screen.tell(f"Receiving up to {limit:,}…", Tone.DIM)
    sample = await screen.session.queue.take(limit, max(10, min(hold, _LONGEST_HOLD)))
    screen.tell("")
    screen.take_sample(sample)


async def actions(screen: Workbench) -> None:
    """Choose what to do to the marked messages, or those of the line under the cursor."""
    from console.ui.screens.triage import Triage

    await Triage(screen).choose(screen.targets())


async def drain(screen: Workbench) -> None:
    """Empty the queue into a file."""
    from console.ui.screens.triage import Triage

    await Triage(screen).drain(())


async def undo(screen: Workbench) -> None:
    """Send again what a job has taken from the queue."""
    from console.ui.screens import undoing

    await undoing.undo(screen)


async def search(screen: Workbench) -> None:
    """Show the held messages that say some words."""
    answer = await screen.app.push_screen_wait(Fields("Search bodies and attributes", (Field("Words"),), "Search"))
    if answer and answer[0]:
        screen.found = await screen.session.queue.search(answer[0])
        if not screen.found:
            screen.tell("No held message says that.", Tone.DIM)
        screen.show_items()


async def group_by(screen: Workbench) -> None:
    """Group by another key."""
    example = "attribute:NAME, system:NAME, a JMESPath; empty: signature"
    field = Field("Group by", screen.sample.grouped_by if screen.sample else "", example)
    answer = await screen.app.push_screen_wait(Fields("Group by", (field,), "Group"))
    if answer is not None:
        screen.group, screen.found = None, ()
        screen.take_sample(await screen.session.queue.regroup(answer[0]))


async def compare(screen: Workbench) -> None:
    """Show what differs between two marked messages."""
    marked = tuple(screen.query_one(ItemList).marks)
    if len(marked) != 2 or (screen.group is None and not screen.found):
        screen.tell("Mark two messages with space, then = shows what differs.", Tone.DIM)
        return
    found = await screen.session.queue.difference(*marked)
    lines = [f"{line.mark} {line.text}" for line in found] or ["They say the same, byte for byte."]
    await screen.app.push_screen(DocumentScreen.text("What differs", lines, "- the first, + the second"))


async def details(screen: Workbench) -> None:
    """Show everything that is known of the queue."""
    if screen.state is not None:
        health = screen.state.health
        lines = queuelines.everything(health, screen.state.findings)
        await screen.app.push_screen(DocumentScreen.text(health.name, lines))


async def look(screen: Workbench) -> None:
    """Read again how the queue is; nothing is received."""
    screen.state = await screen.session.queue.look()
    screen.show_lines()


async def unlock(screen: Workbench) -> None:
    """Unlock or lock writes."""
    from console.ui.commands.act import writes

    await writes(screen)


async def pause(screen: Workbench) -> None:
    """Pause a job, or go on with it."""
    await screen.session.queue.control("go on" if screen.paused else "pause")


async def rest(screen: Workbench) -> None:
    """Offer to send what is to follow messages that were sent first."""
    await screen.canary.offer()


async def stop(screen: Workbench) -> None:
    """Stop a job at a safe point, and look no more whether messages come back."""
    if screen.canary.watched:
        await screen.session.queue.end_canary()
    await screen.session.queue.control("stop")


def _whole_number(text: str, otherwise: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 and int(text) > 0 else otherwise


KEYS = {
    "escape": Key(back),
    "enter": Key(enter),
    "n": Key(receive, opens=True),
    "a": Key(actions, opens=True),
    "d": Key(drain, opens=True),
    "u": Key(undo, opens=True),
    "slash": Key(search, opens=True),
    "b": Key(group_by, opens=True),
    "equals_sign": Key(compare),
    "i": Key(details),
    "r": Key(look),
    "w": Key(unlock, opens=True),
    "f": Key(payload, opens=True),
    "c": Key(rest, opens=True),
    "p": Key(pause),
    "x": Key(stop),
}
KEY_LINE = (
    ("enter", "read"), ("n", "receive"), ("a", "actions"), ("d", "drain"), ("u", "undo"), ("space", "mark"),
    ("esc", "back"), ("/", "search"), ("b", "group by"), ("=", "compare"), ("i", "details"), ("r", "look"),
    ("w", "writes"),
)  # fmt: skip
