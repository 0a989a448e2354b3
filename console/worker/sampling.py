"""Owns which held messages are on the table and how they are grouped; keeps no bodies. Must not know how they came.

Any thread may use it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace

from console.sqs.groups import Group, Groups
from console.sqs.message import Message
from console.sqs.signature import Key


class Sampling:
    """The messages on the table, by signature or by the operator's key."""

    def __init__(self, by: Key | None = None) -> None:
        self.by = by
        self._groups = Groups(by)
        self._lying: dict[str, tuple[str, float | None, int]] = {}
        """Message id → (signature id, sent at, receives)."""
        self._complete = True
        self._changing = threading.Lock()

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._lying

    def add(self, messages: Iterable[Message]) -> None:
        """Put messages on the table."""
        for message in messages:
            with self._changing:
                signature = self._groups.add(message)
                self._lying[message.id] = signature.id, message.sent_at, message.receives

    def remove(self, ids: Iterable[str]) -> None:
        """Take messages away."""
        with self._changing:
            for message_id in ids:
                if self._lying.pop(message_id, None):
                    self._complete = False

    def group_of(self, message_id: str) -> str:
        """Return the id of a message's signature; empty where it is not on the table."""
        return self._lying.get(message_id, ("", None, 0))[0]

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all messages, in the order in which they came."""
        with self._changing:
            return tuple(self._lying)

    def groups(self) -> tuple[Group, ...]:
        """Return the groups, the largest first."""
        with self._changing:
            found = self._groups.groups()
            if self._complete:
                return found
            left = [self._left_of(group) for group in found]
        return tuple(
            sorted(
                (group for group in left if group.count),
                key=lambda one: (-one.count, one.signature.title, one.signature.id),
            )
        )

    def _left_of(self, group: Group) -> Group:
        """Return ``group`` as it is without what was taken away."""
        ids = tuple(id_ for id_ in group.ids if id_ in self._lying)
        lying = [self._lying[id_] for id_ in ids]
        sent = [at for _, at, _ in lying if at is not None]
        receives = [count for _, _, count in lying]
        return replace(
            group,
            ids=ids,
            count=len(ids),
            first_sent=min(sent, default=None),
            last_sent=max(sent, default=None),
            receives_min=min(receives, default=0),
            receives_max=max(receives, default=0),
            share=len(ids) / max(len(self._lying), 1),
        )
