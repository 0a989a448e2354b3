"""Owns the session that the screens work with: opening one, changing it, handing it to the list. Must not know AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.command.failure import Exit, Failure
from console.launch import FIRST_LIST, Launch
from console.resources.model import Tone
from console.session import Session
from console.text.clean import clean
from console.text.faults import fault_of
from console.ui.commands.go import visit
from console.ui.place import Place
from console.ui.screens.browser import Browser

if TYPE_CHECKING:
    from console.ui.app import CloudtopApp
    from console.worker.worker import Worker


class Desk:
    """The list's screen and the session under it."""

    def __init__(self, app: CloudtopApp, worker: Worker) -> None:
        self._app = app
        self._worker = worker
        self._launch = app.launch
        self.session: Session | None = None
        self.browser = Browser(self)

    async def open(self) -> None:
        """Show the list over the first picture, and connect."""
        keys = self._app.settings.keys
        self._app.set_keymap({id_: "comma" if key == "," else key for id_, key in keys.items()})
        await self._app.push_screen(self.browser)
        self._connect_soon()

    async def attend(self, attending: bool) -> None:
        """Read on, or stop because nobody is looking."""
        if self.session:
            await self.session.lists.attend(attending)

    def touched(self) -> None:
        """Note that somebody is at work here: lists are read as often as they may be."""
        if self.session:
            self.session.lists.touched()

    def _connect_soon(self) -> None:
        self._app.run_worker(self._connect(self._launch, self._launch.view), exit_on_error=False)

    async def _connect(self, launch: Launch, view: str = "") -> None:
        try:
            session = await Session.open(self._worker, launch, self._app.settings)
        except Exception as error:  # told where the list would be; the old session stays
            self._refused(error)
            return
        old, self.session, self._launch = self.session, session, launch
        await self.browser.navigator.begin(session, None if view else Place(session.query(FIRST_LIST)))
        if view:
            await visit(self.browser, view)
        if self._app.unfit_theme:
            self.browser.tell(self._app.unfit_theme, Tone.BAD)
        if old:
            await old.close()

    def reconnect(self) -> None:
        """Try once more to open what was asked for."""
        self.browser.grid.message("Connecting…", Tone.DIM)
        self._connect_soon()

    def _refused(self, error: Exception) -> None:
        """Tell why there is no session. What no key here can mend ends the program with its exit code."""
        hopeless = isinstance(error, Failure) and error.code in (Exit.USAGE, Exit.CREDENTIALS)
        if self.session is None and hopeless:
            self._app.crash = error
            self._app.exit()
        else:
            self.browser.refused(fault_of(error))

    async def switch(self, *, profile: str = "", region: str = "") -> None:
        """Go to another region, or open another profile."""
        if region and self.session:
            self.session.move(region)
            query = self.browser.listing.query
            wanted = query.type if query and not self.browser.resource.parent else FIRST_LIST
            await self.browser.navigator.begin(self.session, Place(self.session.query(wanted)))
        elif profile:
            self.browser.tell(f"Opening {clean(profile)}…", Tone.DIM)
            await self._connect(replace(self._launch, profiles=(profile,), demo=False))
