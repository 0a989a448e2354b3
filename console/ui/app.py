"""Owns the wiring of the program: settings, theme, session, signals, the way out. Must not know lists or AWS."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from console.config.data import ConfigError, load_theme, theme_names
from console.config.settings import DEFAULT_THEME, Settings
from console.launch import Launch, settings_of
from console.text.clean import clean
from console.ui.gate import KeyGate
from console.ui.output.hooks import Staged, driver_class
from console.ui.screens.boot import Boot
from console.ui.theme import TOKENS, ThemeInvalid, is_ansi, make_theme

if TYPE_CHECKING:
    from textual.screen import Screen

    from console.ui.desk import Desk
    from console.worker.place import Place
    from console.worker.worker import Worker

SLOW_THEME = "terminal"
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT)


class CloudtopApp(Staged):
    """Wires settings, session and screens together."""

    CSS_PATH = "console.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", "leave", show=False, priority=True),
        Binding("ctrl+l", "repaint", "paint again", show=False, priority=True),
    ]

    def __init__(self, launch: Launch, settings: Settings, place: Place | None = None) -> None:
        super().__init__(driver_class=driver_class(os.environ))
        self.launch = launch
        self.settings = settings
        self.place = place
        self.worker: Worker | None = None
        self.desk: Desk | None = None
        self.crash: Exception | None = None
        self.gate = KeyGate(self.post_message)
        self.animation_level = "none"
        self.slow_link = launch.slow_link
        self.unfit_theme = self.dress(launch.theme or (SLOW_THEME if self.slow_link else settings.theme))

    def get_default_screen(self) -> Screen[None]:
        """Return the first picture; the list takes its place."""
        return Boot()

    def on_mount(self) -> None:
        """Take signals, and load the rest once the first picture is there."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self.exit, None, 128 + number)
        self.call_after_refresh(self.run_worker, self._load(), exit_on_error=True)

    async def _load(self) -> None:
        """Load the rest beside the first picture, and go on with it."""
        self.gate.hold(self.exit, keeps=True)
        self.desk = await asyncio.to_thread(self._desk)
        await self.desk.open()
        self.gate.let_through()
        gc.freeze()
        gc.enable()
        gc.set_threshold(2_000, 50, 50)  # looking through more at once would hold a key

    def _desk(self) -> Desk:
        from console.worker.worker import Worker

        self.worker = Worker(self.place, rest=self.settings.poll.rest)
        self.worker.begin(self.launch, self.settings)  # it connects while what follows is loaded
        from console.resources.registry import catalogue
        from console.ui.desk import Desk

        catalogue()  # the first row needs it
        return Desk(self, self.worker)

    def stop(self) -> None:
        """Have everything given back, wherever the AWS side runs."""
        if self.worker:
            self.worker.stop()
        elif self.place:
            self.place.end.close()
            self.place.stop(0)

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

    def on_slow_link(self) -> None:
        """Wear the terminal's own sixteen colours, which cost least, unless another theme was asked for."""
        self.dress(self.launch.theme or SLOW_THEME)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the variables of ``console.tcss`` for themes that are not ours."""
        return {f"t-{token}": "ansi_default" for token in TOKENS}

    async def on_event(self, event: events.Event) -> None:
        """Drop what was typed at a dialog before it could be seen."""
        typed = isinstance(event, events.Key | events.Paste | events.MouseDown)
        if typed and self.screen_stack and not self.gate.admits(event, self.screen):
            return  # also a key that comes back up from the list: its bindings are looked up only now
        if typed and self.desk:
            self.desk.touched()
        await super().on_event(event)

    async def on_app_focus(self) -> None:
        """Read on: somebody is looking."""
        if self.desk:
            await self.desk.attend(True)

    async def on_app_blur(self) -> None:
        """Stop reading: nobody is looking."""
        if self.desk:
            await self.desk.attend(False)

    def _fatal_error(self) -> None:
        """End without Textual's traceback, which prints local variables and with them credentials."""
        self.crash = self._exception or self.crash
        self._close_messages_no_wait()


def run(launch: Launch, place: Place | None = None) -> int:
    """Open the full screen and return the exit code. The terminal is as before when this ends, also by an exception."""
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]
    app = CloudtopApp(launch, settings_of(launch, _command_ids), place)
    try:
        app.run()
    finally:
        app.stop()
    if app.crash is not None:
        raise app.crash
    return app.return_code or 0


def _command_ids() -> list[str]:
    from console.ui.commands.registry import COMMANDS

    return [entry.id for entry in COMMANDS]
