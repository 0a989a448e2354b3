"""Owns who a queue's policy lets send and receive; must not know IAM policies of callers, nor the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from console.text.clean import clean
from console.text.faults import Fault, FaultKind
from console.text.format import plural

_SEND, _RECEIVE = "sqs:sendmessage", "sqs:receivemessage"
_LIMITING = frozenset({
    "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner",
    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid",
    "aws:sourcevpc", "aws:sourcevpce", "aws:sourceip", "aws:vpcsourceip",
})  # fmt: skip
"""Condition keys that say who or from where, so that "anyone" is no longer anyone."""
_POSITIVE = ("stringequals", "stringlike", "arnequals", "arnlike", "ipaddress")
_ACCOUNT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
ANYONE = "anyone"
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Access:
    """What the queue's own policy allows, beside what IAM allows within its account. Every string is clean."""

    senders: tuple[str, ...] = ()
    receivers: tuple[str, ...] = ()
    denials: int = 0
    """Statements that deny something."""

    @property
    def public(self) -> bool:
        """Whether anyone at all may send or receive."""
        return ANYONE in self.senders or ANYONE in self.receivers

    def sentence(self) -> str:
        """Return it in one line: ``send: sns.amazonaws.com; receive: only by IAM in its own account``."""
        parts = [f"{verb}: {_names(who)}" for verb, who in (("send", self.senders), ("receive", self.receivers))]
        if self.denials:
            parts.append(f"{plural(self.denials, 'statement')} denying something")
        return "; ".join(parts)


def _names(who: Sequence[str]) -> str:
    if not who:
        return "only by IAM in its own account"
    more = f" and {len(who) - _SHOWN} more" if len(who) > _SHOWN else ""
    return ", ".join(who[:_SHOWN]) + more


def read_access(policy: str | None) -> Access | Fault:
    """Return what a queue's ``Policy`` attribute allows; a fault for one that is not understood."""
    if not policy:
        return Access()
    try:
        document = json.loads(policy)
        statements = [dict(each) for each in _listed(document.get("Statement"))]
        return Access(
            tuple(dict.fromkeys(who for each in statements for who in _allowed(each, _SEND))),
            tuple(dict.fromkeys(who for each in statements for who in _allowed(each, _RECEIVE))),
            sum(each.get("Effect") == "Deny" for each in statements),
        )
    except (AttributeError, RecursionError, TypeError, ValueError):
        return Fault(FaultKind.MALFORMED, "The queue's policy", "it is no policy as AWS documents it")


def _allowed(statement: Mapping[str, Any], action: str) -> Iterator[str]:
    """Yield whom a statement allows ``action``."""
    if statement.get("Effect") != "Allow" or not _covers(statement, action):
        return
    limit = _limit(statement.get("Condition") or {})
    for who in _principals(statement):
        yield f"{who} {limit}" if who == ANYONE and limit else who


def _covers(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _matches(statement["NotAction"], action)
    return _matches(statement.get("Action"), action)


def _matches(patterns: Any, action: str) -> bool:
    return any(fnmatchcase(action, str(pattern).lower().replace("[", "[[]")) for pattern in _listed(patterns))


def _principals(statement: Mapping[str, Any]) -> Iterator[str]:
    if "NotPrincipal" in statement:
        yield ANYONE
        return
    principal = statement.get("Principal")
    groups = principal.values() if isinstance(principal, Mapping) else [principal]
    for group in groups:
        for who in _listed(group):
            yield ANYONE if who == "*" else _short(str(who))


def _short(who: str) -> str:
    """Return ``account 123456789012`` for an account's root, else the principal as it is."""
    account = _ACCOUNT.fullmatch(who)
    return f"account {account[1]}" if account else clean(who, 200)


def _limit(conditions: Mapping[str, Any]) -> str:
    """Return what limits "anyone", as ``with aws:SourceArn arn:…``; empty when nothing does."""
    for operator, tests in conditions.items():
        base = operator.rpartition(":")[2].lower()
        if base not in _POSITIVE:
            continue
        for key, wanted in dict(tests).items():
            values = [str(value) for value in _listed(wanted)]
            if key.lower() in _LIMITING and values and not any(_is_all(value) for value in values):
                return clean(f"with {key} {', '.join(values)}", 200)
    return ""


def _is_all(value: str) -> bool:
    return not value.strip("*") or value in ("0.0.0.0/0", "::/0") or value.startswith("arn:*")


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
