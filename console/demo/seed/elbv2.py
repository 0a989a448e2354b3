"""Owns the shop's target groups; must not know requests."""

from __future__ import annotations

from dataclasses import dataclass

from console.demo.account import ACCOUNT_ID, REGION, Account
from console.demo.seed import ec2, story
from console.demo.services.elbv2 import TargetGroup, TargetGroups

_PREFIX = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT_ID}"


@dataclass(frozen=True, slots=True)
class Plan:
    """One target group with the load balancer before it and the machines in it."""

    name: str
    suffix: str
    protocol: str
    port: int
    path: str
    load_balancer: str
    machines: tuple[str, ...]

    @property
    def arn(self) -> str:
        """The target group's ARN."""
        return f"{_PREFIX}:targetgroup/{self.name}/{self.suffix}"

    def group(self) -> TargetGroup:
        """Return a new target group."""
        targets = [story.instance_id(name) for name in self.machines]
        return TargetGroup(self.arn, self.name, self.protocol, self.port, self.path, self.load_balancer, targets)


WEB = Plan(
    story.WEB_TARGET_GROUP, "6d0ecf831eec9f09", "HTTPS", 8443, "/healthz",
    f"{_PREFIX}:loadbalancer/app/{story.LOAD_BALANCER}/50dc6c495c0c9188", story.WEB,
)  # fmt: skip
ORDERS = Plan(
    "orders-internal", "1f8b3c7d5e9a2046", "HTTP", 8080, "/health",
    f"{_PREFIX}:loadbalancer/app/internal-eu1/7b1e9d3f5a8c2460", story.WORKERS,
)  # fmt: skip


def seed(account: Account) -> None:
    """Fill the account's target groups and the fleet that is in them, unless that was done."""
    ec2.seed(account)
    groups = account.state(TargetGroups).by_arn
    if not groups:
        groups.update({plan.arn: plan.group() for plan in (WEB, ORDERS)})
