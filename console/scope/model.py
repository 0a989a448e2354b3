"""Owns the answer to "who am I, and where"; must not know how a call is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

GLOBAL_REGION = "us-east-1"
"""Where services without regions (IAM) are called and priced."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who STS says is calling."""

    account: str
    arn: str
    alias: str = ""
    expires_at: datetime | None = None
    """When the credentials end; None for keys that do not."""

    @property
    def role(self) -> str:
        """The role or user name, as an operator would say it."""
        parts = self.arn.rsplit(":", 1)[-1].split("/")
        return parts[1] if len(parts) > 1 else parts[0]


@dataclass(frozen=True, slots=True)
class Scope:
    """One profile in one region. Everything fetched or cached is keyed by it."""

    region: str
    profile: str = ""
    account: str = ""
    partition: str = "aws"

    def arn(self, service: str, resource: str, *, regional: bool = True, owned: bool = True) -> str:
        """Return the ARN of ``resource`` in this scope."""
        region = self.region if regional else ""
        account = self.account if owned else ""
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"
