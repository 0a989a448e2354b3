"""Owns the shop's roles, with what a review of them should find; must not know requests."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Account
from console.demo.seed import hostile, policies, story
from console.demo.seed.policies import AWS_MANAGED, CUSTOMER_MANAGED, OWN, allow, deny, document
from console.demo.services.iam import Directory, Document, Policy, Profile, Role

_DAY = 24 * 60.0
_AUDITOR, _PARTNER, _LOGGING = "222233334444", "555566667777", "888899990000"
_PROFILES = (story.WEB_ROLE, story.WORKER_ROLE, "bastion", "batch")
_LAMBDA_LOGS = "service-role/AWSLambdaBasicExecutionRole"
_LAMBDA_QUEUES = "service-role/AWSLambdaSQSQueueExecutionRole"


@dataclass(frozen=True, slots=True)
class _Plan:
    """One role. ``used`` is how many minutes ago it was last used, 0 for never; ``age`` is in days."""

    name: str
    trust: Document
    used: float
    age: int
    attached: Sequence[str] = ()
    inline: Mapping[str, Document] = field(default_factory=dict)
    description: str = ""
    boundary: str = ""
    path: str = "/"
    session: int = 3600
    tags: Mapping[str, str] = field(default_factory=dict)
    region: str = REGION


def seed(account: Account) -> None:
    """Fill the account's roles, policies and instance profiles."""
    directory = account.state(Directory)
    for plan in _plans():
        directory.roles[plan.name] = _role(account, plan)
    _add_policies(account, directory)
    for name in _PROFILES:
        role = directory.roles[name]
        directory.profiles[name] = Profile(name, _identity("AIPA", name), role.created_at, role)
    if account.hostile:
        _add_hostile(account, directory)


def _identity(prefix: str, name: str) -> str:
    """Return an id as IAM makes them: letters and digits."""
    return prefix + base64.b32encode(Random(f"{prefix}{name}").randbytes(11)).decode().rstrip("=")[:17]


def _role(account: Account, plan: _Plan) -> Role:
    used_at = account.started - timedelta(minutes=plan.used)
    created_at = account.started - timedelta(days=plan.age, hours=plan.age % 24)
    return Role(
        plan.name,
        _identity("AROA", plan.name),
        created_at.replace(microsecond=0),
        plan.trust,
        plan.path,
        plan.description,
        plan.session,
        [policies.arn(name) for name in plan.attached],
        plan.inline,
        policies.arn(plan.boundary) if plan.boundary else "",
        plan.tags,
        used_at.replace(microsecond=0) if plan.used else None,
        plan.region,
    )


def _add_policies(account: Account, directory: Directory) -> None:
    texts: dict[str, Sequence[Document]] = {name: (text,) for name, text in AWS_MANAGED.items()}
    for name, versions in (texts | CUSTOMER_MANAGED).items():
        created_at = (account.started - timedelta(days=900 + len(name))).replace(microsecond=0)
        arn = policies.arn(name)
        directory.policies[arn] = Policy(arn, _identity("ANPA", name), created_at, versions)


def _plans() -> Iterator[_Plan]:
    yield from _machines()
    yield from _functions()
    yield from _people()
    yield from _others()
    yield from _forgotten()
    yield from _linked()


def _machines() -> Iterator[_Plan]:
    tags = {"team": "platform", "managed-by": "terraform"}
    core = ("AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy")
    assets = document(allow("s3:GetObject", "arn:aws:s3:::northwind-assets/*"), allow("s3:ListAllMyBuckets"))
    yield _Plan(
        story.WEB_ROLE, policies.service("ec2"), 2, 1204, (*core, "orders-queues"), {"read-assets": assets},
        "Web tier", tags=tags | {"service": "web"},
    )  # fmt: skip
    archive = document(
        allow("s3:PutObject", "arn:aws:s3:::northwind-orders-archive/orders/*"),
        allow("kms:GenerateDataKey kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/*"),
    )
    yield _Plan(
        story.WORKER_ROLE, policies.service("ec2", "ecs-tasks"), 1, 812, (*core, "orders-queues"),
        {"archive-orders": archive, "write-metrics": document(allow("cloudwatch:PutMetricData"))},
        "Takes orders off the queue", tags=tags | {"service": "worker"},
    )  # fmt: skip
    yield _Plan("bastion", policies.service("ec2"), 190, 1391, core[:1], {}, "Jump host", tags=tags)
    yield _Plan("batch", policies.service("ec2"), 3 * _DAY, 340, core, {}, "Batch fleet", tags=tags)
    lock = document(allow("sqs:GetQueueAttributes sqs:PurgeQueue", f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:cart-expiry"))
    yield _Plan("cart-expiry-pod", policies.pod("shop", "cart-expiry"), 4, 188, (), {"cart-queue": lock}, tags=tags)


def _functions() -> Iterator[_Plan]:
    trust = policies.service("lambda")
    charge = document(
        allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:pay*")
    )
    yield _Plan("payments-authorizer", trust, 1, 640, (_LAMBDA_QUEUES,), {"gateway-keys": charge}, path="/lambda/")
    render = document(allow("s3:PutObject", "arn:aws:s3:::northwind-invoices/*"))
    yield _Plan("invoice-renderer", trust, 6, 512, (_LAMBDA_QUEUES,), {"write-invoices": render}, path="/lambda/")
    pictures = document(allow("s3:*", "arn:aws:s3:::northwind-assets/img/*"))
    yield _Plan("thumbnailer", trust, 3, 401, (_LAMBDA_LOGS,), {"pictures": pictures}, path="/lambda/")
    yield _Plan("webhook-sender", trust, 1, 233, (_LAMBDA_QUEUES,), {}, path="/lambda/")
    reports = document(
        allow("athena:* glue:Get*"), allow("s3:GetObject s3:ListBucket", "arn:aws:s3:::northwind-data-lake/*")
    )
    yield _Plan("report-nightly", trust, 7 * 60, 98, (_LAMBDA_LOGS,), {"query-the-lake": reports}, path="/lambda/")


def _people() -> Iterator[_Plan]:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "900"}}
    yield _Plan(
        "break-glass-admin", policies.account(ACCOUNT_ID, condition=mfa), 97 * _DAY, 1391, ("AdministratorAccess",), {},
        "For emergencies. Each use wakes the security team", tags={"owner": "security"}, region="us-east-1",
    )  # fmt: skip
    purge = document(
        allow("ec2:StartInstances ec2:StopInstances ec2:RebootInstances autoscaling:*", Sid="Machines"),
        allow("sqs:PurgeQueue sqs:ReceiveMessage sqs:SendMessage sqs:DeleteMessage", Sid="Queues"),
    )
    yield _Plan(
        "OnCallEngineer", policies.sign_on(), 1, 900, ("ReadOnlyAccess",), {"on-call": purge},
        "Who holds the pager", session=43_200,
    )  # fmt: skip
    yield _Plan(
        "developer", policies.sign_on(), 55, 900, ("AdministratorAccess",), {}, "Everything but IAM",
        boundary="developer-boundary", session=28_800,
    )  # fmt: skip
    limits = document(
        deny("s3:GetObject", "arn:aws:s3:::northwind-orders-archive/*", Sid="NoPersonalData"),
        deny("*", "*", Sid="OnlyFromTheOffice", Condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}),
    )
    yield _Plan("contractor", policies.sign_on(), 5 * _DAY, 61, ("ReadOnlyAccess",), {"limits": limits})
    power = document({"Effect": "Allow", "NotAction": ["iam:*", "organizations:*"], "Resource": "*"})
    yield _Plan("power-user", policies.account(ACCOUNT_ID), 12 * _DAY, 700, (), {"power": power})


def _others() -> Iterator[_Plan]:
    main = policies.workflow("repo:northwind/shop:ref:refs/heads/main")
    released = story.RELEASE_AGE.total_seconds() / 60 + 1
    yield _Plan(
        story.DEPLOY_ROLE, main, released, 730, ("northwind-deploy",), {}, "Releases, from the main branch only",
        boundary="deploy-boundary", tags={"team": "platform"},
    )  # fmt: skip
    yield _Plan("deploy-preview", policies.workflow("repo:*"), 2 * _DAY, 122, ("northwind-deploy",))
    passing = document(allow("ec2:* rds:* s3:*"), allow("iam:PassRole iam:CreateRole iam:AttachRolePolicy"))
    yield _Plan(
        "terraform", policies.account(ACCOUNT_ID, f"role/{story.DEPLOY_ROLE}"), released + 3, 1391, (),
        {"infrastructure": passing}, session=7200,
    )  # fmt: skip
    external = {"StringEquals": {"sts:ExternalId": "nw-7f3e51"}}
    yield _Plan("auditor", policies.account(_AUDITOR, condition=external), 20 * _DAY, 377, ("SecurityAudit",))
    yield _Plan(
        "partner-analytics", policies.account(_PARTNER), 3 * _DAY, 244, ("data-lake-read",), {},
        "Northwind Insights Ltd", region="eu-central-1",
    )  # fmt: skip
    organisation = {"StringEquals": {"aws:PrincipalOrgID": "o-4a7k2m9x1c"}}
    write = document(
        allow("logs:PutLogEvents logs:CreateLogStream", f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:central*")
    )
    yield _Plan("org-logging", policies.anyone(organisation), 9, 520, (), {"write-logs": write})


def _forgotten() -> Iterator[_Plan]:
    everything = document(allow("*:*", Sid="Temporary"))
    yield _Plan(
        "legacy-cron", policies.service("ec2"), 31 * _DAY, 2210, (), {"temporary": everything},
        "TODO: tighten after the move",
    )  # fmt: skip
    yield _Plan("disaster-recovery", policies.account(ACCOUNT_ID), 0, 610, ("AdministratorAccess",), {}, "Never used")
    old = document(allow("s3:GetObject s3:ListBucket", "arn:aws:s3:::northwind-data-lake*"))
    yield _Plan("catalogue-importer", policies.service("ecs-tasks"), 400 * _DAY, 1500, (), {"import": old})
    yield _Plan("ex-partner-sync", policies.deleted("AROA4NWQEXAMPLEGONE42"), 260 * _DAY, 800, ("data-lake-read",))


def _linked() -> Iterator[_Plan]:
    linked: tuple[tuple[str, str, float], ...] = (
        ("AutoScaling", "autoscaling", 11),
        ("ElasticLoadBalancing", "elasticloadbalancing", 16),
        ("RDS", "rds", 3 * 60),
    )
    attached = {
        "AutoScaling": ("aws-service-role/AutoScalingServiceRolePolicy",),
        "ElasticLoadBalancing": ("aws-service-role/AWSElasticLoadBalancingServiceRolePolicy",),
    }
    for name, host, used in linked:
        yield _Plan(
            f"AWSServiceRoleFor{name}", policies.service(host), used, 1391, attached.get(name, ()),
            path=f"/aws-service-role/{host}.amazonaws.com/",
        )  # fmt: skip


def _add_hostile(account: Account, directory: Directory) -> None:
    """Add roles whose descriptions, tags, principals and policies attack; documents travel URL-encoded."""
    for number, text in enumerate(hostile.RAW):
        shown = hostile.XML[number % len(hostile.XML)]
        plan = _Plan(
            f"hostile-{number:02d}", policies.deleted(text), 3, number + 1, (),
            {f"policy-{number}": document(allow("s3:GetObject", text, Sid=text))}, shown[:1000],
            tags={shown[:128]: shown[:256]},
        )  # fmt: skip
        role = directory.roles[plan.name] = _role(account, plan)
        role.trust = _broken(number, role.trust)
    longest = _Plan("x" * 64, policies.account("111122223333"), 1, 1, path="/" + "deep/" * 100)
    directory.roles[longest.name] = _role(account, longest)


def _broken(number: int, trust: Document) -> Document:
    """Return a trust policy in a shape that IAM stores too: one statement without a list, and stranger ones."""
    statement: dict[str, Any] = trust["Statement"][0]
    shapes: tuple[Document, ...] = (
        trust,
        {"Version": "2008-10-17", "Statement": statement},
        {"Statement": [statement | {"Principal": {"AWS": [statement["Principal"]["AWS"]] * 60}}]},
        {"Statement": [statement | {"NotPrincipal": {"AWS": f"{OWN}:root"}}]},
        {"Statement": []},
    )
    return shapes[number % len(shapes)]
