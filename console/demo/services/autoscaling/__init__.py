"""Auto Scaling: groups and their members; a member that left ``running`` is replaced. Nothing is scaled."""

from __future__ import annotations

from console.demo.account import Operations
from console.demo.services.autoscaling import reading

OPERATIONS: Operations = reading.OPERATIONS
