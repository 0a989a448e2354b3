"""XML text as a strict reader sees it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from console.demo.wire.xml import Element, document


@pytest.mark.parametrize("text", ["", "a & b < c > \"d\" 'e'", "]]>", "\r\n\t x ", "\x9b\u202e\u0301\U0001f469", "[/]"])
def test_text_comes_back(text: str) -> None:
    root = Element("A", attributes={"name": text})
    root.add("B", text)
    found = ElementTree.fromstring(document(root))  # noqa: S314  # our own text
    assert found.findtext("B") == text
    if text.isprintable():
        assert found.get("name") == text


def test_a_control_character_is_not_well_formed() -> None:
    root = Element("A", "\x1b[2J")
    assert b"&#x1b;" in document(root)
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(document(root))  # noqa: S314  # our own text
