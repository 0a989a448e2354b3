"""Owns the screen of one queue: how it is, what was received from it, and one message. Must not know AWS.

Opening it receives nothing. What is done to messages is in ``console.ui.screens.triage``.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.worker import Worker

from console.resources.model import Tone
from console.scope.model import Scope
from console.session import Session
from console.sqs.groups import Group
from console.sqs.queues import name_of_url
from console.text.clean import clean
from console.text.faults import fault_of
from console.ui import lines, queuelines
from console.ui.beat import Beat
from console.ui.screens.canary import Canary
from console.ui.screens.queuekeys import KEY_LINE, KEYS
from console.ui.screens.styledonce import StyledOnce
from console.ui.settling import settling_words
from console.ui.widgets.document import Document
from console.ui.widgets.itemlist import Item, ItemList
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.workbench.bounce import Sighting
from console.workbench.job import Progress
from console.worker.news import QueueState, Sample

if TYPE_CHECKING:
    from console.ui.app import CloudtopApp

SPLIT = 30
"""Lines from which on the message stands below the list."""
FINDINGS = 4
ROWS = 500
"""Messages of one group that are listed."""


class Workbench(StyledOnce[None]):
    """One queue being worked."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"key('{key}')", "", show=False) for key in KEYS),
        Binding("q", "app.quit", "leave", show=False),
    ]
    AUTO_FOCUS = "ItemList"
    app: CloudtopApp

    def __init__(self, session: Session, scope: Scope, url: str) -> None:
        super().__init__()
        self.session = session
        self._scope = scope
        self.url = url
        self.state: QueueState | None = None
        self.sample: Sample | None = None
        self.group: Group | None = None
        """The group whose messages are listed; None while groups are."""
        self.found: tuple[str, ...] = ()
        """What a search found; empty while none is shown."""
        self.paused = False
        self._beat = Beat(self, self.show_lines)
        self.canary = Canary(self)

    def compose(self) -> ComposeResult:
        """Compose the lines, the list and the message."""
        yield Line(id="who")
        yield Line(id="queue")
        yield Line(id="depth")
        yield Panel(self._findings, id="findings")
        yield Line(id="sample")
        yield ItemList(id="items")
        yield Line(id="rule")
        yield Document(id="message")
        yield Line(id="canary")
        yield Line(id="job")
        yield Line(id="notice")
        yield Line(id="keys")

    def on_mount(self) -> None:
        """Look at the queue; nothing is received."""
        self.session.queue.listener = self._hear
        self.query_one("#keys", Line).show(lines.keys(KEY_LINE))
        self.query_one("#queue", Line).show([(" SQS › ", "dim"), ("looking…", "dim")])
        self.on_resize()
        self.query_one("#canary").display = self.query_one("#job").display = False
        self.attempt(self._open())

    async def _open(self) -> None:
        self.state = await self.session.queue.open(self._scope, self.url)
        self.show_lines()

    # --- what commands use

    def tell(self, words: str, tone: Tone = Tone.NONE) -> None:
        """Say one line above the keys; empty takes it away."""
        token = tone.value if tone is not Tone.NONE else "accent"
        self.query_one("#notice", Line).show([(f" {words}", token)])

    def attempt(self, work: Awaitable[Any], *, opens: bool = False) -> Worker[None]:
        """Run ``work`` beside the screen; what goes wrong is told in one line. ``opens``: a dialog follows."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # an operator gets words, never a traceback
                self.tell(fault_of(error).sentence(), Tone.BAD)
            finally:
                if opens:
                    self.app.gate.let_through()

        worker = self.run_worker(guarded(), exit_on_error=False)
        if opens:
            self.app.gate.hold(worker.cancel, keeps=False)
        return worker

    def targets(self) -> tuple[str, ...]:
        """Return the ids of the messages that are marked, or that the cursor's line stands for."""
        items = self.query_one(ItemList)
        keys = tuple(items.marks) or ((items.key,) if items.key else ())
        if self.group is not None or self.found:
            return keys
        groups = {group.signature.id: group for group in self.sample.groups} if self.sample else {}
        return tuple(id_ for key in keys if key in groups for id_ in groups[key].ids)

    # --- painting

    def show_lines(self) -> None:
        """Paint the lines around the list as things are now."""
        status, now = self.session.status(), datetime.now(UTC)
        self.query_one("#who", Line).show(*lines.who(status, now, self.size.width))
        settling = settling_words(self.session, "sqs.queues", time.time(), clean(name_of_url(self.url)))
        self._beat.keep(bool(settling) or status.unlocked_for > 0 or status.held)
        if self.state:
            health = self.state.health
            at = datetime.fromtimestamp(health.at, UTC)
            self.query_one("#queue", Line).show(queuelines.name_line(health), [(f"as of {at:%H:%M:%S} UTC ", "dim")])
            self.query_one("#depth", Line).show([*queuelines.settling_spans(settling), *queuelines.depth_line(health)])
            self.query_one("#findings", Panel).refresh(layout=True)
        marked = len(self.query_one(ItemList).marks)
        self.query_one("#sample", Line).show(queuelines.sample_line(self.sample, marked))

    def _findings(self, panel: Panel) -> Text:
        if self.state is None:
            return Text()
        found = queuelines.finding_lines(self.state.health, self.state.findings, FINDINGS)
        cut = [panel.painted(spans) for spans in found]
        for line in cut:
            line.truncate(panel.size.width or self.size.width, overflow="ellipsis")
        return Text("\n").join(cut)

    def show_items(self) -> None:
        """List the groups, or the messages of one, or what was found."""
        if self.group is None and not self.found:
            self._show_groups()
        else:
            self.attempt(self._show_messages())

    def _show_groups(self) -> None:
        width, now = self.size.width - 3, time.time()
        groups = self.sample.groups if self.sample else ()
        head = queuelines.group_head(width, self.sample.grouped_by if self.sample else "")
        items = [Item(group.signature.id, queuelines.group_spans(group, now, width)) for group in groups]
        said = "Nothing was received yet.\nn receives a sample, after telling what it costs."
        self.query_one(ItemList).show(head, items, said)
        self.show_lines()
        self.show_message()

    async def _show_messages(self) -> None:
        ids = self.found or (self.group.ids if self.group else ())
        rows = await self.session.queue.rows(ids[:ROWS])
        width, now = self.size.width - 3, time.time()
        title = f"{len(ids):,} found" if self.found else self.group.signature.title if self.group else ""
        if len(ids) > ROWS:
            title = f"the first {ROWS} of {len(ids):,}: {title}"
        items = [Item(row.id, queuelines.message_spans(row, now, width)) for row in rows]
        self.query_one(ItemList).show(queuelines.message_head(title, width), items, "None of them is held any more.")
        self.show_lines()
        self.show_message()

    @property
    def message_id(self) -> str:
        """The message that is read: the one under the cursor, or the first of the group there."""
        ids = self.targets() if not self.query_one(ItemList).marks else (self.query_one(ItemList).key,)
        if self.group is None and not self.found:
            groups = {group.signature.id: group for group in self.sample.groups} if self.sample else {}
            group = groups.get(self.query_one(ItemList).key)
            return group.ids[0] if group and group.ids else ""
        return ids[0] if ids else ""

    @on(ItemList.Moved)
    def _moved(self) -> None:
        self.show_lines()
        self.show_message()

    def show_message(self) -> None:
        """Read the message under the cursor anew, where there is room for it."""
        self.workers.cancel_group(self, "message")
        if self.query_one("#message").display:
            message_id = self.message_id

            async def reading() -> None:  # made only when it begins, which it may never
                await self._read_message(message_id)

            _: Worker[None] = self.run_worker(reading, group="message", exit_on_error=False)

    async def _read_message(self, message_id: str) -> None:
        pane = self.query_one("#message", Document)
        if not message_id:
            pane.show(())
            self.query_one("#rule", Line).show(lines.tabs("no message", ()))
            return
        try:
            found = await self.session.queue.read(message_id)
        except Exception as error:  # it may have been given back meanwhile
            self.tell(fault_of(error).sentence(), Tone.BAD)
            return
        pane.show(queuelines.reading_lines(message_id, found, time.time()))
        more = (("f", "payload from S3"),) if found.pointer and not found.payload else ()
        self.query_one("#rule", Line).show(lines.tabs(f"message {message_id}", (("enter", "whole"), *more)))

    def action_key(self, key: str) -> None:
        """Do what a key asks for."""
        entry = KEYS[key]
        self.attempt(entry.run(self), opens=entry.opens)

    def _hear(self, news: Sample | Progress | Sighting) -> None:
        if isinstance(news, Sighting):
            self.canary.hear(news)
            return
        if isinstance(news, Progress):
            self.paused = news.paused
            self.query_one("#job", Line).show(queuelines.job_spans(news))
            self.query_one("#job").display = True
            return
        self.take_sample(news)

    def take_sample(self, sample: Sample) -> None:
        """Show what is held now."""
        self.sample = sample
        if self.group is not None:
            self.group = next((one for one in sample.groups if one.signature.id == self.group.signature.id), None)
        for fault in sample.faults[-1:]:
            self.tell(fault.sentence(), Tone.BAD)
        self.show_items()

    def on_resize(self) -> None:
        """Lay out again for the new size."""
        split = self.size.height >= SPLIT
        for name in ("#rule", "#message"):
            self.query_one(name).display = split
        self.show_items()
