"""Owns the key of everything fetched; must not know how it is fetched."""

from __future__ import annotations

from dataclasses import dataclass

from console.scope.model import Scope


@dataclass(frozen=True, slots=True)
class Query:
    """One list: a type in a scope, inside a parent where the type has one."""

    scope: Scope
    type: str
    parent: str = ""
