"""What the account holds when it starts: a web shop in the middle of an incident."""

from __future__ import annotations
