"""Owns the way from a theme's eleven colours to Textual's theme; must not know files or what a colour is used for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from textual.color import Color, ColorParseError
from textual.theme import Theme

from console.text.clean import clean

TOKENS = (
    "background", "surface", "raised", "text", "dim", "accent", "ok", "warn", "bad", "unknown", "selection",
)  # fmt: skip
"""The colours of a theme. In ``console.tcss`` each is ``$t-NAME``; there are no others."""

ANSI = "ansi_"


class ThemeInvalid(ValueError):
    """A theme that cannot be used. The message is clean and says which key and why."""


def make_theme(name: str, values: Mapping[str, str]) -> Theme:
    """Return Textual's theme of the eleven colours in ``values``. Raises ``ThemeInvalid``."""
    _require_keys(name, values)
    colours = {token: _colour(name, token, values[token]) for token in TOKENS}
    return Theme(
        name=name,
        primary=colours["accent"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["raised"],
        foreground=colours["text"],
        accent=colours["accent"],
        success=colours["ok"],
        warning=colours["warn"],
        error=colours["bad"],
        dark=values.get("dark", "true").lower() != "false",
        variables={f"t-{token}": colour for token, colour in colours.items()},
    )


def is_ansi(theme: Theme) -> bool:
    """Return whether a theme uses the terminal's own colours."""
    return str(theme.background).startswith(ANSI)


def _require_keys(name: str, values: Mapping[str, str]) -> None:
    known = {*TOKENS, "name", "dark"}
    for key in values:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise ThemeInvalid(f"theme {clean(name, 40)}: {clean(key, 40)} is no colour of a theme{hint}")
    if missing := [token for token in TOKENS if token not in values]:
        raise ThemeInvalid(f"theme {clean(name, 40)}: {', '.join(missing)} missing")


def _colour(name: str, token: str, text: str) -> str:
    try:
        Color.parse(text)
    except ColorParseError as error:
        raise ThemeInvalid(f"theme {clean(name, 40)}: {token}: {clean(text, 40)} is no colour") from error
    return text
