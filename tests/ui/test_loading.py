"""What is left out when the libraries are loaded: nothing that anything of theirs would miss."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import textual

from console.ui.loading import PALETTE, PALETTE_NAMES

TEXTUAL = Path(textual.__file__).parent


def said(program: str) -> str:
    """Return what a Python of its own prints."""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def taken(path: Path) -> set[str]:
    """Return what a module takes from the palette when it is imported."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module == PALETTE:
            names |= {alias.name for alias in node.names}
    return names


def test_the_names_left_out_are_those_that_textual_takes() -> None:
    asking = {path.name: taken(path) for path in TEXTUAL.rglob("*.py") if taken(path)}
    assert set(asking) == {"app.py", "theme.py", "system_commands.py"}
    assert set().union(*asking.values()) == set(PALETTE_NAMES)


def test_textual_works_without_and_the_palette_is_there_for_who_asks_later() -> None:
    program = (
        "from console.ui.loading import import_textual_without_palette as load; load(); load()\n"
        "import sys; print('textual.command' in sys.modules, 'textual.widgets._option_list' in sys.modules)\n"
        "from textual.command import CommandPalette; print(CommandPalette.__mro__[1].__name__)\n"
    )
    assert said(program).split() == ["False", "False", "SystemModalScreen"]


def test_what_is_loaded_already_stays() -> None:
    program = (
        "import textual.app, asyncio, ssl\n"
        "from console.ui.loading import *\n"
        "import console.ui.loading as loading; loading.import_textual_without_palette()\n"
        "loading.import_asyncio_without_tls()\n"
        "import sys; print(sys.modules['ssl'] is ssl, textual.app.CommandPalette.__module__)\n"
    )
    assert said(program) == "True textual.command"


def test_asyncio_works_without_tls_and_tls_is_there_for_who_asks_later() -> None:
    program = (
        "from console.ui.loading import import_asyncio_without_tls as load; load()\n"
        "import sys; print('ssl' in sys.modules)\n"
        "import asyncio\n"
        "async def main():\n"
        "    server = await asyncio.start_server(lambda r, w: (w.write(b'hello'), w.close()), '127.0.0.1', 0)\n"
        "    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())\n"
        "    print((await reader.read()).decode()); writer.close(); server.close()\n"
        "asyncio.run(main())\n"
        "import ssl; print(bool(ssl.create_default_context()))\n"
    )
    assert said(program).split() == ["False", "hello", "True"]
