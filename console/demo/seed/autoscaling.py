"""Owns the shop's Auto Scaling groups; must not know requests.

In the web tier replacing is suspended: the operators keep the failing machine to look at, and so it stays as it is.
"""

from __future__ import annotations

from datetime import timedelta

from console.demo.account import Account
from console.demo.seed import ec2, elbv2, story
from console.demo.services.autoscaling.groups import REPLACE, Group, Groups
from console.demo.services.autoscaling.replacing import Replacing
from console.demo.services.ec2.fleet import Fleet
from console.demo.services.elbv2 import TargetGroups


def seed(account: Account) -> None:
    """Fill the account's Auto Scaling groups, and the fleet that is in them."""
    ec2.seed(account)
    elbv2.seed(account)
    now = account.started
    since = now - timedelta(days=812)
    suspended = f"User suspended at {now - story.INCIDENT_AGE + timedelta(minutes=9):%Y-%m-%dT%H:%M:%SZ}"
    web = Group(
        story.WEB_GROUP, 6, 24, len(story.WEB) - 1, since, [story.instance_id(name) for name in story.WEB],
        {"environment": "production", "service": "web"}, "0a1f6c3d9e82b5470", "ELB", (elbv2.WEB.arn,),
        {story.instance_id(story.STOPPED)}, {REPLACE: suspended},
    )  # fmt: skip
    workers = Group(
        story.WORKER_GROUP, 2, 8, len(story.WORKERS), since, [story.instance_id(name) for name in story.WORKERS],
        {"environment": "production", "service": "worker"}, "0b92e7d4c1f35a680", "EC2", (elbv2.ORDERS.arn,),
    )  # fmt: skip
    account.state(Groups).by_name.update({group.name: group for group in (web, workers)})
    fleet, targets = account.state(Fleet), account.state(TargetGroups)
    fleet.works += [Replacing(group, fleet, targets.register).advance for group in (web, workers)]
