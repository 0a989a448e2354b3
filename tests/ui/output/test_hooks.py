"""What the output rests on in Textual is as it was read; with anything else Textual's own output is used."""

from __future__ import annotations

import gc
import hashlib
import inspect
import random
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual import (
    _compositor,
    _parser,
    _styles_cache,
    app,
    driver,
    filter,
    message_pump,
    screen,
    scrollbar,
    strip,
    widget,
)
from textual.drivers import linux_driver
from textual.geometry import Region
from textual.strip import Strip

from console.ui.output import hooks

HOOKED: dict[Callable[..., Any], str] = {
    app.App._check_bindings: "c9643552d942518a",
    app.App._display: "4b78dff6669a455c",
    app.App._on_key: "4746803647599ac2",
    app.App.on_event: "3dbf14d694916fe3",
    app.App.suspend: "66d2c24066e3e415",
    _compositor.ChopsUpdate.render_segments: "4c1cdb567e0b8354",
    _compositor.LayoutUpdate.render_segments: "ff329c722506c983",
    _compositor.Compositor._get_renders: "8ac93299aa5d3bef",
    _compositor.Compositor._render_chops: "ca8c3359d7afd017",
    _compositor.Compositor.render_full_update: "ce99ccda4d2449b7",
    _compositor.Compositor.render_partial_update: "888dccc892d8ecc2",
    _parser.Parser.feed: "390106cde019dd29",
    _parser.Parser.tick: "44606084ad3bf7c1",
    _styles_cache.StylesCache.render_widget: "b946353fb1eb72b9",
    _styles_cache.StylesCache.render: "0945715ef8aede9b",
    driver.Driver.send_message: "4ecf73a431b20ace",
    linux_driver.LinuxDriver.start_application_mode: "7c41f5ba11a8ef05",
    linux_driver.LinuxDriver.stop_application_mode: "9a7e99c8d4bdbd3b",
    linux_driver.LinuxDriver.disable_input: "6154c5a7c1743fe9",
    linux_driver.LinuxDriver.close: "c32293a24c1a6b91",
    linux_driver.LinuxDriver.run_input_thread: "d796af6d69db337d",
    message_pump.MessagePump.post_message: "cbfe6996db2052f4",
    screen.Screen._on_timer_update: "421401660de142c5",
    screen.Screen._on_update: "8d962c0761ddb02e",
    scrollbar.ScrollBar.render: "43a56156a9a6cc05",
    scrollbar.ScrollBarRender.render_bar: "ea7d1cc4da619e96",
    filter.ANSIToTruecolor.apply: "b88e90947c5d77df",
    filter.ANSIToTruecolor.truecolor_style.__wrapped__: "bda06c4bb81bba72",
    strip.Strip.__init__: "ce1d8154dca8cfd7",
    strip.Strip.apply_filter: "1417be1c9e66a916",
    strip.Strip.divide: "f6764f25c39e144b",
    strip.Strip.render: "2ba7a4913a72125d",
    widget.Widget._check_refresh: "ad1c8196be9747bf",
    widget.Widget.render_lines: "1f2a11f3d51846d9",
}


def source(function: Callable[..., Any]) -> str:
    """Return what a function's source is known by."""
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


@pytest.mark.parametrize("function", HOOKED, ids=lambda function: function.__qualname__)
def test_the_code_that_is_hooked_is_the_one_that_was_read(function: Callable[..., Any]) -> None:
    assert source(function) == HOOKED[function], "read it again, then console/ui/output/hooks.py, then note its hash"


def test_the_installed_textual_is_the_one_that_is_known() -> None:
    assert hooks.driver_class({}) is not None


def test_plain_output_can_be_had() -> None:
    assert hooks.driver_class({hooks.PLAIN_VARIABLE: "1"}) is None


def test_another_textual_writes_as_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "VERSION", "8.2.9")
    assert hooks.driver_class({}) is None


def cells_of(region: Region) -> set[tuple[int, int]]:
    return set(product(region.column_range, region.line_range))


@pytest.mark.parametrize("seed", range(40))
def test_what_lies_above_covers_what_it_covers_cell_by_cell(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(50):
        region, *above = (
            Region(chance.randrange(6), chance.randrange(6), chance.randrange(1, 7), chance.randrange(1, 7))
            for _ in range(chance.randrange(1, 7))
        )
        left = cells_of(region) - {cell for other in above for cell in cells_of(other)}
        assert hooks.covered(region, above) == (not left)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_left_beside_a_region_is_told_once(seed: int) -> None:
    chance = random.Random(seed)
    one, other = (
        Region(chance.randrange(6), chance.randrange(6), chance.randrange(1, 7), chance.randrange(1, 7))
        for _ in range(2)
    )
    parts = hooks.without(one, other)
    assert sum(part.area for part in parts) == len(cells_of(one) - cells_of(other))
    assert {cell for part in parts for cell in cells_of(part)} == cells_of(one) - cells_of(other)


TEXTUAL_DIVIDES = strip.Strip.divide  # taken before a test lets the output stage have its way
CUTS: list[list[int]] = [[9], [4, 9], [4, 9, 12], [12], [0, 9], [9, 9], []]


@pytest.mark.parametrize("cuts", CUTS)
def test_a_strip_is_divided_as_textual_divides_it(cuts: list[int]) -> None:
    line = Strip([Segment("web-1 "), Segment("名", Style(bold=True)), Segment("x")], 9)
    for _ in range(2):
        assert hooks.divided(line, iter(cuts)) == TEXTUAL_DIVIDES(Strip(list(line), 9), cuts)


def test_a_strip_that_is_cut_at_its_end_is_no_garbage_when_it_is_gone() -> None:
    gc.collect()
    gc.disable()
    try:
        hooks.divided(Strip([Segment("running")], 7), [7])
        assert gc.collect() == 0
    finally:
        gc.enable()
