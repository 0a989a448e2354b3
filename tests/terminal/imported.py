"""Owns cloudtop that ends at its first picture and writes what it had imported by then. Runs alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from console.__main__ import main


def _write_and_leave(*_: Any) -> None:
    Path(os.environ["IMPORTED"]).write_text("\n".join(sorted(sys.modules)), encoding="utf-8")
    os._exit(0)


if __name__ == "__main__":
    import console.command.open as opening
    from console.ui import loading

    load = loading.import_asyncio_without_tls

    def patched() -> None:
        load()
        from console.ui.app import CloudtopApp

        CloudtopApp._load = _write_and_leave  # type: ignore[method-assign,assignment]

    os.sched_getaffinity = lambda _pid: {0, 1}  # as where the worker has a process of its own
    opening.import_asyncio_without_tls = patched  # type: ignore[attr-defined]
    sys.exit(main())
