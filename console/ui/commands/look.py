"""Owns the commands that show more of what is there; must not change anything in AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.resources.model import Plot, Tone
from console.s3.address import parse_parent, split_version
from console.store.rows import named
from console.text.clean import clean
from console.ui.commands.model import Command
from console.ui.inspector import name_of
from console.ui.place import Place

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser


async def detail(browser: Browser) -> None:
    """Show or hide the detail."""
    browser.show_detail(not browser.pane.display)


async def yaml(browser: Browser) -> None:
    """Show the whole resource as YAML."""
    from console.ui.screens.document import DocumentScreen

    if row := browser.row:
        found = await browser.inspector.read(row)
        await browser.app.push_screen(DocumentScreen.yaml(clean(row.id), found.document))


async def json(browser: Browser) -> None:
    """Show the whole resource as JSON."""
    from console.ui.screens.document import DocumentScreen

    if row := browser.row:
        found = await browser.inspector.read(row)
        await browser.app.push_screen(DocumentScreen.json(clean(row.id), found.document))


async def metrics(browser: Browser) -> None:
    """Draw the metrics of the marked rows together, or those of the row under the cursor."""
    from console.ui.screens.chart import ChartScreen

    plots: list[Plot] = []
    rows = browser.targets()[:8]
    for row in rows:
        found = await browser.inspector.read(row)
        plots += found.plots[:1] if len(rows) > 1 else found.plots
    if not plots or browser.session is None:
        browser.tell("It has no metrics.", Tone.DIM)
        return
    title = name_of(rows[0]) if len(rows) == 1 else browser.resource.title
    await browser.app.push_screen(ChartScreen(browser.session, title, plots, together=len(rows) > 1))


async def filter_rows(browser: Browser) -> None:
    """Open the filter."""
    browser.show_filter()


async def refresh(browser: Browser) -> None:
    """Read the list again; where that is felt by others, ask first."""
    from console.ui.commands.go import enter

    browser.tell("")
    query = browser.listing.query
    if query and browser.resource.terms:
        await enter(browser, query.type, query.parent)
    else:
        await browser.listing.refresh()
    browser.inspector.look(browser.row, again=True)


async def read_on(browser: Browser) -> None:
    """Go to the last row; a list that waits reads on."""
    browser.grid.action_last()
    browser.listing.read_on()


async def sort_next(browser: Browser) -> None:
    """Sort by the next column."""
    browser.grid.order_by(1)
    browser.show_lines()


async def sort_previous(browser: Browser) -> None:
    """Sort by the column before."""
    browser.grid.order_by(-1)
    browser.show_lines()


async def sort_reverse(browser: Browser) -> None:
    """Sort the other way round."""
    browser.grid.order_by(0)
    browser.show_lines()


async def preview(browser: Browser) -> None:
    """Show the beginning of an object."""
    from console.ui.screens.document import DocumentScreen

    row, query, session = browser.row, browser.listing.query, browser.session
    if row and query and session:
        found = await session.preview(query, row.id)
        await browser.app.push_screen(DocumentScreen.text(clean(row.id), found.lines, found.note))


async def versions(browser: Browser) -> None:
    """List the versions of an object, or of everything under a prefix."""
    row, query, session = browser.row, browser.listing.query, browser.session
    if row and query and session:
        bucket = parse_parent(query.parent).bucket
        await browser.navigator.go(Place(session.query("s3.versions", f"{bucket}/{split_version(row.id)[0]}")))


async def calls(browser: Browser) -> None:
    """Show the calls made last, what they took and what became of them."""
    from console.ui.screens.document import DocumentScreen

    if browser.session is None:
        return
    records = await browser.session.calls()
    lines = [
        f"{datetime.fromtimestamp(made.at, UTC):%H:%M:%S}  {made.outcome:<24} {made.seconds * 1000:6.0f} ms  "
        f"{made.region:<14} {made.service}:{made.operation}  {made.request_id}"
        for made in reversed(records)
    ]
    usage = browser.session.status().usage
    note = f"{usage.requests:,} requests, {usage.faults:,} failed, about ${usage.dollars:.4f}; newest first"
    await browser.app.push_screen(DocumentScreen.text("Calls", lines, note))


async def show_help(browser: Browser) -> None:
    """Show every key."""
    from console.ui.commands.registry import COMMANDS
    from console.ui.screens.help import Help

    await browser.app.push_screen(Help(COMMANDS, browser.app.settings.keys))


def is_object(browser: Browser) -> bool:
    """Return whether the row under the cursor is an object in S3."""
    query, row = browser.listing.query, browser.row
    if query is None or row is None or query.type not in ("s3.prefixes", "s3.objects", "s3.versions"):
        return False
    return named(browser.resource, row.values).get("type") not in ("prefix", "delete marker")


def in_bucket(browser: Browser) -> bool:
    """Return whether the list is inside a bucket."""
    query = browser.listing.query
    return query is not None and query.type in ("s3.prefixes", "s3.objects")


def has_metrics(browser: Browser) -> bool:
    """Return whether the type has something to draw."""
    resource = browser.listing.resource
    return resource is not None and bool(resource.metrics or resource.plots)


COMMANDS = (
    Command("detail", "Show or hide the detail", ("d",), "Look", detail, "detail", of_row=True),
    Command("metrics", "Metrics", ("m",), "Look", metrics, "metrics", has_metrics, of_row=True),
    Command("preview", "Look into the object", ("p",), "Look", preview, "preview", is_object, of_row=True),
    Command("versions", "Versions", ("V",), "Look", versions, "versions", in_bucket, of_row=True),
    Command("filter", "Filter the list", ("slash",), "Look", filter_rows, "filter", opens=True, keeps_keys=True),
    Command("yaml", "As YAML", ("y",), "Look", yaml, of_row=True),
    Command("json", "As JSON", ("J",), "Look", json, of_row=True),
    Command("refresh", "Read again now", ("r",), "Look", refresh),
    Command("read_on", "Last row; reads on in a long list", ("G", "end"), "Look", read_on),
    Command("sort_next", "Sort by the next column", ("greater_than_sign",), "Look", sort_next),
    Command("sort_previous", "Sort by the column before", ("less_than_sign",), "Look", sort_previous),
    Command("sort_reverse", "Sort the other way round", ("i",), "Look", sort_reverse),
    Command("calls", "Calls made, their cost, errors", ("exclamation_mark",), "Look", calls),
    Command("help", "Help", ("question_mark",), "Look", show_help, "help", needs_session=False),
)
