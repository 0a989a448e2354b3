"""Who is calling, and where."""

from __future__ import annotations

import pytest

from console.scope.model import Identity, Scope


@pytest.mark.parametrize(
    ("arn", "role"),
    [
        ("arn:aws:sts::123456789012:assumed-role/Admin/ana@example.com", "Admin"),
        ("arn:aws:iam::123456789012:user/ana", "ana"),
        ("arn:aws:iam::123456789012:user/team/west/ana", "ana"),
        ("arn:aws:iam::123456789012:root", "root"),
        ("arn:aws:sts::123456789012:federated-user/bob", "bob"),
        ("", ""),
    ],
)
def test_the_role_is_what_an_operator_calls_it(arn: str, role: str) -> None:
    assert Identity("123456789012", arn).role == role


def test_an_arn_says_where_unless_the_service_does_not() -> None:
    scope = Scope("cn-north-1", account="123456789012", partition="aws-cn")
    assert scope.arn("ec2", "instance/i-1") == "arn:aws-cn:ec2:cn-north-1:123456789012:instance/i-1"
    assert scope.arn("iam", "role/r", regional=False) == "arn:aws-cn:iam::123456789012:role/r"
    assert scope.arn("s3", "b/k", regional=False, owned=False) == "arn:aws-cn:s3:::b/k"


def test_scopes_are_the_same_where_they_mean_the_same() -> None:
    assert {Scope("eu-west-1", "a"), Scope("eu-west-1", "a"), Scope("eu-west-1", "b")} == {
        Scope("eu-west-1", "a"),
        Scope("eu-west-1", "b"),
    }
