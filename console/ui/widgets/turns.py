"""Owns going through long work a few milliseconds at a time beside the loop; must not know what the work is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator

from textual.widget import Widget
from textual.worker import Worker

from console.store.order import Steps

TURN = 0.005
"""Seconds of one turn."""
HOPS = 4
"""Times that all else has its turn between two of them: a key passes through a few tasks before it acts."""
_GROUP = "turns"


class Turns:
    """The one long work of a widget: a newer one takes the place of one that is not through."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget

    def stop(self) -> None:
        """Give up what is being gone through."""
        self._widget.workers.cancel_group(self._widget, _GROUP)

    def take(self, steps: Steps, then: Callable[[], object], *, at_once: bool = False) -> None:
        """Go through ``steps``, each of which is short, and call ``then``: a turn at a time, or all ``at_once``."""
        if at_once:
            self.stop()
            for _ in steps:
                pass
            then()
            return

        async def go_through() -> None:
            for _ in _turns(steps):
                for _ in range(HOPS):
                    await asyncio.sleep(0)
            then()

        # given uncalled, for a work that is given up before it began would complain
        _worker: Worker[None] = self._widget.run_worker(go_through, group=_GROUP, exclusive=True)


def _turns(steps: Steps) -> Iterator[None]:
    """Pause after every turn."""
    until = time.perf_counter() + TURN
    for apart in steps:
        if apart or time.perf_counter() >= until:
            yield
            until = time.perf_counter() + TURN
