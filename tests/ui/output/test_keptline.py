"""A kept line does what a strip of the same segments does, with and without Textual's filters."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import MONOKAI
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome
from textual.strip import Strip

from console.ui.output import hooks
from console.ui.output.hooks import KeptLine, is_true

BACK = Color.parse("#1a1b26")
TRUE = (Style.parse("bold #c0caf5 on #1a1b26"), Style.parse("#7aa2f7"), Style())
OTHER = (Style.parse("red on #1a1b26"), Style.parse("#7aa2f7 on blue"), Style.parse("dim #7aa2f7"))


def segments_of(styles: Sequence[Style]) -> list[Segment]:
    """Return a few words, each in the next style."""
    return [Segment(text, style) for text, style in zip(("web-1 ", "名 ", "running"), styles, strict=True)]


def kept(styles: Sequence[Style]) -> KeptLine:
    """Return a line as the list makes it."""
    return KeptLine(segments_of(styles), 16, true=all(map(is_true, styles)))


@pytest.mark.parametrize("styles", [TRUE, OTHER])
@pytest.mark.parametrize("line_filter", [ANSIToTruecolor(MONOKAI), Monochrome()])
def test_a_filter_makes_the_same_of_it(styles: Sequence[Style], line_filter: LineFilter) -> None:
    plain = Strip(segments_of(styles), 16).apply_filter(line_filter, BACK)
    for _ in range(2):
        assert kept(styles).apply_filter(line_filter, BACK) == plain


def test_only_a_line_of_true_colours_is_left_as_it_is() -> None:
    true, other, changes = kept(TRUE), kept(OTHER), ANSIToTruecolor(MONOKAI)
    assert true.apply_filter(changes, BACK) is true
    assert true.apply_filter(Monochrome(), BACK) is not true
    assert other.apply_filter(changes, BACK) is not other


@pytest.mark.parametrize(
    "done",
    [
        lambda strip: strip.divide([16]),
        lambda strip: strip.divide([5, 16]),
        lambda strip: strip.divide([7, 16]),
        lambda strip: [strip.crop(3, 11)],
        lambda strip: [strip.adjust_cell_length(30)],
        lambda strip: [strip.adjust_cell_length(16)],
        lambda strip: [strip.apply_style(Style(bold=True))],
        lambda strip: [strip.crop_extend(2, 20, None)],
        lambda strip: [strip.simplify()],
        lambda strip: [strip.apply_offsets(1, 2)],
    ],
)
def test_it_is_cut_and_styled_as_a_strip_is(done: Callable[[Strip], Sequence[Strip]]) -> None:
    line = kept(TRUE)
    for _ in range(2):
        found, wanted = done(line), done(Strip(segments_of(TRUE), 16))
        assert [(list(one), one.cell_length) for one in found] == [(list(one), one.cell_length) for one in wanted]
    assert (line.text, line.link_ids) == (Strip(segments_of(TRUE)).text, Strip(segments_of(TRUE)).link_ids)


def test_with_another_textual_it_is_a_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    assert type(hooks.kept_line(segments_of(TRUE), 16, true=True)) is KeptLine
    monkeypatch.setattr(hooks, "VERSION", "8.2.9")
    assert type(hooks.kept_line(segments_of(TRUE), 16, true=True)) is Strip


def test_it_has_no_more_than_a_strip() -> None:
    with pytest.raises(AttributeError):
        kept(TRUE).surely_not_there  # type: ignore[attr-defined]  # noqa: B018
