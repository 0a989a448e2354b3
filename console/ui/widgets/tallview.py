"""Owns how high the content of a scrolled widget is; must not know what the content is."""

from __future__ import annotations

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class TallView(ScrollView):
    """A widget that paints its own lines, of which there may be more than fit."""

    def set_height(self, height: int) -> None:
        """Make it ``height`` lines high; the screen is laid out again only where its scrollbar comes or goes."""
        size = Size(self.size.width, height)
        if size == self.virtual_size or self.show_vertical_scrollbar != (height > self.size.height):
            self.virtual_size = size
            return
        self.set_reactive(Widget.virtual_size, size)
        self.scroll_target_y = self.scroll_y = self.validate_scroll_y(self.scroll_y)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = height
