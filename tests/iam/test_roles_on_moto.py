"""Roles, against a back end of other people's making."""

from __future__ import annotations

import json

from console.iam import roles
from tests.support.reader import real_reader, seeder


async def test_a_role_with_its_policies(moto):
    iam = seeder(moto, "iam")
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
    admin = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.create_role(RoleName="wide", AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName="wide", PolicyName="all of it", PolicyDocument=json.dumps(admin))
    arn = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(admin))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="wide", PolicyArn=arn)
    iam.create_instance_profile(InstanceProfileName="profile")
    iam.add_role_to_instance_profile(InstanceProfileName="profile", RoleName="wide")
    async with real_reader(moto) as reader:
        (listed,) = [role async for batch in roles.fetch_roles(reader, "") for role in batch]
        document = await roles.describe(reader, "wide", "")
        used = dict([found async for found in roles.read_last_used(reader, ["wide", "gone"])])
    assert roles.trust(listed) == ["anyone"]
    assert roles.risks(listed) == ["anyone can assume it"]
    assert roles.all_risks(document) == (
        "anyone can assume it", "managed: full administrator", "all of it: full administrator",
    )  # fmt: skip
    assert roles.profile_names(document) == ("profile",)
    assert used["wide"]["last_used"] is None
    assert used["gone"].code == "NoSuchEntity"
