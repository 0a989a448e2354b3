"""Owns the shop's target groups; must not know requests."""

from __future__ import annotations

from console.demo.account import ACCOUNT_ID, REGION, Account
from console.demo.seed import ec2, story
from console.demo.services.elbv2 import TargetGroup, TargetGroups

_BALANCERS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT_ID}:loadbalancer/app"
WEB = TargetGroup(
    story.WEB_TARGET_GROUP, "6d0ecf831eec9f09", "HTTPS", 8443, "/healthz",
    f"{_BALANCERS}/{story.LOAD_BALANCER}/50dc6c495c0c9188", [story.instance_id(name) for name in story.WEB],
)  # fmt: skip
ORDERS = TargetGroup(
    "orders-internal", "1f8b3c7d5e9a2046", "HTTP", 8080, "/health",
    f"{_BALANCERS}/internal-eu1/7b1e9d3f5a8c2460", [story.instance_id(name) for name in story.WORKERS],
)  # fmt: skip


def seed(account: Account) -> None:
    """Fill the account's target groups, and the fleet that is in them."""
    ec2.seed(account)
    account.state(TargetGroups).by_arn.update({group.arn: group for group in (WEB, ORDERS)})
