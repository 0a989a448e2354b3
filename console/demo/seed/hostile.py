"""Owns texts that attack a terminal or its reader, for ``--hostile``; must not know services.

``RAW`` holds control characters, which JSON carries; ``XML`` is what XML 1.0 can carry.
"""

from __future__ import annotations

XML = (
    "[@click=app.quit]click me[/]",
    "[/]",
    "[bold red]URGENT[/bold red] [link=https://example.invalid]here[/link]",
    "c1 \x9b31mred\x9b0m \x9d0;title\x9c",
    "bidi \u202egpj.exe\u202c \u2066isolated\u2069",
    "zero\u200bwidth\u2060joiner\ufeff tag\U000e0041\U000e0042 blank\u3164",
    "Zalgo " + "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308" * 12,
    "wide \u5bff\u53f8\u4e00\u4e8c\u4e09 \U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f1e9\U0001f1ea",
    "line\nbreak\ttab\u2028separator\u2029paragraph\x85next",
    "very long " + "x" * 4000,
)
RAW = (
    "\x1b]52;c;ZWNobyBvd25lZA==\x07 clipboard",
    "\x1b]0;owned title\x07",
    "\x1b[2J\x1b[H clear screen",
    "\x1b[?1049l\x1b[?1000h leave and catch the mouse",
    "\x1bP+q544e\x1b\\ device control",
    "bell\x07 backspace\x08\x08\x08 delete\x7f return\roverwritten",
    *XML,
)
