"""The one door for foreign text: nothing that misleads a terminal or a reader gets through."""

from __future__ import annotations

import unicodedata

import pytest
from rich.cells import cell_len

from console.text.clean import LINE_LIMIT, clean, clean_document, clean_lines, clip, fit

SAMPLES = [
    "plain", "", "über straße", "日本語", "e\u0301", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "\x1b]52;c;eA==\x1b\\",
    "\x9b31m", "a\u202eb", "a\u2066b\u2069", "zero\u200bwidth", "\ufeffbom", "line\nbreak\r\ttab", "\u2028\u2029\x85",
    "\ud800", "\U000e0041tag", "a\U000e0100b", "nbsp\u00a0here", "\u2800\u3164", "z\u0300\u0301\u0302\u0303",
    "👩\u200d👧", "\x00\x7f", "[bold]markup[/bold]", "\ue000private", "\u0378unassigned",
]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("über 日本 €", "über 日本 €"),
        ("\x1b[31mred\x07\x00\x7f", "<ESC>[31mred<BEL><NUL><DEL>"),
        ("\x9b31m", "<U+009B>31m"),
        ("a\nb\r\tc\x85", "a<LF>b<CR><TAB>c<U+0085>"),
        ("evil\u202egpj.exe", "evil<U+202E>gpj.exe"),
        ("a\u2066b", "a<U+2066>b"),
        ("ad\u200bmin", "ad<U+200B>min"),
        ("a\u00a0b\u3000c", "a<U+00A0>b<U+3000>c"),
        ("\ud800", "<U+D800>"),
        ("x\U000e0061", "x<U+E0061>"),
        ("x\U000e0101", "x<U+E0101>"),
        ("❤\ufe0f", "❤<U+FE0F>"),
        ("\u2800", "<U+2800>"),
        ("e\u0301", "e\u0301"),
        ("z\u0300\u0301\u0302", "z\u0300\u0301<U+0302>"),
        (b"ok \xff\xc3\xbc", "ok \\xffü"),
        (None, ""),
        (7, "7"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_what_could_mislead_is_shown_for_what_it_is(given, shown):
    assert clean(given) == shown


def test_no_character_at_all_gets_through_that_is_control_format_or_blank():
    forbidden = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
    for code in (*range(0x20000), *range(0xE0000, 0xE0200), 0x10FFFF):
        for character in clean(f"a{chr(code)}")[1:]:
            assert character == " " or unicodedata.category(character) not in forbidden, hex(code)


@pytest.mark.parametrize("mark", ["\u0301", "\u20dd", "\u0903"])
def test_marks_do_not_pile_up(mark):
    assert clean("a" + mark * 4) == f"a{mark}{mark}" + f"<U+{ord(mark):04X}>" * 2


@pytest.mark.parametrize("text", SAMPLES)
def test_clean_text_stays_as_it_is(text):
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("unit", ["x", "\x1b", "日", "\U000e0041"])
@pytest.mark.parametrize("limit", [1, 10, LINE_LIMIT])
def test_the_limit_holds_for_what_is_shown(unit, limit):
    shown = clean(unit * 5_000, limit)
    assert len(shown) <= limit
    assert shown.endswith("…")
    assert clean("x" * limit, limit) == "x" * limit


def test_lines_are_split_at_line_feeds_alone():
    assert clean_lines("a\r\nb\tc\n\nd\u2028e\x0b") == ("a", "b    c", "", "d<U+2028>e<VT>")
    assert clean_lines(b"\xff\n") == ("\\xff", "")
    assert clean_lines("") == ("",)
    assert clean_lines("x" * 9_000)[0].endswith("…")


def test_a_document_is_cleaned_to_its_leaves():
    given = {"a\x1b": ["\x07", {"b": b"\xff"}, ("\u202e", 1, None, True, 1.5)], "s": {"\x00"}}
    assert clean_document(given) == {
        "a<ESC>": ["<BEL>", {"b": "\\xff"}, ["<U+202E>", 1, None, True, 1.5]],
        "s": ["<NUL>"],
    }


WIDE = ["plain text", "日本語テキスト", "a日b本", "e\u0301e\u0301e\u0301", "👍👍👍", ""]


@pytest.mark.parametrize("text", WIDE)
@pytest.mark.parametrize("width", range(12))
def test_clipped_text_fits_and_says_that_it_was_cut(text, width):
    shown = clip(text, width)
    assert cell_len(shown) <= width
    if cell_len(text) <= width:
        assert shown == text
    elif width:
        assert shown.endswith("…")


@pytest.mark.parametrize("text", WIDE)
@pytest.mark.parametrize("width", range(12))
def test_fitted_text_is_exactly_as_wide(text, width):
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, right=True)) == width


def test_numbers_align_right():
    assert (fit("7", 3), fit("7", 3, right=True)) == ("7  ", "  7")
