"""The list, and what opens over it: dialogs, documents, charts."""

from __future__ import annotations
