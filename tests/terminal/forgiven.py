"""Owns cloudtop at an AWS whose patience comes back in a minute and a half, which is told each second. Runs alone."""

from __future__ import annotations

import sys

from console.__main__ import main
from console.aws import limits
from console.worker import office

if __name__ == "__main__":
    limits.RECOVERY = 90.0
    office.FALLS = 1.0
    sys.exit(main())
