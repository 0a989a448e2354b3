"""HTTP and AWS's protocols as a server speaks them; knows no service."""

from __future__ import annotations
