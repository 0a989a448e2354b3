"""EC2: instances with their disks, groups and addresses; states change within seconds. Nothing can be launched."""

from __future__ import annotations

from console.demo.account import Operations
from console.demo.services.ec2 import changing, reading

OPERATIONS: Operations = {**reading.OPERATIONS, **changing.OPERATIONS}
