"""Owns how a planned call reads as an AWS CLI command; must not know who copies it."""

from __future__ import annotations

import json
import re
import shlex

from console.actions.plan import Plan, PlannedCall
from console.scope.model import Scope
from console.text.clean import clean

_CLI_NAMES = {"s3": "s3api"}


def calls_text(plan: Plan) -> str:
    """Return the plan's calls as AWS CLI commands, one per line, quoted for a POSIX shell and clean."""
    return "\n".join(command(call, plan.scope) for call in plan.calls)


def command(call: PlannedCall, scope: Scope) -> str:
    """Return one call as an AWS CLI command."""
    words = ["aws", _CLI_NAMES.get(call.service, call.service), _dashed(call.operation)]
    if all(_is_plain(value) for value in call.parameters.values()):
        for name, value in call.parameters.items():
            words += _option(name, value)
    else:
        words += ["--cli-input-json", json.dumps(call.parameters, default=str)]
    words += ["--region", scope.region]
    if scope.profile:
        words.append(f"--profile={scope.profile}")
    return " ".join(shlex.quote(clean(word, 100_000)) for word in words)


def _is_plain(value: object) -> bool:
    """Whether the CLI takes the value from an option as it stands.

    It reads ``file://…`` as a file's contents and a leading ``-`` as another option.
    """
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(part, str) and _is_plain(part) for part in value)
    if isinstance(value, str):
        return bool(value) and not value.startswith(("-", "file://", "fileb://", "{", "["))
    return isinstance(value, bool | int | float)


def _option(name: str, value: object) -> list[str]:
    option = f"--{_dashed(name)}"
    if isinstance(value, bool):
        return [option if value else f"--no-{_dashed(name)}"]
    if isinstance(value, list | tuple):
        return [option, *map(str, value)]
    return [option, str(value)]


def _dashed(name: str) -> str:
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1-\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1-\2", name).lower()
