"""Owns the commands that go somewhere; must not know how a list is read.

The screens that a command opens are loaded then, not before the first list.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from console.resources.model import Tone
from console.resources.registry import catalogue
from console.scope.model import Scope
from console.store.detail import LinkTo
from console.store.query import Query
from console.store.rows import named
from console.text.clean import clean
from console.text.format import plural
from console.ui.choice import Entry, choose
from console.ui.commands.model import Command
from console.ui.lines import PANES
from console.ui.place import Place

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser


async def open_row(browser: Browser) -> None:
    """Go inside the row under the cursor, or to its detail where nothing is inside."""
    row, resource, query = browser.row, browser.resource, browser.listing.query
    if row is None or query is None:
        return
    if resource.child == "sqs.messages":
        await open_queue(browser, query.scope, row.id)
        return
    parent = resource.inside(named(resource, row.values), row.id, query.parent) if resource.child else ""
    if parent:
        await enter(browser, resource.child, parent)
    else:
        browser.show_detail(True)


async def open_queue(browser: Browser, scope: Scope, url: str) -> None:
    """Open the workbench of a queue; nothing is received by that."""
    from console.ui.screens.workbench import Workbench

    if browser.session:
        await browser.app.push_screen(Workbench(browser.session, scope, url))


async def enter(browser: Browser, type_name: str, parent: str) -> None:
    """Go to the list inside ``parent``; where listing is felt by others, ask first."""
    session = browser.session
    if session is None:
        return
    query = session.query(type_name, parent)
    if catalogue()[type_name].terms and not await _accepts(browser, query):
        return
    await browser.navigator.go(Place(query))
    if catalogue()[type_name].terms:
        await browser.listing.refresh()


async def _accepts(browser: Browser, query: Query) -> bool:
    from console.ui.screens.ask import Ask

    terms = await browser.session.terms(query) if browser.session else None
    if terms is None:
        return True
    facts = [("Queue", clean(query.parent.rsplit("/", 1)[-1]), "strong"), ("Cost", terms.cost, "warn")]
    if terms.refusal:
        facts.append(("Against it", f"{terms.refusal}", "bad"))
    verb = "Receive anyway" if terms.refusal else "Receive a sample"
    dialog = Ask("Look at messages", facts, verb, danger=bool(terms.refusal))
    accepted: bool | None = await browser.app.push_screen_wait(dialog)
    return bool(accepted)


async def back(browser: Browser) -> None:
    """Close what is open: the filter, the detail that fills the screen, marks, then the list itself."""
    field = browser.query_one("#filter")
    if field.has_focus:
        browser.set_focus(browser.grid)  # before the field is seen to be gone: a key may follow at once
        field.display = False
        browser.listing.filter("")
    elif not browser.grid.display:
        browser.show_detail(False)
    elif browser.grid.view.filter:
        browser.listing.filter("")
    elif browser.grid.marked_rows():
        browser.grid.mark_shown(False)
    elif not await browser.navigator.back():
        browser.tell("This is the first list. q leaves cloudtop.", Tone.DIM)
    browser.show_lines()


async def go_to(browser: Browser) -> None:
    """Ask where to go and go there."""
    from console.ui.screens.goto import GoTo

    if browser.session is None:
        return
    profiles, regions = browser.session.choices()
    text = await browser.app.push_screen_wait(GoTo([*profiles, *regions]))
    if text:
        await arrive(browser, text.strip(), profiles, regions)


async def arrive(browser: Browser, text: str, profiles: Sequence[str], regions: Sequence[str]) -> None:
    """Go to what ``text`` names."""
    if text in regions:
        await browser.desk.switch(region=text)
    elif text in profiles:
        await browser.desk.switch(profile=text)
    else:
        await visit(browser, text)


async def visit(browser: Browser, text: str) -> None:
    """Go to the type, id, ARN or address that ``text`` names."""
    from console.resources.destination import UnknownDestination, destination

    session = browser.session
    if session is None:
        return
    try:
        wanted = destination(text)
    except UnknownDestination as error:
        browser.tell(str(error), Tone.BAD)
        return
    parent, resource = wanted.parent, catalogue()[wanted.type]
    if resource.terms:
        parent, _ = await session.find(catalogue()[resource.parent], parent)
        await enter(browser, wanted.type, parent)
        return
    await browser.navigator.go(Place(session.query(wanted.type, parent), wanted.filter, text=wanted.text))


async def profiles(browser: Browser) -> None:
    """Choose another profile."""
    names = browser.session.choices()[0] if browser.session else ()
    if not names:
        browser.tell("There are no profiles in the AWS files.", Tone.WARN)
        return
    chosen = await choose(browser.app, "Profile", [Entry(name, clean(name)) for name in names])
    if chosen:
        await browser.desk.switch(profile=chosen)


async def regions(browser: Browser) -> None:
    """Choose another region."""
    names = browser.session.choices()[1] if browser.session else ()
    chosen = await choose(browser.app, "Region", [Entry(name, name) for name in names])
    if chosen:
        await browser.desk.switch(region=chosen)


async def related(browser: Browser) -> None:
    """Go to a resource that the one under the cursor has to do with."""
    row = browser.row
    if row is None:
        return
    detail = await browser.inspector.read(row)
    ways = [(link, index) for link in detail.links for index in range(len(link.ids))]
    if not ways:
        browser.tell("Nothing is known to be related to it.", Tone.DIM)
        return
    entries = [Entry(str(number), link.names[at], link.title) for number, (link, at) in enumerate(ways)]
    title = plural(len(ways), "related resource")
    chosen = await choose(browser.app, title, entries) if len(ways) > 1 else "0"
    if chosen is not None:
        link, at = ways[int(chosen)]
        await follow(browser, link, at)


async def follow(browser: Browser, link: LinkTo, at: int) -> None:
    """Go to one of a link's resources, or to the list that its words filter."""
    session, query = browser.session, browser.listing.query
    if session is None or query is None:
        return
    resource, text = catalogue()[link.type], link.ids[at]
    if resource.parent and resource.parent == browser.resource.parent:
        bucket = query.parent.split("/", 1)[0]
        await browser.navigator.go(Place(session.query(link.type, f"{bucket}/{text}")))
    elif link.search:
        await browser.navigator.go(Place(session.query(link.type), filter=link.names[at]))
    else:
        await browser.navigator.go(Place(session.query(link.type), text=text))


def _pane(key: str, title: str, types: Sequence[str]) -> Command:
    async def run(browser: Browser) -> None:
        session, query = browser.session, browser.listing.query
        if session is None:
            return
        here = query.type if query else ""
        wanted = types[(types.index(here) + 1) % len(types)] if here in types else types[0]
        await browser.navigator.go(Place(session.query(wanted)))

    return Command(f"pane_{types[0].replace('.', '_')}", f"{title} pane", (key,), "Go", run)


_TOGETHER = {"cloudwatch.alarms": ("cloudwatch.alarms", "cloudwatch.namespaces")}
"""Panes of several lists: their key goes to the next one."""


COMMANDS = (
    Command("open", "Open what is under the cursor", ("enter",), "Go", open_row, "open", of_row=True),
    Command("back", "Back", ("escape",), "Go", back, needs_session=False),
    Command(
        "go_to",
        "Go to a type, id, ARN, address, profile or region",
        ("colon",),
        "Go",
        go_to,
        "go to",
        opens=True,
        keeps_keys=True,
    ),
    Command("related", "Related resources", ("v",), "Go", related, "related", of_row=True),
    *(_pane(pane.key, pane.title, _TOGETHER.get(pane.type, (pane.type,))) for pane in PANES),
    Command("profiles", "Another profile", ("P",), "Go", profiles, opens=True),
    Command("regions", "Another region", ("R",), "Go", regions, opens=True),
)
