"""Owns how a job reads: in one line, message by message, as JSON, as an exit code. Must not know where it was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit
from console.text.clean import clean
from console.text.format import iso

if TYPE_CHECKING:
    from console.workbench.journal import Account, Entry

_WORDS = {
    "done": "done",
    "copied": "sent, but still here too",
    "in doubt": "in doubt",
    "untouched": "not touched",
}
"""By standing."""


def counted(account: Account) -> str:
    """Return how many messages stand how: ``40 done, 2 in doubt``."""
    counts = account.counts()
    told = [f"{counts[standing]:,} {_WORDS[standing.value]}" for standing in counts if counts[standing]]
    return ", ".join(told) or "nothing to do"


def summary(account: Account) -> str:
    """Return a job in one clean line."""
    order = account.order
    way = f"{_name(order.queue)} to {_name(order.to)}" if order.to else _name(order.queue)
    ended = "" if account.ended else "; running" if account.running else "; its process was ended"
    return clean(f"{order.id}  {_began(account)}  {order.kind.value} {way}: {counted(account)}{ended}")


def entry_line(entry: Entry) -> str:
    """Return what became of one message in one clean line."""
    new = f"  as {entry.new_id}" if entry.new_id else ""
    why = f"  {entry.why}" if entry.why else ""
    return clean(f"{_WORDS[entry.standing.value]}  {entry.id}{new}{why}")


def open_lines(account: Account) -> list[str]:
    """Return a line for each message that is not done."""
    return [entry_line(entry) for entry in account.entries.values() if entry.standing.value != "done"]


def described(account: Account, since: Mapping[str, tuple[str, Entry]] | None = None) -> dict[str, Any]:
    """Return a job as plain data; ``since`` is what later jobs did, by message id."""
    order = account.order
    return {
        "job": order.id,
        "kind": order.kind.value,
        "account": order.account,
        "region": order.region,
        "queue": order.queue,
        "to": order.to,
        "rate": order.rate,
        "operator": order.operator,
        "reason": order.reason,
        "began": _began(account),
        "ended": account.ended,
        "running": account.running,
        "counts": {standing.value: count for standing, count in account.counts().items()},
        "messages": [entry_described(entry, (since or {}).get(entry.id)) for entry in account.entries.values()],
        "journal": str(account.path),
        "spool": order.spool,
    }


def entry_described(entry: Entry, since: tuple[str, Entry] | None = None) -> dict[str, Any]:
    """Return what became of one message as plain data."""
    found = {
        "id": entry.id, "standing": entry.standing.value, "step": entry.step.value, "new_id": entry.new_id,
        "why": entry.why,
    }  # fmt: skip
    return {**found, "since": {"job": since[0], "standing": since[1].standing.value}} if since else found


def exit_of_account(account: Account) -> Exit:
    """Return the exit code: failed where nothing was done at all, partial where something is not."""
    counts = {standing.value: count for standing, count in account.counts().items()}
    if counts["done"] == sum(counts.values()):
        return Exit.DONE
    return Exit.FAILED if counts["untouched"] == sum(counts.values()) else Exit.PARTIAL


def print_account(account: Account, form: str, more: Mapping[str, Any]) -> None:
    """Print a job: what is not done in words, or everything as JSON with ``more`` beside it."""
    if form == "json":
        output.out(output.json_text({**described(account), **more}))
    elif form == "jsonl":
        for entry in account.entries.values():
            output.out(output.json_text({"job": account.order.id, **entry_described(entry)}, indent=None))
    else:
        output.out(summary(account))
        for line in open_lines(account):
            output.out(f"  {line}")


def _began(account: Account) -> str:
    try:
        return iso(datetime.fromtimestamp(int(account.order.began), UTC))
    except (OverflowError, ValueError, OSError):
        return "unknown"


def _name(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[-1]
