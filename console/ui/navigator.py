"""Owns going from list to list and back; must not know how a list is read or painted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from console.session import Session
from console.ui.place import Place, Trail

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser

GLANCED = ("cloudwatch.alarms", "ec2.instances", "sqs.queues")
"""Lists whose problems are looked for at the start, so that the badges say what is broken."""


class Navigator:
    """Where the browser is, and the way it came."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._trail = Trail()
        self._glanced = False
        self._wanted: Place | None = None
        self._one_at_a_time = asyncio.Lock()

    async def begin(self, session: Session, place: Place | None) -> None:
        """Start with an opened session, at ``place`` where there is one, with nothing behind it."""
        await self._browser.listing.close()
        self._browser.session = session
        session.told = self._told  # heard in the task that hears the worker, which no widget may hold up or end
        self._glanced = False
        self._trail = Trail()
        if place:
            await self.go(place)

    async def go(self, place: Place) -> None:
        """Go to a list; the present one is kept for ``back``."""
        row = self._browser.row
        self._trail.remember(filter=self._browser.grid.view.filter, row_id=row.id if row else "")
        self._trail.go(place)
        await self._show(place)

    async def back(self) -> bool:
        """Go back one list; False when there is none."""
        place = self._trail.back()
        if place is None:
            return False
        await self._show(place)
        return True

    def _told(self) -> None:
        self._browser.call_later(self._browser.spaced.ask)

    def glance_once(self) -> None:
        """Read once, after the first list, what the badges of other panes say; their lists are not kept fresh."""
        if not self._glanced:
            self._glanced = True
            self._browser.attempt(self._glance())

    async def _glance(self) -> None:
        for type_name in GLANCED:
            if session := self._browser.session:
                await session.lists.glance(session.query(type_name))
                self._browser.show_lines()

    async def _show(self, place: Place) -> None:
        browser = self._browser
        if browser.session is None:
            return
        browser.tell("")
        browser.inspector.leave_row()
        browser.query_one("#filter").display = False
        browser.grid.focus()
        self._wanted = place
        async with self._one_at_a_time:  # of keys typed fast the last one counts
            if self._wanted is not place:
                return
            await browser.listing.open(browser.session, place)
        browser.lay_out()
        browser.show_lines()
        if place.text:
            browser.attempt(self._find(browser.session, place))

    async def _find(self, session: Session, place: Place) -> None:
        id_, _ = await session.find(self._browser.resource, place.text, place.query.parent)
        if self._browser.listing.query == place.query:
            self._browser.listing.want(id_)
