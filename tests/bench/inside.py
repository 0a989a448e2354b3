"""Owns cloudtop with a clock on its loop: how long each turn was held, and a change of one row in a hundred on demand.

``python -m tests.bench.inside URL CONFIG [OUT]`` runs the program as it is; OUT gets (moment, seconds held) at its end.
``SIGUSR1`` makes a change ready, ``SIGUSR2`` gives it to the list the way a reading does.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.command import open as command
from console.launch import Launch
from console.store.delta import Delta
from console.store.packing import BEFORE_VALUES, BETWEEN
from console.ui import app as product

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser

STEP = 0.001
WORTH_NOTING = 0.004


class Clock:
    """Notes every time the loop came back late."""

    def __init__(self) -> None:
        self.late: list[tuple[float, float]] = []

    async def run(self) -> None:
        """Watch the loop until cancelled."""
        while True:
            asked = time.monotonic()
            await asyncio.sleep(STEP)
            held = time.monotonic() - asked - STEP
            if held > WORTH_NOTING:
                self.late.append((asked, held))


class Change:
    """One row in a hundred of the list on screen, in another state."""

    def __init__(self, app: product.CloudtopApp) -> None:
        self._app = app
        self._turn = 0
        self._ready = Delta()

    def make(self) -> None:
        """Make the change ready, packed as the list's own rows are."""
        browser = _browser(self._app)
        place = BEFORE_VALUES + next(i for i, column in enumerate(browser.resource.columns) if column.id == "state")
        self._turn += 1
        view = browser.grid._view
        assert view is not None
        entries = [view._shelf.entries[view._shelf.seats[row.id]].split(BETWEEN) for row in browser.grid.rows()]
        states = sorted({parts[place] for parts in entries})
        changed = [
            BETWEEN.join([*parts[:place], states[self._turn % 2], *parts[place + 1 :]]) for parts in entries[::100]
        ]
        self._ready = Delta(tuple(changed), packing=view._shelf.packing, complete=True)

    def give(self) -> None:
        """Give the change to the list."""
        from console.ui.screens.browser import DeltaArrived

        browser = _browser(self._app)
        if query := browser.listing.query:
            browser.post_message(DeltaArrived(query, replace(self._ready, read_at=time.time())))


def _browser(app: product.CloudtopApp) -> Browser:
    from console.ui.screens.browser import Browser  # not before the product does

    return next(screen for screen in app.screen_stack if isinstance(screen, Browser))


def main(url: str, config: str, out: str = "") -> int:
    """Run the product's own way of opening the screen, with the clock beside it where there is an ``out``."""
    clock = Clock()

    async def both(app: product.CloudtopApp) -> None:
        loop, change = asyncio.get_running_loop(), Change(app)
        loop.add_signal_handler(signal.SIGUSR1, change.make)
        loop.add_signal_handler(signal.SIGUSR2, change.give)
        watching = asyncio.create_task(clock.run()) if out else None
        await app.run_async()
        if watching:
            watching.cancel()

    product.CloudtopApp.run = lambda self: asyncio.run(both(self))  # type: ignore[method-assign]
    try:
        return command.run(Namespace(view=""), Launch(endpoint_url=url, config=config))
    finally:
        if out:
            Path(out).write_text(json.dumps(clock.late), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
