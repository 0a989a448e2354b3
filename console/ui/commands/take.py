"""Owns the commands that take something out of cloudtop, and those about cloudtop itself."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from console.resources.model import Tone
from console.store.rows import Row
from console.text.clean import clean
from console.ui.choice import Entry, choose
from console.ui.commands.model import Command

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser

COPY_LIMIT = 100_000


async def copy(browser: Browser) -> None:
    """Copy id, ARN, name or the AWS CLI command of the row under the cursor."""
    row = browser.row
    if row is None:
        return
    found = _copies(browser, row)
    entries = [Entry(str(number), title, clean(text, 90)) for number, (title, text) in enumerate(found)]
    chosen = await choose(browser.app, "Copy", entries)
    if chosen is not None:
        title, text = found[int(chosen)]
        browser.app.copy_to_clipboard(text)
        browser.tell(f"{title}: sent to the terminal's clipboard.", Tone.OK)


def _copies(browser: Browser, row: Row) -> list[tuple[str, str]]:
    from console.ui.inspector import name_of

    named_so = [("Id", row.id), ("ARN", row.arn), ("Name", name_of(row))]
    found = [(title, clean(text, COPY_LIMIT)) for title, text in named_so]
    rows = browser.grid.marked_rows()
    if len(rows) > 1:
        found.append((f"Ids of {len(rows)} marked", "\n".join(clean(row.id, COPY_LIMIT) for row in rows)))
    found.append(("cloudtop command", _command(browser, row)))
    return [(title, text) for title, text in found if text]


def _command(browser: Browser, row: Row) -> str:
    query = browser.listing.query
    inside = ["--in", query.parent] if query and query.parent else []
    return clean(shlex.join(["cloudtop", "show", *inside, browser.resource.name, "--", row.id]), COPY_LIMIT)


async def export(browser: Browser) -> None:
    """Write the rows shown into a file."""
    from console.ui.screens.export import ExportDialog, write

    answer = await browser.app.push_screen_wait(ExportDialog(browser.resource.name))
    if answer is None:
        return
    rows = browser.grid.marked_rows() or browser.grid.rows()
    path = write(Path(answer.path), answer.form, browser.resource, rows, complete=browser.listing.counts().complete)
    browser.tell(f"{len(rows):,} rows written to {clean(path)}", Tone.OK)


async def themes(browser: Browser) -> None:
    """Choose the theme."""
    names = browser.app.theme_choices()
    chosen = await choose(browser.app, "Theme", [Entry(name, name) for name in names])
    if chosen:
        browser.tell(browser.app.dress(chosen), Tone.BAD)


async def palette(browser: Browser) -> None:
    """Choose any command by name."""
    from console.ui.commands.registry import COMMANDS

    chosen_keys = browser.app.settings.keys
    entries = [
        Entry(entry.id, entry.title, f"{' '.join(entry.shown_keys(chosen_keys)):<10} {entry.id}")
        for entry in COMMANDS
        if entry.id != "palette" and entry.fits(browser)
    ]
    chosen = await choose(browser.app, "Commands", entries)
    if chosen:
        await browser.action_command(chosen)


async def suspend(browser: Browser) -> None:
    """Give the terminal back to the shell until ``fg``."""
    await browser.desk.attend(False)  # nobody is looking, and the worker is not stopped with the screen
    browser.app.action_suspend_process()
    await browser.desk.attend(True)


async def repaint(browser: Browser) -> None:
    """Paint everything again, whatever another program has written over it."""
    browser.app.action_repaint()


async def leave(browser: Browser) -> None:
    """Leave cloudtop."""
    browser.app.exit()


COMMANDS = (
    Command("copy", "Copy id, ARN, name", ("c",), "Take", copy, "copy", opens=True, of_row=True),
    Command("export", "Export the rows shown", ("e",), "Take", export, opens=True),
    Command("themes", "Another theme", (), "cloudtop", themes, opens=True),
    Command("palette", "Every command by name", ("ctrl+p",), "cloudtop", palette, opens=True, of_row=True),
    Command("suspend", "Suspend to the shell", ("ctrl+z",), "cloudtop", suspend, needs_session=False),
    Command("repaint", "Paint the screen again", ("ctrl+l",), "cloudtop", repaint, needs_session=False),
    Command("quit", "Leave cloudtop", ("q", "ctrl+c"), "cloudtop", leave, "quit", needs_session=False),
)
