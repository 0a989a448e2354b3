"""The demo account: AWS's answers on loopback, from a child process, without network or credentials."""

from __future__ import annotations
