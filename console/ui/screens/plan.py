"""Owns the question before a write: what will be done, to what, at which price. Must not know how it is done."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from console.actions.commands import calls_text
from console.actions.plan import Plan
from console.actions.policy import Confirm, Confirmation, Policy, judge
from console.resources.model import SEVERITY, Fact, Tone
from console.text.clean import clip
from console.text.format import duration, plural
from console.ui.lines import Spans
from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField

_GLYPHS = {Tone.BAD: "!", Tone.WARN: "▲", Tone.UNKNOWN: "?"}
_SHOWN_TARGETS = 6


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The operator's yes: the reason given and what was typed or chosen to confirm."""

    reason: str
    typed: str


class PlanDialog(Dialog[Confirmed]):
    """Shows a plan. Its verb can be chosen only when everything asked for is there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "document", "plan as YAML", show=False),
        Binding("e", "copy_calls", "copy as CLI", show=False),
    ]
    KEYS = (("tab", "next"), ("esc", "cancel"), ("e", "copy as CLI commands"), ("y", "plan as YAML"))

    def __init__(self, plan: Plan, policy: Policy, operator: str) -> None:
        super().__init__()
        self._plan = plan
        self._verdict = judge(policy, plan.action)
        self._operator = operator
        self.add_class("danger")

    def body(self) -> ComposeResult:
        """Compose targets, facts and calls."""
        yield Panel(self._targets, id="targets")
        yield Panel(self._facts, id="facts")
        yield Panel(self._calls, id="calls")

    def foot(self) -> ComposeResult:
        """Compose what is asked, or why it cannot be done, and the buttons."""
        if self._verdict.allowed:
            yield from self._questions()
        else:
            yield Panel(self._refusal, id="refusal")
        with Horizontal(id="buttons"):
            yield Choice("Cancel", id="no")
            yield Choice(self._plan.action.title, id="yes", disabled=True)
            yield Line(id="age")

    def _questions(self) -> ComposeResult:
        wanted = (
            "required here: a ticket, or why" if self._verdict.needs_reason else "a ticket, or why; for the audit log"
        )
        yield from _asked("Reason", TextField(id="reason", placeholder=wanted))
        if self._confirmation.kind is Confirm.TYPE:
            expected = self._confirmation.expected
            yield from _asked(self._confirmation.prompt, TextField(id="typed"), expected)

    def on_mount(self) -> None:
        """Name the frame, start on Cancel, and keep the plan's age."""
        messages = self._plan.resource.terms is not None  # a job's target is the queue they are in
        count = "messages" if messages else plural(len(self._plan.targets), self._plan.resource.title.rstrip("s"))
        self.query_one("#frame").border_title = Text(f"{self._plan.action.title} {count}", end="")
        self.query_one("#no").focus()
        self.set_interval(1, self._tick)
        self._show_age()
        self._judge()

    @property
    def _confirmation(self) -> Confirmation:
        return self._plan.confirmation

    @on(Input.Changed)
    def _judge(self) -> None:
        self.query_one("#yes", Choice).disabled = not self._ready()

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    def _ready(self) -> bool:
        if not self._verdict.allowed or not self._plan.calls or self._begins > time.time():
            return False
        return bool(self._reason or not self._verdict.needs_reason) and self._confirmation.accepts(self._typed)

    @property
    def _reason(self) -> str:
        return "".join(field.value for field in self.query("#reason").results(Input)).strip()

    @property
    def _typed(self) -> str:
        if self._confirmation.kind is not Confirm.TYPE:
            return self._confirmation.expected
        return "".join(field.value for field in self.query("#typed").results(Input))

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        yes = event.choice.id == "yes" and self._ready()
        self.dismiss(Confirmed(self._reason, self._typed) if yes else None)

    def _tick(self) -> None:
        self._show_age()
        if self._begins:
            self.query_one("#facts", Panel).refresh()
            self._judge()

    @property
    def _begins(self) -> float:
        """When it may be chosen at the earliest, in seconds since the epoch."""
        return max((fact.begins for fact in self._plan.facts), default=0.0)

    def _show_age(self) -> None:
        age = (datetime.now(UTC) - self._plan.built_at).total_seconds()
        self.query_one("#age", Line).show([(f"   plan is {duration(age)} old, checked again before the call", "dim")])

    def action_copy_calls(self) -> None:
        """Copy the calls as AWS CLI commands."""
        self.app.copy_to_clipboard(calls_text(self._plan))
        self.query_one("#age", Line).show([("   sent to the terminal's clipboard", "accent")])

    def action_document(self) -> None:
        """Show the whole plan as YAML."""
        from console.ui.screens.document import DocumentScreen

        self.app.push_screen(DocumentScreen.yaml(f"plan {self._plan.id}", self._plan.document()))

    def _targets(self, panel: Panel) -> Text:
        plan, text = self._plan, Text()
        for target in plan.targets[:_SHOWN_TARGETS]:
            text.append_text(
                panel.painted([(target.name or target.label, "strong"), (f"  {target.shown_id}\n", "dim")])
            )
        if len(plan.targets) > _SHOWN_TARGETS:
            more = len(plan.targets) - _SHOWN_TARGETS
            text.append_text(panel.painted([(f"and {more} more: y lists them\n", "warn")]))
        for target, why in plan.refused[:_SHOWN_TARGETS]:
            text.append_text(panel.painted([("left out ", "warn"), (f"{target.label}: {why}\n", "dim")]))
        where = plan.identity
        words = (
            f"{where.alias or plan.scope.profile or ''} {where.account} · {plan.scope.region} · {where.role}".strip()
        )
        return text.append_text(panel.painted([(words, "text")]))

    def _facts(self, panel: Panel) -> Table:
        table = panel.table(3, 16)
        worst_first = sorted(
            self._plan.facts, key=lambda fact: (not fact.begins, SEVERITY.get(fact.tone, len(SEVERITY)))
        )
        now = time.time()
        for fact in (*worst_first, Fact("Effect", self._plan.action.effect)):
            tone = fact.tone.value if fact.tone is not Tone.NONE else "text"
            row: list[Spans] = [[(_GLYPHS.get(fact.tone, " "), tone)], [(fact.title, "dim")], [(fact.said(now), tone)]]
            table.add_row(*(panel.cell(spans) for spans in row))
        return table

    def _calls(self, panel: Panel) -> Table:
        table = panel.table(3, 16)
        for index, call in enumerate(self._plan.calls[:3]):
            table.add_row(Text(" "), panel.cell([("Calls" if not index else "", "dim")]), Text(call.summary()))
        if len(self._plan.calls) > 3:
            table.add_row(Text(" "), Text(" "), panel.cell([(f"and {len(self._plan.calls) - 3} more", "dim")]))
        reason = " · a reason is required here" if self._verdict.needs_reason else ""
        table.add_row(Text(" "), panel.cell([("Audit", "dim")]), Text(f"{self._operator}{reason}"))
        return table

    def _refusal(self, panel: Panel) -> Text:
        told = f"{self._verdict.why}. {self._verdict.remedy}".strip()
        return panel.cell([("! Not allowed  ", "bad-strong"), (told, "bad")])


def _asked(title: str, field: Input, beside: str = "") -> ComposeResult:
    with Horizontal(classes="asked"):
        yield Panel(lambda panel: panel.painted([(title, "dim")]), classes="label")
        yield field
        if beside:  # not in the field, where it could pass for typed
            yield Panel(lambda panel: panel.painted([(f" {clip(beside, 30)}", "dim")]), classes="beside")
