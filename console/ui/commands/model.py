"""Owns the shape of a command: something the operator can ask for. Must not know what it does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser

_SHOWN = {
    "colon": ":", "slash": "/", "question_mark": "?", "less_than_sign": "<", "greater_than_sign": ">",
    "exclamation_mark": "!", "equals_sign": "=", "escape": "esc",
}  # fmt: skip


def _always(_browser: Browser) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One command: the line of keys, the help, the palette and the user's own keys all come from it."""

    id: str
    title: str
    keys: tuple[str, ...]
    group: str
    run: Callable[[Browser], Awaitable[None]]
    hint: str = ""
    """What the line of keys calls it; empty to leave it out there."""
    fits: Callable[[Browser], bool] = _always
    """Whether it makes sense for what is on screen."""
    needs_session: bool = True
    of_row: bool = False
    """Whether it is about the row under the cursor, with which the cursor stays from then on."""
    opens: bool = False
    """Whether a dialog follows: keys typed before it is seen are dropped."""
    keeps_keys: bool = False
    """Whether keys typed before it is seen are meant for it: it is a field to type into."""

    def shown_keys(self, chosen: Mapping[str, str]) -> list[str]:
        """Return the keys that run it as they are printed on a keyboard; none for one that is chosen by name.

        ``chosen`` is the operator's own key by command id, which takes the place of the command's.
        """
        keys = (chosen[self.id],) if self.id in chosen else self.keys
        return [key_name(key) for key in keys]


def key_name(key: str) -> str:
    """Return a key as it is printed on a keyboard: ``colon`` is ``:``."""
    return _SHOWN.get(key, key)
