"""Owns the answer to "who am I, and where"; must not know how a call is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who STS says is calling."""

    account: str
    arn: str
    alias: str | None = ""
    """The account's alias, empty where it has none, None where it could not be read."""
    expires_at: datetime | None = None
    """When the credentials end; None for keys that do not."""

    @property
    def principal(self) -> str:
        """The ARN without the name of a role's session, which may be another one each time the role is assumed."""
        return self.arn.rpartition("/")[0] if ":assumed-role/" in self.arn else self.arn

    @property
    def role(self) -> str:
        """The role or user name, as an operator would say it."""
        kind, *parts = self.arn.rsplit(":", 1)[-1].split("/")
        if not parts:
            return kind
        return parts[0] if kind == "assumed-role" else parts[-1]


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
