"""Owns what an action is done to: one resource, as the operator saw it; must not know the action."""

from __future__ import annotations

from dataclasses import dataclass

from console.resources.model import ResourceType, Values
from console.store.rows import Row, named
from console.text.clean import clean


@dataclass(frozen=True, slots=True)
class Target:
    """One resource and its values when the plan was built. ``id`` is raw and goes into calls; all else is clean."""

    id: str
    name: str
    arn: str
    account: str
    region: str
    values: Values

    @property
    def shown_id(self) -> str:
        """The id as it may be painted."""
        return clean(self.id)

    @property
    def label(self) -> str:
        """What the operator calls it: its name, or its id without one."""
        return self.name or self.shown_id

    @property
    def unusual(self) -> str:
        """The name in ASCII with every other character escaped; empty when it is plain ASCII already.

        Letters of another alphabet may look like the ones expected.
        """
        return "" if self.label.isascii() else self.label.encode("ascii", "backslashreplace").decode()


def target_of(resource: ResourceType, row: Row) -> Target:
    """Return the target that ``row`` stands for."""
    values = named(resource, row.values)
    name = values.get("name")
    return Target(
        id=row.id,
        name=clean(name).strip() if isinstance(name, str) else "",
        arn=clean(row.arn),
        account=clean(row.account),
        region=clean(row.region),
        values=values,
    )
