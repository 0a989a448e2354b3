"""Owns the wiring of the program: settings, theme, session, signals, the way out. Must not know lists or AWS."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType

from console.command.failure import Exit, Failure
from console.config.data import ConfigError, load_theme, theme_names
from console.config.settings import DEFAULT_THEME, Settings
from console.connect import Launch, settings_of
from console.resources.model import Tone
from console.session import Session
from console.text.clean import clean
from console.text.faults import fault_of
from console.ui.commands.go import visit
from console.ui.commands.registry import COMMANDS
from console.ui.gate import KeyGate
from console.ui.place import Place
from console.ui.screens.browser import Browser
from console.ui.theme import TOKENS, ThemeInvalid, is_ansi, make_theme
from console.worker import Worker

if TYPE_CHECKING:
    from textual.screen import Screen

CLOSE_SECONDS = 8.0
"""How long leaving waits for leases to be given back and connections to close."""
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


class CloudtopApp(App[None]):
    """Wires settings, session and screens together."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "quit", "leave", show=False, priority=True)]

    def __init__(self, launch: Launch, settings: Settings) -> None:
        super().__init__()
        self.launch = launch
        self.settings = settings
        self.worker = Worker()
        self.session: Session | None = None
        self.crash: Exception | None = None
        self.gate = KeyGate(self.post_message)
        self.animation_level = "none"
        self._unfit_theme = self.dress(launch.theme or settings.theme)

    def get_default_screen(self) -> Screen[None]:
        """Return the one screen with the list."""
        return Browser()

    @property
    def browser(self) -> Browser:
        """The screen with the list, whatever lies over it."""
        found = self.screen_stack[0]
        if not isinstance(found, Browser):
            raise LookupError("the first screen is the list")
        return found

    def on_mount(self) -> None:
        """Dress, take signals, and connect while the first picture is already there."""
        self.set_keymap({id_: "comma" if key == "," else key for id_, key in self.settings.keys.items()})
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.exit, None, 128 + number)
        self.call_after_refresh(self._connect_soon)

    def _connect_soon(self) -> None:
        self.browser.tell(self._unfit_theme, Tone.BAD)
        self.run_worker(self._connect(self.launch, self.launch.view), exit_on_error=False)

    async def _connect(self, launch: Launch, view: str = "") -> None:
        try:
            session = await Session.open(self.worker, launch, self.settings)
        except Exception as error:  # told where the list would be; the old session stays
            self._refused(error)
            return
        old, self.session, self.launch = self.session, session, launch
        await self.browser.navigator.begin(session, None if view else Place(session.query("ec2.instances")))
        if view:
            await visit(self.browser, view)
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
            self.crash = error
            self.exit()
        else:
            self.browser.refused(fault_of(error))

    async def switch(self, *, profile: str = "", region: str = "") -> None:
        """Go to another region, or open another profile."""
        if region and self.session:
            self.session.move(region)
            query = self.browser.listing.query
            wanted = query.type if query and not self.browser.resource.parent else "ec2.instances"
            await self.browser.navigator.begin(self.session, Place(self.session.query(wanted)))
        elif profile:
            self.browser.tell(f"Opening {clean(profile)}…", Tone.DIM)
            await self._connect(replace(self.launch, profiles=(profile,), demo=False))

    def theme_choices(self) -> tuple[str, ...]:
        """Return the names of the themes there are."""
        return theme_names()

    def dress(self, name: str) -> str:
        """Wear a theme; when it cannot be used wear the default, and return why in clean words."""
        try:
            theme = make_theme(name, load_theme(name))
        except (ConfigError, ThemeInvalid) as error:
            if name == DEFAULT_THEME:
                raise
            self.dress(DEFAULT_THEME)
            return clean(error)
        self.register_theme(theme)
        self.theme = theme.name
        self.ansi_color = is_ansi(theme)
        return ""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the variables of ``console.tcss`` for themes that are not ours."""
        return {f"t-{token}": "ansi_default" for token in TOKENS}

    async def on_event(self, event: events.Event) -> None:
        """Drop what was typed at a dialog before it could be seen."""
        typed = isinstance(event, events.Key | events.Paste | events.MouseDown)
        if typed and self.screen_stack and not self.gate.admits(event, self.screen):
            return  # also a key that comes back up from the list: its bindings are looked up only now
        await super().on_event(event)

    async def on_app_focus(self) -> None:
        """Read on: somebody is looking."""
        if self.session:
            await self.session.lists.attend(True)

    async def on_app_blur(self) -> None:
        """Stop reading: nobody is looking."""
        if self.session:
            await self.session.lists.attend(False)

    def _fatal_error(self) -> None:
        """End without Textual's traceback, which prints local variables and with them credentials."""
        self.crash = self._exception or self.crash
        self._close_messages_no_wait()


def run(launch: Launch) -> int:
    """Open the full screen and return the exit code. The terminal is as before when this ends, also by an exception."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    app = CloudtopApp(launch, settings_of(launch, [entry.id for entry in COMMANDS]))
    try:
        app.run()
    finally:
        _close(app)
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0


def _close(app: CloudtopApp) -> None:
    if app.session:
        app.worker.finish(app.session.shut(), CLOSE_SECONDS)
    app.worker.stop()
