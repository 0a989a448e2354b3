"""Owns reading roles, their policies and their last use; must not know the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from console.iam.trust import document_of, policy_risks, trust_risks, trust_texts
from console.resources.model import Item, Missing, Reader, Tone, Value, Values
from console.resources.parts import attempt, collect, gather
from console.text.faults import AwsError, Fault

NOT_INCLUDED = "service and resource control policies, session policies, resource policies"
"""What else decides over a role and is not read here."""

_GRAVE = ("anyone can assume it", "full administrator")


async def fetch_roles(reader: Reader, _parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the roles page by page."""
    async for page in reader.pages("iam", "ListRoles", {"MaxItems": 1000}):
        yield list(page.get("Roles") or ())


def account_of(role: Item) -> str:
    """Return the account of a role's ARN."""
    arn = str(role.get("Arn") or "")
    return arn.split(":")[4] if arn.count(":") >= 5 else ""


def trust(role: Item) -> list[str]:
    """Return who may assume the role."""
    return trust_texts(role.get("AssumeRolePolicyDocument"), account_of(role))


def risks(role: Item) -> list[str]:
    """Return the risk flags that the role's trust policy alone gives."""
    return trust_risks(role.get("AssumeRolePolicyDocument"), account_of(role))


async def read_last_used(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield when and where each role was last used; ``ListRoles`` does not say."""
    for reading in asyncio.as_completed([_last_used(reader, name) for name in ids]):
        yield await reading


async def _last_used(reader: Reader, name: str) -> tuple[str, Values | Fault]:
    try:
        answer = await reader.call("iam", "GetRole", {"RoleName": name})
    except AwsError as error:
        return name, error.fault
    used = answer["Role"].get("RoleLastUsed") or {}
    return name, {"last_used": used.get("LastUsedDate"), "last_used_region": used.get("Region")}


async def describe(reader: Reader, name: str, _parent: str) -> dict[str, Any]:
    """Return a role's document with every policy's text. Raises ``AwsError`` when the role cannot be read."""
    wanted = {"RoleName": name}
    role = dict((await reader.call("iam", "GetRole", wanted))["Role"])
    role["AssumeRolePolicyDocument"] = _readable(role.get("AssumeRolePolicyDocument"))
    parts = await gather(
        {
            "attached_policies": _attached(reader, wanted),
            "inline_policies": _inline(reader, wanted),
            "instance_profiles": collect(reader, "iam", "ListInstanceProfilesForRole", wanted, "InstanceProfiles"),
        }
    )
    return {"role": role, **parts}


async def _attached(reader: Reader, wanted: dict[str, Any]) -> list[Any]:
    policies = await collect(reader, "iam", "ListAttachedRolePolicies", wanted, "AttachedPolicies")
    documents = await asyncio.gather(*(attempt(_managed(reader, policy["PolicyArn"])) for policy in policies))
    return [
        _policy(policy["PolicyName"], text, policy["PolicyArn"])
        for policy, text in zip(policies, documents, strict=True)
    ]


async def _managed(reader: Reader, arn: str) -> Any:
    policy = await reader.call("iam", "GetPolicy", {"PolicyArn": arn})
    version = {"PolicyArn": arn, "VersionId": policy["Policy"]["DefaultVersionId"]}
    return (await reader.call("iam", "GetPolicyVersion", version))["PolicyVersion"]["Document"]


async def _inline(reader: Reader, wanted: dict[str, Any]) -> list[Any]:
    names = await collect(reader, "iam", "ListRolePolicies", wanted, "PolicyNames")
    readings = (attempt(reader.call("iam", "GetRolePolicy", {**wanted, "PolicyName": name})) for name in names)
    answers = await asyncio.gather(*readings)
    documents = (answer if isinstance(answer, Fault) else answer["PolicyDocument"] for answer in answers)
    return [_policy(name, text) for name, text in zip(names, documents, strict=True)]


def _policy(name: str, text: Any, arn: str = "") -> dict[str, Any]:
    policy: dict[str, Any] = {"name": name, **({"arn": arn} if arn else {})}
    if isinstance(text, Fault):
        return {**policy, "unreadable": text.sentence()}
    return {**policy, "document": _readable(text)}


def _readable(raw: Any) -> Any:
    try:
        return document_of(raw)
    except ValueError:
        return raw


def policy_names(part: str) -> Any:
    """Return the getter of the names of a document's ``part`` of policies."""

    def get(document: Item) -> Value:
        found = document.get(part)
        if isinstance(found, Fault):
            return Missing.UNKNOWN
        return tuple(_named(policy) for policy in found or ())

    return get


def _named(policy: Item) -> str:
    denies = any(part.get("Effect") == "Deny" for part in _statements(policy))
    suffix = " (not readable)" if "unreadable" in policy else " (denies)" if denies else ""
    return f"{policy['name']}{suffix}"


def _statements(policy: Item) -> list[Item]:
    document = policy.get("document")
    found = document.get("Statement") if isinstance(document, dict) else None
    return [found] if isinstance(found, dict) else list(found or ())


def all_risks(document: Item) -> Value:
    """Return every risk flag of a role's document: of its trust and of the policies that could be read."""
    flags = risks(document["role"])
    for part in ("attached_policies", "inline_policies"):
        policies = document.get(part)
        if isinstance(policies, Fault):
            flags.append(f"{part.replace('_', ' ')} not readable")
            continue
        for policy in policies or ():
            found = ["not readable"] if "unreadable" in policy else policy_risks(policy["document"])
            flags += [f"{policy['name']}: {flag}" for flag in found]
    return tuple(flags)


def profile_names(document: Item) -> Value:
    """Return the names of the instance profiles that carry the role."""
    found = document.get("instance_profiles")
    if isinstance(found, Fault):
        return Missing.UNKNOWN
    return tuple(profile["InstanceProfileName"] for profile in found or ())


def problem(values: Values) -> Tone:
    """Return how bad a role's row is."""
    flags = values.get("risks")
    if not isinstance(flags, tuple) or not flags:
        return Tone.NONE
    return Tone.BAD if any(flag in _GRAVE for flag in flags) else Tone.WARN
