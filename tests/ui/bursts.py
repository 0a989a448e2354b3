"""Keys that a line delivers together, given to the app the way its own driver gives them. Knows no screen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from textual import events
from textual.keys import _character_to_key

_NAMES = {"<": "backspace", ">": "tab", "^": "home", "\r": "enter"}


def at_once(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have keys done where they arrive, as on a terminal, without painting anything."""
    monkeypatch.setattr(app._driver, "stage", SimpleNamespace(doubted=False), raising=False)
    monkeypatch.setattr(app, "_display", lambda *_: None)


def typing(text: str) -> list[events.Key]:
    """Return the keys of ``text``: ``<`` rubs out, ``>`` is tab, ``^`` home."""
    return [
        events.Key(_NAMES[sign], None) if sign in _NAMES else events.Key(_character_to_key(sign), sign) for sign in text
    ]
