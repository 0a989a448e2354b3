"""Owns who sits at the keyboard, as far as this host knows; must not know what they do."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from console.text.clean import clean


@dataclass(frozen=True, slots=True)
class Operator:
    """Who sits at the keyboard, as far as this host knows."""

    user: str
    host: str
    ssh_client: str = ""
    """The address the SSH connection comes from; empty at the console."""

    def sentence(self) -> str:
        """Return it as the plan shows it: ``ana@bastion-a from 10.9.0.4``."""
        origin = f" from {self.ssh_client}" if self.ssh_client else ""
        return f"{self.user}@{self.host}{origin}"


def this_operator(environment: Mapping[str, str] = os.environ) -> Operator:
    """Return who runs this process, from the password database and ``SSH_CONNECTION``; clean."""
    try:
        import pwd

        user = pwd.getpwuid(os.geteuid()).pw_name
    except (KeyError, ImportError):
        user = str(os.geteuid())
    origin = environment.get("SSH_CONNECTION", "").split()[:1]
    return Operator(clean(user, 64), clean(socket.gethostname(), 253), clean("".join(origin), 64))
