"""Owns scripted answers of AWS's services, good and bad; must not know who asks."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.support.faulty import Answer

ACCOUNT = "123456789012"
_EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"
_XML = {"Content-Type": "text/xml"}


def identity(account: str = ACCOUNT) -> Answer:
    """STS says who is calling."""
    return _xml(
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>arn:aws:iam::{account}:user/ana</Arn><UserId>AIDA</UserId><Account>{account}</Account>"
        "</GetCallerIdentityResult><ResponseMetadata><RequestId>r-sts</RequestId></ResponseMetadata>"
        "</GetCallerIdentityResponse>"
    )


def refusal(code: str, message: str = "told to", status: int = 403) -> Answer:
    """A query service says no."""
    return _xml(
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>r-no</RequestId></ErrorResponse>",
        status,
    )


def ec2_refusal(code: str, message: str = "told to", status: int = 403) -> Answer:
    """EC2 says no."""
    return _xml(
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        "<RequestID>r-ec2</RequestID></Response>",
        status,
    )


def json_refusal(code: str, message: str = "told to", status: int = 400) -> Answer:
    """A JSON service says no."""
    body = json.dumps({"__type": f"com.amazonaws.sqs#{code}", "message": message}).encode()
    return Answer(status, body, {"Content-Type": "application/x-amz-json-1.0", "x-amzn-requestid": "r-json"})


def instances(ids: Sequence[str], token: str = "", state: str = "running") -> Answer:
    """A page of EC2 instances; ``token`` says that there are more."""
    items = "".join(
        f"<item><instanceId>{id_}</instanceId><instanceState><code>16</code><name>{state}</name></instanceState></item>"
        for id_ in ids
    )
    more = f"<nextToken>{token}</nextToken>" if token else ""
    return _xml(
        f'<DescribeInstancesResponse xmlns="{_EC2}"><requestId>r-page</requestId><reservationSet><item><instancesSet>'
        f"{items}</instancesSet></item></reservationSet>{more}</DescribeInstancesResponse>"
    )


def regions(names: Sequence[str]) -> Answer:
    """EC2 says which regions the account may use."""
    items = "".join(f"<item><regionName>{name}</regionName></item>" for name in names)
    return _xml(f'<DescribeRegionsResponse xmlns="{_EC2}"><regionInfo>{items}</regionInfo></DescribeRegionsResponse>')


def stopping(ids: Sequence[str]) -> Answer:
    """EC2 says which instances it stops."""
    items = "".join(
        f"<item><instanceId>{id_}</instanceId><currentState><code>64</code><name>stopping</name></currentState></item>"
        for id_ in ids
    )
    return _xml(
        f'<StopInstancesResponse xmlns="{_EC2}"><requestId>r-stop</requestId><instancesSet>{items}</instancesSet>'
        "</StopInstancesResponse>"
    )


def cut(answer: Answer) -> Answer:
    """The same answer, ending in its middle under the length of the whole."""
    from tests.support.faulty import Ending

    return Answer(answer.status, answer.body, answer.headers, Ending.CLOSED, cut=len(answer.body) // 2)


def _xml(body: str, status: int = 200) -> Answer:
    return Answer(status, body.encode(), _XML)
