"""Owns the styles that text is painted with, by token; must not know what the text says.

They are kept apart from ``console.tcss``: as style-sheet classes every painted widget would match them one by one
when it is mounted, which took longer than everything else about opening a screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from console.text.clean import clip
from console.ui.lines import Spans
from console.ui.theme import TOKENS


@dataclass(frozen=True, slots=True)
class Paint:
    """Two of a theme's eleven colours, empty for what lies below, and whether it is bold."""

    text: str
    back: str = ""
    bold: bool = False


PAINTS: Mapping[str, Paint] = {
    "text": Paint("text"),
    "none": Paint("text"),
    "strong": Paint("text", bold=True),
    "dim": Paint("dim"),
    "line": Paint("raised"),
    "accent": Paint("accent"),
    "accent-strong": Paint("accent", bold=True),
    "ok": Paint("ok"),
    "warn": Paint("warn"),
    "bad": Paint("bad"),
    "unknown": Paint("unknown"),
    "key": Paint("accent", bold=True),
    "brand": Paint("background", "accent", bold=True),
    "alert": Paint("background", "bad", bold=True),
    "caution": Paint("warn", bold=True),
    "tab": Paint("accent", "raised"),
    "tab-strong": Paint("text", "raised", bold=True),
    "tab-bad": Paint("bad", "raised"),
    "tab-warn": Paint("warn", "raised"),
    "head": Paint("dim", "surface", bold=True),
    "sorted": Paint("text", "surface", bold=True),
    "row": Paint("text", "background"),
    "cursor": Paint("", "selection"),
    "marked": Paint("", "raised"),
    "bad-strong": Paint("bad", bold=True),
    "input": Paint("text", "raised"),
}


_VARIABLES = tuple(f"t-{name}" for name in TOKENS)


class Painted(Widget):
    """A widget that paints spans. Subclasses list it before ``Widget``."""

    ALLOW_SELECT = False

    def painted(self, spans: Spans) -> Text:
        """Return ``spans`` as one line of styled text; nothing in them is read as markup."""
        text, known = Text(no_wrap=True, end=""), self.token_styles()
        for words, token in spans:
            text.append(words, known[token])
        return text

    def strip(self, spans: Spans, width: int) -> Strip:
        """Return ``spans`` as one line of ``width`` cells."""
        under, known = self.rich_style, self.token_styles()
        segments = [Segment(words, under + known[token]) for words, token in spans]
        return Strip(segments).adjust_cell_length(width, under)

    def token_style(self, token: str) -> Style:
        """Return the style of ``token`` in the theme that is worn."""
        return self.token_styles()[token]

    def token_styles(self) -> Mapping[str, Style]:
        """Return the style of every token in the theme that is worn."""
        variables = self.app.current_theme.variables
        return styles(tuple(variables.get(name, "ansi_default") for name in _VARIABLES))


def cut(spans: Spans, width: int) -> Spans:
    """Return as much of ``spans`` as ``width`` cells hold, with a sign where something is missing."""
    whole = "".join(words for words, _ in spans)
    left = clip(whole, width)
    if left == whole:
        return spans
    kept = []
    for words, token in spans:
        part, left = left[: len(words)], left[len(words) :]
        kept.append((part, token))
    return kept


def row_style(widget: Painted, token: str) -> Style:
    """Return a token's style in a list; on a slow link its cursor is a mark alone, two bytes and not two lines."""
    marked_only = token == "cursor" and getattr(widget.app, "slow_link", False)  # noqa: S105
    return widget.token_style("row" if marked_only else token)


@lru_cache(maxsize=8)
def styles(colours: tuple[str, ...]) -> Mapping[str, Style]:
    """Return the style of every token; ``colours`` are a theme's eleven, in their order."""
    known = {name: Color.parse(colour).rich_color for name, colour in zip(TOKENS, colours, strict=True)}
    return {
        token: Style(color=known.get(paint.text), bgcolor=known.get(paint.back), bold=paint.bold or None)
        for token, paint in PAINTS.items()
    }
