"""Owns the texts of the shop's policies: who may assume a role and what a policy allows; knows no role."""

from __future__ import annotations

from typing import Any

from console.demo.account import ACCOUNT_ID, REGION

Document = dict[str, Any]

OWN = f"arn:aws:iam::{ACCOUNT_ID}"
GITHUB = f"{OWN}:oidc-provider/token.actions.githubusercontent.com"
CLUSTER = f"oidc.eks.{REGION}.amazonaws.com/id/7C1D90E42AB35F68"
_GITHUB_NAME = "token.actions.githubusercontent.com"


def document(*statements: Document) -> Document:
    """Return a policy of these statements."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: str, resources: str | list[str] = "*", **more: Any) -> Document:
    """Return a statement that allows ``actions``, which are separated by blanks."""
    listed = actions.split()
    return {"Effect": "Allow", "Action": listed[0] if len(listed) == 1 else listed, "Resource": resources, **more}


def deny(actions: str, resources: str | list[str] = "*", **more: Any) -> Document:
    """Return a statement that denies ``actions``."""
    return allow(actions, resources, **more) | {"Effect": "Deny"}


def service(*names: str) -> Document:
    """Return the trust in AWS services."""
    hosts = [f"{name}.amazonaws.com" for name in names]
    return _trust({"Service": hosts[0] if len(hosts) == 1 else hosts})


def account(owner: str, principal: str = "root", condition: Document | None = None) -> Document:
    """Return the trust in an account, or in one of its principals."""
    return _trust({"AWS": f"arn:aws:iam::{owner}:{principal}"}, condition)


def anyone(condition: Document) -> Document:
    """Return the trust in everybody who meets the condition."""
    return _trust({"AWS": "*"}, condition)


def deleted(identity: str) -> Document:
    """Return the trust in a principal that is gone: AWS shows its id."""
    return _trust({"AWS": identity})


def workflow(subject: str) -> Document:
    """Return the trust in workflows on GitHub."""
    return _federated(
        GITHUB,
        {
            "StringEquals": {f"{_GITHUB_NAME}:aud": "sts.amazonaws.com"},
            "StringLike": {f"{_GITHUB_NAME}:sub": subject},
        },
    )


def pod(namespace: str, name: str) -> Document:
    """Return the trust in a service account of the cluster."""
    subject = {f"{CLUSTER}:sub": f"system:serviceaccount:{namespace}:{name}"}
    return _federated(f"{OWN}:oidc-provider/{CLUSTER}", {"StringEquals": subject})


def sign_on() -> Document:
    """Return the trust in people who signed in through the company's directory."""
    provider = f"{OWN}:saml-provider/northwind-directory"
    condition = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithSAML"}
    return document(statement | {"Condition": condition})


def _federated(provider: str, condition: Document) -> Document:
    statement = {"Effect": "Allow", "Principal": {"Federated": provider}, "Action": "sts:AssumeRoleWithWebIdentity"}
    return document(statement | {"Condition": condition})


def _trust(principal: Document, condition: Document | None = None) -> Document:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document(statement | ({"Condition": condition} if condition else {}))


def arn(name: str) -> str:
    """Return the ARN of the shop's own policy, or of AWS's when the name is one of ``AWS_MANAGED``."""
    return f"arn:aws:iam::aws:policy/{name}" if name in AWS_MANAGED else f"{OWN}:policy/{name}"


AWS_MANAGED: dict[str, Document] = {
    "AdministratorAccess": document(allow("*")),
    "ReadOnlyAccess": document(allow("ec2:Describe* s3:Get* s3:List* sqs:Get* sqs:List* cloudwatch:Get* iam:Get*")),
    "SecurityAudit": document(allow("iam:Get* iam:List* cloudtrail:LookupEvents config:Describe*")),
    "AmazonSSMManagedInstanceCore": document(
        allow("ssm:UpdateInstanceInformation ssmmessages:CreateDataChannel ssmmessages:OpenDataChannel")
    ),
    "CloudWatchAgentServerPolicy": document(
        allow("cloudwatch:PutMetricData ec2:DescribeVolumes ec2:DescribeTags logs:PutLogEvents logs:CreateLogStream")
    ),
    "service-role/AWSLambdaBasicExecutionRole": document(
        allow("logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents")
    ),
    "service-role/AWSLambdaSQSQueueExecutionRole": document(
        allow("sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes logs:CreateLogStream logs:PutLogEvents")
    ),
    "aws-service-role/AutoScalingServiceRolePolicy": document(
        allow("ec2:RunInstances ec2:TerminateInstances elasticloadbalancing:RegisterTargets sns:Publish")
    ),
    "aws-service-role/AWSElasticLoadBalancingServiceRolePolicy": document(
        allow("ec2:DescribeInstances ec2:CreateNetworkInterface ec2:DeleteNetworkInterface")
    ),
}
"""Some of AWS's policies, shortened."""

_BUCKET = "arn:aws:s3:::northwind"
_SHOP_QUEUES = f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:orders*"

CUSTOMER_MANAGED: dict[str, tuple[Document, ...]] = {
    "northwind-deploy": (
        document(allow("ecs:* autoscaling:*")),
        document(
            allow("autoscaling:StartInstanceRefresh autoscaling:UpdateAutoScalingGroup"),
            allow("s3:PutObject s3:GetObject", f"{_BUCKET}-assets/releases/*", Sid="Releases"),
            allow("iam:PassRole", [f"{OWN}:role/web-tier", f"{OWN}:role/orders-worker"], Sid="PassTierRoles"),
        ),
    ),
    "deploy-boundary": (
        document(
            allow("autoscaling:* ec2:* s3:* ssm:Get* iam:PassRole cloudwatch:* elasticloadbalancing:*"),
            deny("iam:Create* iam:Attach* iam:Put* organizations:*", Sid="NoNewPermissions"),
        ),
    ),
    "developer-boundary": (document(allow("*"), deny("iam:* organizations:* account:*", Sid="NoIam")),),
    "orders-queues": (
        document(allow("sqs:SendMessage", _SHOP_QUEUES)),
        document(allow("sqs:SendMessage sqs:ReceiveMessage sqs:DeleteMessage sqs:GetQueueAttributes", _SHOP_QUEUES)),
    ),
    "data-lake-read": (
        document(
            allow("s3:GetObject", f"{_BUCKET}-data-lake/curated/*"),
            allow("s3:ListBucket", f"{_BUCKET}-data-lake", Condition={"StringLike": {"s3:prefix": "curated/*"}}),
        ),
    ),
}
"""The shop's policies; each later text replaced the one before."""
