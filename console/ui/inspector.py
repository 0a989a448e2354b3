"""Owns which resource the detail shows and when it is read: once the cursor rests. Must not know widgets' looks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING

from textual.worker import Worker

from console.cloudwatch.series import Points, Window, period_for
from console.resources.model import Plot
from console.store.detail import Detail
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import Fault, fault_of
from console.ui.widgets.detail import DetailPane

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser

REST_SECONDS = 0.3
"""How long the cursor rests on a row before its detail is read; passing by costs nothing."""


class Inspector:
    """Reads the detail of the row under the cursor, one at a time; a late answer is dropped."""

    def __init__(self, browser: Browser, pane: DetailPane) -> None:
        self._browser = browser
        self._pane = pane
        self._shown = ""
        self.wanted: bool | None = None
        """Whether the operator wants the detail; None until asked, then the screen's height decides."""
        self.detail: Detail | None = None

    def leave_row(self) -> None:
        """Forget what was shown; on a low screen a new list is looked at before one of its rows."""
        self._shown, self.detail = "", None
        self._browser.workers.cancel_group(self._browser, "detail")
        self._pane.clear()
        if not self._browser.splits:
            self.wanted = None

    def look(self, row: Row | None, *, again: bool = False) -> None:
        """Show the detail of ``row``; nothing happens when it is shown already or the pane is hidden."""
        if not self._pane.display or row is None or (row.id == self._shown and not again):
            return
        self._shown, self.detail = row.id, None
        self._pane.wait(name_of(row))
        query = self._browser.listing.query
        # given uncalled, for a reading that is given up before it began would complain
        reading: Callable[[], Coroutine[None, None, None]] = partial(self._read, row, query)
        _worker: Worker[None] = self._browser.run_worker(reading, exclusive=True, group="detail", exit_on_error=False)

    async def read(self, row: Row) -> Detail:
        """Return the detail of ``row``: what is shown of it, else read now. Raises ``AwsError``."""
        if self.detail is not None and self.detail.id == row.id:
            return self.detail
        return await self._describe(row, self._browser.listing.query)

    async def _describe(self, row: Row, query: Query | None) -> Detail:
        session = self._browser.session
        if session is None or query is None:
            raise LookupError("no list is open")
        return await session.describe(query, row)

    async def _read(self, row: Row, query: Query | None) -> None:
        """Read the detail of ``row``, which is of the list ``query``, whatever list is open by then."""
        await asyncio.sleep(REST_SECONDS)
        try:
            self.detail = await self._describe(row, query)
        except Exception as error:  # the pane tells what stood in the way
            self._pane.fail(name_of(row), fault_of(error))
            return
        self._pane.show(name_of(row), self.detail)
        await self._draw(self.detail)

    async def _draw(self, detail: Detail) -> None:
        session = self._browser.session
        if not detail.plots or session is None:
            self._pane.chart(None, (), Window(0, 0, 60))
            return
        plot = detail.plots[0]
        window = Window.last(plot.seconds, period_for(plot.seconds), time.time())
        try:
            points: Points | Fault = (await session.chart([plot.query], window))[0]
        except Exception as error:  # a chart that cannot be read is said to be one
            points = fault_of(error)
        self._show_chart(detail, plot, points, window)

    def _show_chart(self, detail: Detail, plot: Plot, points: Points | Fault, window: Window) -> None:
        if self.detail is detail:
            self._pane.chart(plot, points, window)


def name_of(row: Row) -> str:
    """Return what a row is called on screen: its first value, which is clean."""
    first = row.values[0] if row.values else ""
    return str(first) if isinstance(first, str) and first else "(no name)"
