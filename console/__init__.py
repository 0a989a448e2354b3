"""cloudtop: a terminal console for AWS operators. Owns the version, nothing else."""

from __future__ import annotations

__version__ = "0.1.0"
