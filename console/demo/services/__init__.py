"""One module per service: what each operation answers. A module is imported when it is first asked for."""

from __future__ import annotations
