"""Owns painting a widget line by line without making any of it twice; must not know what the lines say.

Textual keeps a styled copy of each line by its place and makes it anew when the list scrolls. Lines that are kept by
what they say are styled already, so that all that is left to do are the application's filters, which a strip keeps.
"""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class QuickLines(Widget):
    """A widget without border or padding whose every line is styled and as wide as it is."""

    def line(self, y: int, top: int, size: Size) -> Strip:
        """Return line ``y`` of a widget of this ``size``, scrolled down by ``top`` lines."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Return one line, as Textual asks for it."""
        return self.line(y, self.scroll_offset.y, self.size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines that Textual would make of ``render_line``; where only what is not under the scrollbar is
        wanted, no more than that is made.
        """
        top, size = self.scroll_offset.y, self.size
        beside = size.width - self.scrollbar_size_vertical
        if crop.right <= beside:
            size = Size(beside, size.height)
        lines = [self.line(y, top, size) for y in crop.line_range]
        if filters := self.get_line_filters():
            back = self.background_colors[1]
        for line_filter in filters:
            lines = [line.apply_filter(line_filter, back) for line in lines]
        whole = crop.column_span == (0, size.width)
        return lines if whole else [line.crop(*crop.column_span) for line in lines]
