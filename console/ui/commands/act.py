"""Owns the commands that change something, or may; must not call AWS: plans and the runner do.

The screens that a command opens are loaded then, not before the first list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from console.resources.model import Action, Risk, Tone
from console.s3.address import Place as S3Place
from console.s3.address import parse_parent, split_version
from console.store.rows import Row, named
from console.text.format import duration, plural
from console.ui.choice import Entry, choose
from console.ui.commands.look import is_object
from console.ui.commands.model import Command

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.actions.presign import Presigned
    from console.actions.report import Report
    from console.ui.screens.ask import Ask
    from console.ui.screens.browser import Browser
    from console.ui.screens.workbench import Workbench

_TONES = {"done": Tone.OK, "unknown": Tone.UNKNOWN, "failed": Tone.BAD, "refused": Tone.WARN}
"""Outcome → how it is told."""
_RISKS = {Risk.READ: "", Risk.WRITE: "asks once", Risk.DESTROY: "cannot be undone, asks for the name"}


async def actions(browser: Browser) -> None:
    """Choose what to do to the marked rows, and do it after its plan was confirmed."""
    rows = browser.targets()
    if not rows or not browser.resource.actions:
        browser.tell(f"Nothing can be done to {browser.resource.title} here.", Tone.DIM)
        return
    entries = [_entry(browser, action, rows) for action in browser.resource.actions]
    title = plural(len(rows), browser.resource.title.removesuffix("s"))
    chosen = await choose(browser.app, title, entries)
    if chosen:
        await plan_and_do(browser, chosen, rows)


def _entry(browser: Browser, action: Action, rows: list[Row]) -> Entry:
    from console.actions.policy import refusal

    whys = [refusal(action, named(browser.resource, row.values)) for row in rows]
    possible = whys.count("")
    note = _RISKS[action.risk]
    if 0 < possible < len(rows):
        note = f"{note}, {possible} of {len(rows)}"
    tone = "bad" if action.risk is Risk.DESTROY else "text"
    return Entry(action.id, action.title, note, "" if possible else whys[0], tone)


async def plan_and_do(browser: Browser, action_id: str, rows: list[Row]) -> None:
    """Build the plan, ask, carry it out, and tell what became of it."""
    from console.ui.screens.plan import PlanDialog

    session, query = browser.session, browser.listing.query
    if session is None or query is None:
        return
    browser.tell("Gathering what this would do… esc stops it.", Tone.DIM)
    browser.app.gate.hold(get_current_worker().cancel, keeps=False)
    plan = await session.plan(query, action_id, rows)
    browser.tell("")
    answer = await browser.app.push_screen_wait(PlanDialog(plan, session.policy(), session.operator))
    if answer is None:
        browser.tell("Nothing was sent.", Tone.DIM)
        return
    browser.tell(f"{plan.action.title}: sent, waiting for the answer…", Tone.WARN)
    report = await session.carry_out(query, plan, reason=answer.reason, confirmed=answer.typed)
    await _told(browser, plan, report)


async def _told(browser: Browser, plan: Plan, report: Report) -> None:
    browser.tell(report.sentence(), _TONES[report.outcome.value])
    browser.grid.mark_shown(False)
    await browser.listing.refresh(changed=True)
    browser.inspector.look(browser.row, again=True)
    if report.partial or report.audit_problem or len(plan.targets) > 1:
        from console.ui.screens.document import DocumentScreen

        await browser.app.push_screen(DocumentScreen.yaml(f"{plan.action.title}: what became of it", report.document()))


async def writes(browser: Browser | Workbench) -> None:
    """Unlock writes for a while after showing where, or lock them."""
    session = browser.session
    if session is None:
        return
    status = session.status()
    if status.unlocked_for > 0:
        await session.lock()
        browser.tell("Writes are locked.", Tone.OK)
    elif await browser.app.push_screen_wait(_unlocking(browser)):
        await session.unlock()
        browser.tell("Writes are unlocked. w locks them.", Tone.WARN)
    browser.show_lines()


def _unlocking(browser: Browser | Workbench) -> Ask:
    from console.ui.screens.ask import Ask

    assert browser.session is not None  # noqa: S101 the caller has one
    status = browser.session.status()
    account = f"{status.identity.alias or ''} {status.identity.account}".strip()
    facts = [
        ("Account", account, "strong"),
        ("Region", status.scope.region, "strong"),
        ("Identity", status.identity.arn, "text"),
        ("For", duration(browser.app.settings.writes.unlock), "text"),
        ("Then", "every write still shows its plan and asks", "dim"),
    ]
    if status.production:
        facts.insert(0, ("!", "this is PRODUCTION", "bad"))
    return Ask("Unlock writes", facts, "Unlock", danger=status.production)


async def presign(browser: Browser) -> None:
    """Make a pre-signed URL of an object."""
    from console.ui.screens.presign import PresignDialog

    row, query, session = browser.row, browser.listing.query, browser.session
    if row is None or query is None or session is None:
        return
    key, version = split_version(row.id)
    place = S3Place(parse_parent(query.parent).bucket, key)

    async def sign(put: bool, seconds: int, reason: str) -> Presigned:
        return await session.presign(place, put=put, seconds=seconds, version="" if put else version, reason=reason)

    await browser.app.push_screen(PresignDialog(place, sign, seconds=browser.app.settings.presign.expires))


async def mark_all(browser: Browser) -> None:
    """Mark every row that the filter shows."""
    browser.grid.mark_shown(True)
    browser.show_lines()


def has_actions(browser: Browser) -> bool:
    """Return whether something can be done to rows of this type."""
    resource = browser.listing.resource
    return resource is not None and bool(resource.actions)


COMMANDS = (
    Command("actions", "What can be done", ("a",), "Act", actions, "actions", has_actions, opens=True, of_row=True),
    Command("presign", "Pre-signed URL", ("u",), "Act", presign, "URL", is_object, opens=True, of_row=True),
    Command("mark_all", "Mark every row shown", ("ctrl+a",), "Act", mark_all),
    Command("writes", "Unlock or lock writes", ("w",), "Act", writes, opens=True),
)
