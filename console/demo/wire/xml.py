"""Owns building XML text; must not know shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_SPECIAL = re.compile(r'[&<>"\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escape(text: str) -> str:
    """Return ``text`` as XML character data.

    A control character becomes a reference, as S3 writes it: the reader then finds that XML 1.0 forbids it.
    """
    return _SPECIAL.sub(lambda found: _NAMED.get(found[0]) or f"&#x{ord(found[0]):x};", text)


@dataclass(slots=True)
class Element:
    """One element: text or children."""

    name: str
    text: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)

    def child(self, name: str) -> Element:
        """Add a child and return it."""
        element = Element(name)
        self.children.append(element)
        return element

    def add(self, name: str, text: str) -> None:
        """Add a child that holds ``text``."""
        self.children.append(Element(name, text))

    def write(self, out: list[str]) -> None:
        """Append this element's text to ``out``."""
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        out.append(f"<{self.name}{attributes}>{escape(self.text) if self.text else ''}")
        for element in self.children:
            element.write(out)
        out.append(f"</{self.name}>")


def document(root: Element) -> bytes:
    """Return the document of ``root``."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    root.write(out)
    return "".join(out).encode("utf-8", "surrogatepass")
