"""Owns painting a scrollbar quickly; must not know what it scrolls.

Textual takes a bar through everything that a text may need, for each line of it and each time that it moves. A bar
has four kinds of lines at most.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip


def bar_lines(bar: ScrollBar, crop: Region) -> list[Strip] | None:
    """Return the lines that Textual would make; None where it has to, for a bar that is not a plain one."""
    drawn, size, styles = bar.render(), bar.size, bar.styles
    if not isinstance(drawn, ScrollBarRender) or not isinstance(drawn.style, Style):
        return None
    front, behind = drawn.style.color, drawn.style.bgcolor
    plain = bar.vertical and crop.width == size.width and bar.opacity == 1.0 and not styles.tint.a
    if not plain or front is None or behind is None or bar.region.size != size:
        return None
    segments = drawn.render_bar(
        size=size.height,
        virtual_size=drawn.virtual_size,
        window_size=drawn.window_size,
        position=drawn.position,
        thickness=size.width,
        back_color=behind,
        bar_color=front,
    ).segments
    back, style = bar.background_colors[1], bar.rich_style
    lines = [_line(segment, style) for segment in segments[crop.y : crop.bottom]]
    for line_filter in bar.get_line_filters():
        lines = [line.apply_filter(line_filter, back) for line in lines]
    return lines


@lru_cache(maxsize=512)
def _line(segment: Segment, style: Style) -> Strip:
    return Strip([Segment(segment.text, style + segment.style)], len(segment.text))
