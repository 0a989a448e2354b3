"""SQS: queues, messages, leases, dead letters, FIFO groups and message move tasks. Policies are kept, not enforced."""

from __future__ import annotations

from console.demo.account import Operations
from console.demo.services.sqs import administration, exchange, moves

OPERATIONS: Operations = {**administration.OPERATIONS, **exchange.OPERATIONS, **moves.OPERATIONS}
