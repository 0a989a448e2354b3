"""Owns the reading of policy documents in plain words; must not know where they came from.

What it does not understand it says so; nothing is left out in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

Statement = Mapping[str, Any]


def document_of(raw: Any) -> dict[str, Any]:
    """Return a policy document as a mapping: botocore parses most, IAM sends others URL-encoded.

    Raises ``ValueError`` when it is neither.
    """
    if isinstance(raw, Mapping):
        return dict(raw)
    parsed = json.loads(unquote(str(raw)))
    if not isinstance(parsed, dict):
        raise ValueError("the policy is not a JSON object")
    return parsed


def statements(document: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of a policy document, one or several."""
    found = document.get("Statement") or []
    return [found] if isinstance(found, Mapping) else [part for part in found if isinstance(part, Mapping)]


def listed(value: Any) -> list[str]:
    """Return a policy element that may be one text or several as a list."""
    if value is None:
        return []
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]


def trust_texts(raw: Any, account: str) -> list[str]:
    """Return who may assume a role, one text per principal: ``service ec2``, ``anyone``, ``account 1234…``."""
    try:
        document = document_of(raw)
    except ValueError:
        return ["not readable"]
    texts = [text for part in statements(document) for text in _statement(part, account)]
    return list(dict.fromkeys(texts)) or ["nobody"]


def _statement(statement: Statement, account: str) -> list[str]:
    denied = "not " if statement.get("Effect") == "Deny" else ""
    if "NotPrincipal" in statement:
        return [f"{denied}everyone except {', '.join(_principals(statement['NotPrincipal'], account))}"]
    suffix = _conditions(statement.get("Condition") or {})
    return [f"{denied}{text}{suffix}" for text in _principals(statement.get("Principal"), account)]


def _principals(principal: Any, account: str) -> list[str]:
    if principal == "*":
        return ["anyone"]
    if not isinstance(principal, Mapping):
        return ["a principal that is not analysed"]
    return [_principal(kind, value, account) for kind, values in principal.items() for value in listed(values)]


def _principal(kind: str, value: str, account: str) -> str:
    if value == "*":
        return "anyone"
    if kind == "Service":
        return f"service {value.removesuffix('.amazonaws.com')}"
    if kind == "Federated":
        return f"federated {_provider(value)}"
    if kind == "AWS":
        return _aws_principal(value, account)
    return f"{kind} {value}"


def _provider(arn: str) -> str:
    return arn.rsplit("/", 1)[-1] if ":saml-provider/" in arn else arn.split("oidc-provider/", 1)[-1]


def _aws_principal(value: str, account: str) -> str:
    owner = value.split(":")[4] if value.startswith("arn:") and value.count(":") >= 5 else value
    where = "this account" if owner == account else f"account {owner}"
    if value.isdigit() or value.endswith(":root"):
        return where
    if not value.startswith("arn:"):
        return f"deleted principal {value}"
    return f"{value.rsplit(':', 1)[-1]} in {where}"


def _conditions(condition: Mapping[str, Any]) -> str:
    texts = []
    for operator, tests in condition.items():
        for key, values in tests.items():
            shown = (
                "an external id" if key.lower() == "sts:externalid" else f"{key} {operator} {'|'.join(listed(values))}"
            )
            texts.append(shown)
    return f" with {', '.join(texts)}" if texts else ""


def trust_risks(raw: Any, account: str) -> list[str]:
    """Return the risk flags of a trust policy."""
    try:
        parts = statements(document_of(raw))
    except ValueError:
        return ["trust not readable"]
    allowed = [part for part in parts if part.get("Effect") == "Allow"]
    return list(dict.fromkeys(flag for part in allowed for flag in _trust_flags(part, account)))


def _trust_flags(statement: Statement, account: str) -> list[str]:
    condition = statement.get("Condition") or {}
    texts = _principals(statement.get("Principal"), account)
    flags = []
    if "NotPrincipal" in statement:
        flags.append("NotPrincipal")
    if "anyone" in texts:
        flags.append("anyone, by conditions" if condition else "anyone can assume it")
    outside = [text for text in texts if "account " in text and "this account" not in text]
    if outside and not _asks_external_id(condition):
        flags.append("other account, no external id")
    if any(text.startswith("federated token.actions") for text in texts) and _open_subject(condition):
        flags.append("any repository's workflow")
    return flags


def _asks_external_id(condition: Mapping[str, Any]) -> bool:
    """Whether a certain external id is needed; ``…IfExists``, a negation or ``*`` ask for none."""
    return any(
        operator in ("StringEquals", "StringEqualsIgnoreCase", "StringLike")
        and key.lower() == "sts:externalid"
        and "*" not in listed(values)
        for operator, tests in condition.items()
        for key, values in tests.items()
    )


def _open_subject(condition: Mapping[str, Any]) -> bool:
    subjects = [
        value
        for tests in condition.values()
        for key, values in tests.items()
        if key.lower().endswith(":sub")
        for value in listed(values)
    ]
    return not subjects or any(value in ("*", "repo:*") or value.startswith("repo:*") for value in subjects)


def policy_risks(raw: Any) -> list[str]:
    """Return the risk flags of one permissions policy."""
    try:
        parts = statements(document_of(raw))
    except ValueError:
        return ["policy not readable"]
    return list(dict.fromkeys(flag for part in parts for flag in _permission_flags(part)))


def _permission_flags(statement: Statement) -> list[str]:
    if statement.get("Effect") != "Allow":
        return []
    actions = [action.lower() for action in listed(statement.get("Action"))]
    everywhere = "*" in listed(statement.get("Resource"))
    flags = []
    flags += [f"{part}: not analysed" for part in ("NotAction", "NotResource") if part in statement]
    if any(action in ("*", "*:*") for action in actions) and everywhere:
        flags.append("full administrator")
    elif everywhere and any(action in ("iam:*", "iam:passrole") for action in actions):
        flags.append("can pass any role" if "iam:passrole" in actions else "all of IAM")
    services = sorted({action.split(":")[0] for action in actions if action.endswith(":*")} - {"iam", "*"})
    if everywhere and services:
        flags.append(f"all of {', '.join(services)}")
    return flags
