"""Owns the way from a picture to the terminal: few bytes, none while nothing happens. Must not know what is shown."""

from __future__ import annotations
