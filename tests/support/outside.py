"""Owns the environment the tests were started in, for programs that need the machine's own settings, such as pip.

Must not know which. It is imported before any test hides what is in it.
"""

from __future__ import annotations

import os

ENVIRONMENT = dict(os.environ)
