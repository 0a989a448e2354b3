"""What the operator sees and presses. The only package that knows Textual."""

from __future__ import annotations
