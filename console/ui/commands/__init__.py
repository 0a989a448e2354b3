"""Every command once: what it is called, which key it has, what it does."""

from __future__ import annotations
