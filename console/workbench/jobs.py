"""Owns finding the jobs that were done from here, and what of one is still to do. Must not know AWS, nor who asks."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path

from console.text.clean import clean
from console.workbench.journal import Account, Entry, Kind, Standing, read_journal
from console.workbench.sending import group_of
from console.workbench.spool import KeptSpool


@dataclass(frozen=True, slots=True)
class Jobs:
    """Every job of a folder, the newest first, and the journals that cannot be read: (file's name, why), clean."""

    accounts: tuple[Account, ...]
    unreadable: tuple[tuple[str, str], ...] = ()

    def find(self, text: str) -> Account:
        """Return the job of an id, or of the start of one. Raises ``LookupError`` in plain words."""
        found = [account for account in self.accounts if text and account.order.id.startswith(text)]
        exact = [account for account in found if account.order.id == text]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            raise LookupError(f"{len(found)} jobs start with {clean(text, 80)}")
        raise LookupError(f"there is no job {clean(text, 80) or 'without an id'}")

    def since(self, account: Account) -> dict[str, tuple[str, Entry]]:
        """Return id → (job, entry) for messages of ``account`` that a later job has gone on with."""
        restores = account.order.kind is Kind.RESTORE
        return self._later(account, {Kind.RESTORE} if restores else {Kind.RESEND, Kind.DELETE})

    def remaining(self, account: Account) -> tuple[str, ...]:
        """Return the messages of ``account`` that neither it nor a later job has touched, and that overtake none."""
        waiting = self.waiting(account)
        return tuple(id_ for id_ in self._untouched(account) if id_ not in waiting)

    def waiting(self, account: Account) -> tuple[str, ...]:
        """Return the untouched messages that are to wait: in a FIFO queue they would overtake one of their group.

        Whether that one was sent is in doubt, and no later job has sent or deleted it. Where the groups are not known,
        as the messages' copies cannot be read, all wait.
        """
        since = self.since(account)
        entries = [since[id_][1] if id_ in since else entry for id_, entry in account.entries.items()]
        doubtful = [entry.id for entry in entries if entry.standing is Standing.IN_DOUBT and not entry.new_id]
        if not doubtful or not account.order.to.endswith(".fifo"):
            return ()
        untouched = self._untouched(account)
        try:
            spool = KeptSpool(Path(account.order.spool))
            stuck = {group_of(spool.get(id_)) for id_ in doubtful}
            return tuple(id_ for id_ in untouched if group_of(spool.get(id_)) in stuck)
        except (OSError, ValueError, KeyError, TypeError):
            return untouched

    def _untouched(self, account: Account) -> tuple[str, ...]:
        since = self.since(account)
        return tuple(entry.id for entry in account.those(Standing.UNTOUCHED) if entry.id not in since)

    def restorable(self, account: Account) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return (the deleted messages of ``account`` to send again, id → why another one cannot be)."""
        restored = self._later(account, {Kind.RESTORE})
        left_out: dict[str, str] = {}
        for entry in account.entries.values():
            if entry.standing is Standing.IN_DOUBT:
                left_out[entry.id] = "whether it was deleted is in doubt: it may be in the queue still"
            elif entry.standing is not Standing.DONE:
                left_out[entry.id] = "it was not deleted"
            elif entry.id in restored:
                job, later = restored[entry.id]
                left_out[entry.id] = f"job {clean(job)} has sent it again: {later.standing.value}"
        return tuple(id_ for id_ in account.entries if id_ not in left_out), left_out

    def _later(self, account: Account, kinds: Set[Kind]) -> dict[str, tuple[str, Entry]]:
        """Return id → (job, entry) for messages that jobs of these kinds, begun after ``account``, did not leave."""
        found: dict[str, tuple[str, Entry]] = {}
        for other in reversed(self.accounts):
            order = other.order
            if order.kind not in kinds or (order.began, order.id) <= (account.order.began, account.order.id):
                continue
            for id_, entry in other.entries.items():
                if id_ in account.entries and entry.standing is not Standing.UNTOUCHED:
                    found[id_] = order.id, entry
        return found


def jobs_in(folder: Path) -> Jobs:
    """Return the jobs whose journals are kept in ``folder``, the queues' own. None where there is no such folder."""
    accounts: list[Account] = []
    unreadable: list[tuple[str, str]] = []
    for path in sorted((folder / "jobs").glob("*.jsonl")):
        try:
            accounts.append(read_journal(path))
        except (OSError, ValueError, KeyError, TypeError) as error:
            unreadable.append((clean(path.name), clean(f"{type(error).__name__}: {error}", 300)))
    newest = sorted(accounts, key=lambda account: (account.order.began, account.order.id), reverse=True)
    return Jobs(tuple(newest), tuple(unreadable))
