"""Themes: eleven colours each, readable, told apart by everybody; a user's mistakes are answered in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest
from textual.color import Color

from console.config.data import load_theme, theme_names
from console.ui.theme import TOKENS, ThemeInvalid, is_ansi, make_theme
from console.ui.widgets.paint import PAINTS, styles
from tests.ui.colours import DEUTERANOPIA, PROTANOPIA, contrast, difference, linear, seen
from tests.ui.stage import STYLES

RULES = re.sub(r"/\*.*?\*/", "", STYLES.read_text(encoding="utf-8"), flags=re.DOTALL)
BACKS = ("background", "surface", "raised", "selection")
STATES = ("ok", "warn", "bad", "unknown")
OWN = [name for name in theme_names() if not load_theme(name)["background"].startswith("ansi_")]
DECORATION = {"raised"}
"""Tokens of rules and frames, which say nothing that has to be read."""


def declarations() -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (selector or token, property → colour) of everything that names a colour."""
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", RULES):
        found = dict(re.findall(r"(?<![-\w])(color|background): \$t-([a-z]+)", body))
        if found:
            yield selector.strip(), found
    for token, paint in PAINTS.items():
        yield token, {name: colour for name, colour in (("color", paint.text), ("background", paint.back)) if colour}


def pairs() -> set[tuple[str, str]]:
    """Return every (text, background) that can meet: a text without a background of its own may lie on any."""
    found: set[tuple[str, str]] = set()
    for _, rule in declarations():
        if "color" in rule and rule["color"] not in DECORATION:
            found |= {(rule["color"], back) for back in ([rule["background"]] if "background" in rule else BACKS)}
    return found


def test_the_style_sheet_is_read_as_it_stands() -> None:
    assert {("text", "selection"), ("background", "accent"), ("bad", "raised"), ("dim", "surface")} <= pairs()
    assert len(pairs()) > 20


@pytest.mark.parametrize("name", theme_names())
def test_a_theme_has_the_eleven_colours_and_nothing_else(name: str) -> None:
    values = load_theme(name)
    assert len(TOKENS) == 11
    assert set(values) == {*TOKENS, "name", "dark"}
    assert values["name"] == name
    theme = make_theme(name, values)
    assert theme.variables == {f"t-{token}": values[token] for token in TOKENS}
    assert theme.dark is (name != "paper")


def test_every_colour_of_the_style_sheet_is_one_of_the_eleven() -> None:
    used = set(re.findall(r"\$t-([a-z-]+)", RULES))
    assert used <= set(TOKENS)
    assert {token for _, found in declarations() for token in found.values()} == set(TOKENS)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{]*})|\brgb\(|\$(?!t-)\w+", RULES)


def test_every_paint_is_made_of_the_eleven() -> None:
    assert {paint.text for paint in PAINTS.values()} | {paint.back for paint in PAINTS.values()} <= {*TOKENS, ""}


def test_a_style_has_the_colours_of_its_paint() -> None:
    values = load_theme("night")
    made = styles(tuple(values[token] for token in TOKENS))
    assert made["alert"].bold
    assert made["alert"].color == Color.parse(values["background"]).rich_color
    assert made["alert"].bgcolor == Color.parse(values["bad"]).rich_color
    assert made["cursor"].color is None


@pytest.mark.parametrize("name", OWN)
def test_text_is_readable_wherever_it_can_lie(name: str) -> None:
    values = load_theme(name)
    weak = {
        (text, back): ratio
        for text, back in pairs()
        if (ratio := contrast(values[text], values[back])) < (4.5 if text in ("text", "background") else 3.0)
    }
    assert not weak


@pytest.mark.parametrize("name", OWN)
def test_what_is_said_of_a_state_is_readable_as_text_is(name: str) -> None:
    values = load_theme(name)
    for token in (*STATES, "dim", "accent"):
        assert contrast(values[token], values["background"]) >= 4.5
        assert contrast(values[token], values["surface"]) >= 4.5


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("blindness", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_good_bad_and_doubtful_are_told_apart_by_the_colour_blind(name: str, blindness: tuple[object, ...]) -> None:
    values = load_theme(name)
    least = {pair: difference(*(seen(values[token], blindness) for token in pair)) for pair in combinations(STATES, 2)}  # type: ignore[arg-type]
    assert min(least.values()) >= 17, least


@pytest.mark.parametrize("name", OWN)
def test_states_differ_at_a_glance(name: str) -> None:
    values = load_theme(name)
    assert min(difference(linear(values[a]), linear(values[b])) for a, b in combinations(STATES, 2)) >= 35


@pytest.mark.parametrize("name", OWN)
def test_the_cursor_is_seen(name: str) -> None:
    values = load_theme(name)
    for back in ("background", "surface", "raised"):
        assert difference(linear(values["selection"]), linear(values[back])) >= 8


def test_the_terminals_own_colours_are_never_text_on_themselves() -> None:
    values = load_theme("terminal")
    assert is_ansi(make_theme("terminal", values))
    assert all(values[token].startswith("ansi_") for token in TOKENS)
    assert len({values[token] for token in STATES}) == len(STATES)
    assert not [(text, back) for text, back in pairs() if values[text] == values[back] != "ansi_default"]


def test_only_the_terminals_own_are_ansi() -> None:
    assert [name for name in theme_names() if is_ansi(make_theme(name, load_theme(name)))] == ["terminal"]


GOOD = dict.fromkeys(TOKENS, "#123456")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({**GOOD, "acent": "#fff"}, "theme mine: acent is no colour of a theme; did you mean accent?"),
        ({**GOOD, "zzzzzz": "#fff"}, "theme mine: zzzzzz is no colour of a theme"),
        ({key: value for key, value in GOOD.items() if key not in ("ok", "bad")}, "theme mine: ok, bad missing"),
        ({**GOOD, "ok": "#12"}, "theme mine: ok: #12 is no colour"),
        ({**GOOD, "ok": "nocolour"}, "theme mine: ok: nocolour is no colour"),
        ({**GOOD, "ok": ""}, "theme mine: ok:  is no colour"),
        ({**GOOD, "ok": "\x1b[2J"}, "theme mine: ok: <ESC>[2J is no colour"),
        ({**GOOD, "\x1b[2J": "#fff"}, "theme mine: <ESC>[2J is no colour of a theme"),
        ({}, "missing"),
    ],
)  # fmt: skip
def test_a_theme_that_cannot_be_used_says_which_key_and_why(values: dict[str, str], words: str) -> None:
    with pytest.raises(ThemeInvalid) as raised:
        make_theme("mine", values)
    assert words in str(raised.value)


@pytest.mark.parametrize("colour", ["#fff", "#ff0000", "red", "rgb(1,2,3)", "hsl(10,20%,30%)", "ansi_red"])
def test_a_colour_may_be_written_in_any_usual_way(colour: str) -> None:
    assert make_theme("mine", {**GOOD, "ok": colour}).success == colour
    assert Color.parse(colour)
