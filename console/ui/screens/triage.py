"""Owns what can be done to held messages from the screen: asked for, planned, confirmed, told. Must not do it."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from console.resources.model import Tone
from console.text.clean import clean
from console.text.faults import Fault
from console.text.format import plural
from console.ui.choice import Entry, choose
from console.ui.screens import emptying
from console.ui.screens.document import DocumentScreen
from console.ui.screens.fields import Field, Fields
from console.workbench.intents import Intent, Wish
from console.workbench.journal import Kind, Standing
from console.workbench.work import Ended

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.ui.screens.plan import Confirmed
    from console.ui.screens.workbench import Workbench

RATE = Field("Per second", "10", "0 for as fast as it goes")


class CarryOut(Protocol):
    """Does what was confirmed, once."""

    async def __call__(self, intent: Intent, /, *, reason: str, confirmed: str) -> Ended:
        """Return what became of each message."""


class Triage:
    """The actions of one workbench."""

    def __init__(self, screen: Workbench) -> None:
        self._screen = screen
        self._work = screen.session.queue

    async def choose(self, ids: Sequence[str]) -> None:
        """Choose what to do to messages, or to the queue, and do it."""
        none = "" if ids else "no message is held: n receives some"
        one = none or ("" if len(ids) == 1 else "one message at a time")
        ways: Mapping[str, tuple[Entry, Callable[[Sequence[str]], Awaitable[None]]]] = {
            "resend": (
                Entry("resend", "Resend to where they came from", "send, check, then delete", none),
                self.resend,
            ),
            "canary": (
                Entry("canary", "Send a few of them first…", "and see whether they come back", none),
                self._screen.canary.send,
            ),
            "move": (Entry("move", "Move to another queue…", "send, check, then delete", none), self.move),
            "edit": (Entry("edit", "Edit and resend…", "shows what differs", one), self.edit),
            "export": (Entry("export", "Export to a file…", "JSON Lines, as received", none), self.export),
            "release": (Entry("release", "Give back", "consumers see them again", none), self.release),
            "delete": (Entry("delete", "Delete", "a copy stays here, asks for the name", none, "bad"), self.delete),
            "redrive": (
                Entry("redrive", "Redrive all by SQS itself…", "cannot choose, cannot be undone"),
                self.redrive,
            ),
            "cancel": (Entry("cancel", "Cancel the running redrive", "nothing moves back", self._no_move), self.cancel),
            "drain": (Entry("drain", "Drain all to a file…", "written there, then deleted"), self.drain),
            "purge": (Entry("purge", "Purge…", "the last resort: nothing is kept", tone="bad"), self.purge),
        }
        title = plural(len(ids), "message") if ids else "The queue"
        chosen = await choose(self._screen.app, title, [entry for entry, _ in ways.values()])
        if chosen:
            await ways[chosen][1](ids)

    @property
    def _no_move(self) -> str:
        """Why there is no redrive to cancel; empty where one runs."""
        moves = self._screen.state.health.moves if self._screen.state else ()
        return "" if not isinstance(moves, Fault) and any(task.running for task in moves) else "none runs"

    async def resend(self, ids: Sequence[str], to: str = "", edited: Mapping[str, str] | None = None) -> None:
        """Send messages to their source and delete them here."""
        answer = await self._screen.app.push_screen_wait(Fields("Resend", (RATE,), "Plan it"))
        if answer is not None:
            wish = Wish(Kind.RESEND, tuple(ids), to, rate_of(answer[0]), dict(edited or {}))
            await self._do(wish)

    async def move(self, ids: Sequence[str]) -> None:
        """Send messages to a queue that is named and delete them here."""
        fields = (Field("To queue", "", "a name, URL or ARN"), RATE)
        answer = await self._screen.app.push_screen_wait(Fields("Move", fields, "Plan it"))
        if answer and answer[0]:
            await self._do(Wish(Kind.RESEND, tuple(ids), answer[0], rate_of(answer[1])))

    async def delete(self, ids: Sequence[str]) -> None:
        """Delete messages; what was deleted can be sent again."""
        await self._do(Wish(Kind.DELETE, tuple(ids)))

    async def edit(self, ids: Sequence[str]) -> None:
        """Edit one message's body in the operator's editor, show what differs, and resend it."""
        before = await self._work.body(ids[0])
        with self._screen.app.suspend():
            after = edited(before)
        if after is None or after == before:
            self._screen.tell("Nothing was changed.", Tone.DIM)
            return
        lines = [(f"{line.mark} {line.text}",) for line in await self._work.compare(ids[0], after)]
        await self._screen.app.push_screen_wait(
            DocumentScreen.text("What differs; esc goes on", [line[0] for line in lines])
        )
        await self.resend(ids, edited={ids[0]: after})

    async def export(self, ids: Sequence[str]) -> None:
        """Write messages into a new file."""
        field = Field("File", f"cloudtop-messages-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl")
        answer = await self._screen.app.push_screen_wait(Fields("Export messages", (field,), "Write"))
        if answer and answer[0]:
            count = await self._work.export(ids, _path(answer[0]))
            self._screen.tell(f"{plural(count, 'message')} written to {clean(answer[0])}", Tone.OK)

    async def release(self, ids: Sequence[str]) -> None:
        """Give messages back."""
        self._screen.take_sample(await self._work.release(ids))
        self._screen.tell(f"{plural(len(ids), 'message')} given back.", Tone.OK)

    async def redrive(self, _ids: Sequence[str]) -> None:
        """Have SQS move everything."""
        fields = (Field("To queue", "", "empty: each to where it came from"), Field("Per second", "10", "1 to 500"))
        answer = await self._screen.app.push_screen_wait(Fields("Redrive by SQS", fields, "Plan it"))
        if answer is None:
            return
        plan = await self._work.plan_move(answer[0], int(rate_of(answer[1])) or 10)
        confirmed = await self.confirmed(plan)
        if confirmed:
            told = await self._work.start_move(plan, reason=confirmed.reason, confirmed=confirmed.typed)
            self._screen.tell(told, Tone.OK)
            self._screen.action_key("r")

    async def cancel(self, _ids: Sequence[str]) -> None:
        """Cancel SQS's running move task."""
        self._screen.tell(await self._work.cancel_move(reason=""), Tone.WARN)
        self._screen.action_key("r")

    async def drain(self, _ids: Sequence[str]) -> None:
        """Empty the queue into a file."""
        await emptying.drain(self._screen, self)

    async def purge(self, _ids: Sequence[str]) -> None:
        """Have SQS delete everything."""
        await emptying.purge(self._screen, self)

    async def _do(self, wish: Wish) -> None:
        await self.confirm(await self._work.intend(wish), self._work.carry_out)

    async def confirm(self, intent: Intent, carry_out: CarryOut, more: str = "") -> None:
        """Show what would be done, do it if that is confirmed, and tell what became of it, and ``more`` beside that."""
        confirmed = await self.confirmed(intent.plan)
        if confirmed is None:
            self._screen.tell("Nothing was sent.", Tone.DIM)
            return
        self._screen.tell("")
        try:
            ended = await carry_out(intent, reason=confirmed.reason, confirmed=confirmed.typed)
        finally:
            self._screen.query_one("#job").display = False
        await self._told(ended, more)
        self._screen.action_key("r")

    async def confirmed(self, plan: Plan) -> Confirmed | None:
        """Show a plan and return the operator's yes; None for no."""
        from console.ui.screens.plan import PlanDialog

        session = self._screen.session
        return await self._screen.app.push_screen_wait(PlanDialog(plan, session.policy(), session.operator))

    async def _told(self, ended: Ended, more: str) -> None:
        counts = ended.account.counts() if ended.account else None
        whole = counts is not None and counts[Standing.DONE] == sum(counts.values())
        told = f"{ended.sentence()}. {more}" if more and ended.account else ended.sentence()
        self._screen.tell(told, Tone.OK if whole else Tone.WARN)
        if ended.account and not whole:
            document = {
                standing.value: {entry.id: entry.why or entry.new_id for entry in ended.account.those(standing)}
                for standing in Standing
                if ended.account.those(standing)
            }
            await self._screen.app.push_screen(DocumentScreen.yaml(f"job {ended.account.order.id}", document))


def edited(body: str) -> str | None:
    """Return ``body`` as the operator's editor leaves it; None where the editor failed. The file is gone afterwards."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    handle, name = tempfile.mkstemp(prefix="cloudtop-", suffix=".txt")  # made for its owner alone
    try:
        with open(handle, "w", encoding="utf-8", errors="surrogatepass", newline="") as file:
            file.write(body)
        ended = subprocess.run([*command, name], check=False)
        with open(name, encoding="utf-8", errors="surrogatepass", newline="") as file:
            after = file.read()
    except OSError:
        return None
    finally:
        Path(name).unlink(missing_ok=True)
    if after == f"{body}\n":
        after = body  # editors end the last line, bodies do not
    return after if ended.returncode == 0 else None


def _path(text: str) -> str:
    return os.path.expanduser(text)


def rate_of(text: str) -> float:
    """Return the messages a second that were typed, 10 for what is no number."""
    try:
        return max(0.0, min(float(text), 3000.0))
    except ValueError:
        return 10.0
