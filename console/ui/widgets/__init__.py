"""What is painted: lines, rows, charts, documents."""

from __future__ import annotations
