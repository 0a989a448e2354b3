"""Owns STS: who the caller is. There is one caller; nothing can be assumed."""

from __future__ import annotations

from typing import Any

from console.demo.account import ACCOUNT_ID, USER_ARN, Call, Operations


def _get_caller_identity(_call: Call) -> dict[str, Any]:
    return {"Account": ACCOUNT_ID, "Arn": USER_ARN, "UserId": f"AROADEMO000000ONCALL:{USER_ARN.rpartition('/')[2]}"}


OPERATIONS: Operations = {"GetCallerIdentity": _get_caller_identity}
