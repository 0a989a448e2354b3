"""CloudWatch: alarms with their history, metrics that are calculated when asked for, and metrics that were put."""

from __future__ import annotations

from console.demo.account import Operations
from console.demo.services.cloudwatch import alarms, data, history, metrics

OPERATIONS: Operations = {**alarms.OPERATIONS, **history.OPERATIONS, **metrics.OPERATIONS, **data.OPERATIONS}
