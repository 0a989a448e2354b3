"""Owns IAM's roles, policies and instance profiles, to be read; must not know what they allow."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from console.demo.account import ACCOUNT_ID, ALIAS, Call, Operations
from console.demo.wire.messages import ServiceError

Document = Mapping[str, Any]
_PAGE, _MOST = 100, 1000


@dataclass(slots=True)
class Role:
    """One role. ``attached`` and ``boundary`` are policies' ARNs, ``inline`` is policies' texts by name."""

    name: str
    id: str
    created_at: datetime
    trust: Document
    path: str = "/"
    description: str = ""
    longest_session: int = 3600
    attached: Sequence[str] = ()
    inline: Mapping[str, Document] = field(default_factory=dict)
    boundary: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    used_at: datetime | None = None
    used_in: str = "eu-west-1"

    @property
    def arn(self) -> str:
        """The role's ARN."""
        return f"arn:aws:iam::{ACCOUNT_ID}:role{self.path}{self.name}"


@dataclass(slots=True)
class Policy:
    """One managed policy. The last of ``versions`` is the one in force; AWS numbers them from v1."""

    arn: str
    id: str
    created_at: datetime
    versions: Sequence[Document]
    description: str = ""

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.arn.rpartition("/")[2]


@dataclass(slots=True)
class Profile:
    """One instance profile with its role."""

    name: str
    id: str
    created_at: datetime
    role: Role


@dataclass(slots=True)
class Directory:
    """Everything of IAM in the account."""

    roles: dict[str, Role] = field(default_factory=dict)
    policies: dict[str, Policy] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    aliases: list[str] = field(default_factory=lambda: [ALIAS])

    def role(self, name: str) -> Role:
        """Return a role by its name, whatever the case. Raises ``ServiceError``."""
        found = next((role for key, role in self.roles.items() if key.lower() == name.lower()), None)
        if found is None:
            raise _missing(f"The role with name {name} cannot be found.")
        return found

    def policy(self, arn: str) -> Policy:
        """Return a policy by its ARN. Raises ``ServiceError``."""
        if not arn.startswith("arn:"):
            raise ServiceError("ValidationError", f"Value '{arn}' at 'policyArn' is not an ARN.")
        if arn not in self.policies:
            raise _missing(f"Policy {arn} was not found.")
        return self.policies[arn]


def encoded(document: Document) -> str:
    """Return a policy's text as IAM sends it."""
    return quote(json.dumps(document), safe="")


def _missing(text: str) -> ServiceError:
    return ServiceError("NoSuchEntity", text, 404, shape="NoSuchEntityException")


def _page(call: Call, member: str, rows: Sequence[Any]) -> dict[str, Any]:
    most = call.parameters.get("MaxItems", _PAGE)
    if not 1 <= most <= _MOST:
        text = f"Value '{most}' at 'maxItems' failed to satisfy constraint: Member must be between 1 and {_MOST}"
        raise ServiceError("ValidationError", f"1 validation error detected: {text}")
    try:
        start = int(base64.b64decode(call.parameters.get("Marker") or "MA==", validate=True))
    except ValueError as error:
        raise ServiceError("ValidationError", "Invalid Marker.") from error
    answer: dict[str, Any] = {member: rows[start : start + most], "IsTruncated": start + most < len(rows)}
    if answer["IsTruncated"]:
        answer["Marker"] = base64.b64encode(str(start + most).encode()).decode()
    return answer


def _listed(role: Role) -> dict[str, Any]:
    """Return a role as lists show it: without its last use, boundary and tags."""
    return {
        "Path": role.path,
        "RoleName": role.name,
        "RoleId": role.id,
        "Arn": role.arn,
        "CreateDate": role.created_at,
        "AssumeRolePolicyDocument": encoded(role.trust),
        "Description": role.description or None,
        "MaxSessionDuration": role.longest_session,
    }


def _whole(role: Role) -> dict[str, Any]:
    answer = _listed(role)
    answer["RoleLastUsed"] = {"LastUsedDate": role.used_at, "Region": role.used_in} if role.used_at else {}
    if role.boundary:
        boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": role.boundary}
        answer["PermissionsBoundary"] = boundary
    if role.tags:
        answer["Tags"] = [{"Key": key, "Value": value} for key, value in role.tags.items()]
    return answer


def _list_roles(call: Call) -> dict[str, Any]:
    prefix = call.parameters.get("PathPrefix", "/")
    roles = call.account.state(Directory).roles
    found = [roles[name] for name in sorted(roles, key=str.lower) if roles[name].path.startswith(prefix)]
    return _page(call, "Roles", [_listed(role) for role in found])


def _get_role(call: Call) -> dict[str, Any]:
    return {"Role": _whole(_role(call))}


def _role(call: Call) -> Role:
    return call.account.state(Directory).role(call.parameters["RoleName"])


def _list_role_policies(call: Call) -> dict[str, Any]:
    return _page(call, "PolicyNames", sorted(_role(call).inline))


def _get_role_policy(call: Call) -> dict[str, Any]:
    role, name = _role(call), call.parameters["PolicyName"]
    if name not in role.inline:
        raise _missing(f"The role policy with name {name} cannot be found.")
    return {"RoleName": role.name, "PolicyName": name, "PolicyDocument": encoded(role.inline[name])}


def _list_attached(call: Call) -> dict[str, Any]:
    policies = call.account.state(Directory).policies
    rows = [{"PolicyName": policies[arn].name, "PolicyArn": arn} for arn in _role(call).attached]
    return _page(call, "AttachedPolicies", rows)


def _get_policy(call: Call) -> dict[str, Any]:
    directory = call.account.state(Directory)
    policy = directory.policy(call.parameters["PolicyArn"])
    roles = directory.roles.values()
    answer = {
        "PolicyName": policy.name,
        "PolicyId": policy.id,
        "Arn": policy.arn,
        "Path": "/" + policy.arn.partition(":policy/")[2].rpartition("/")[0].lstrip("/"),
        "DefaultVersionId": f"v{len(policy.versions)}",
        "AttachmentCount": sum(policy.arn in role.attached for role in roles),
        "PermissionsBoundaryUsageCount": sum(policy.arn == role.boundary for role in roles),
        "IsAttachable": True,
        "Description": policy.description or None,
        "CreateDate": policy.created_at,
        "UpdateDate": policy.created_at,
    }
    return {"Policy": answer}


def _get_policy_version(call: Call) -> dict[str, Any]:
    policy = call.account.state(Directory).policy(call.parameters["PolicyArn"])
    wanted = call.parameters["VersionId"]
    numbered = {f"v{number}": document for number, document in enumerate(policy.versions, 1)}
    if wanted not in numbered:
        raise _missing(f"Policy {policy.arn} version {wanted} does not exist or is not attachable.")
    version = {
        "Document": encoded(numbered[wanted]),
        "VersionId": wanted,
        "IsDefaultVersion": wanted == f"v{len(policy.versions)}",
        "CreateDate": policy.created_at,
    }
    return {"PolicyVersion": version}


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "Path": "/",
        "InstanceProfileName": profile.name,
        "InstanceProfileId": profile.id,
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:instance-profile/{profile.name}",
        "CreateDate": profile.created_at,
        "Roles": [_listed(profile.role)],
    }


def _list_profiles_for_role(call: Call) -> dict[str, Any]:
    role = _role(call)
    profiles = call.account.state(Directory).profiles.values()
    return _page(call, "InstanceProfiles", [_profile(profile) for profile in profiles if profile.role is role])


def _get_instance_profile(call: Call) -> dict[str, Any]:
    name = call.parameters["InstanceProfileName"]
    profile = call.account.state(Directory).profiles.get(name)
    if profile is None:
        raise _missing(f"Instance Profile {name} cannot be found.")
    return {"InstanceProfile": _profile(profile)}


def _list_account_aliases(call: Call) -> dict[str, Any]:
    return _page(call, "AccountAliases", call.account.state(Directory).aliases)


OPERATIONS: Operations = {
    "ListRoles": _list_roles,
    "GetRole": _get_role,
    "ListRolePolicies": _list_role_policies,
    "GetRolePolicy": _get_role_policy,
    "ListAttachedRolePolicies": _list_attached,
    "GetPolicy": _get_policy,
    "GetPolicyVersion": _get_policy_version,
    "ListInstanceProfilesForRole": _list_profiles_for_role,
    "GetInstanceProfile": _get_instance_profile,
    "ListAccountAliases": _list_account_aliases,
}
