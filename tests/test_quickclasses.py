"""Dataclasses that are made quickly: whatever the standard library's do, they do."""

from __future__ import annotations

import dataclasses
import importlib.util
import math
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

import pytest

from console.quickclasses import WRITTEN_FOR, make_dataclasses_quickly

_ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(sys.version_info[:2] not in WRITTEN_FOR, reason="this Python keeps its own")


def shapes(library: Any) -> dict[str, type]:
    """Return one class of each shape that a dataclass of ``library`` can have."""
    dataclass, field = library.dataclass, library.field

    @dataclass(frozen=True, slots=True)
    class Plain:
        name: str
        size: int = 3
        parts: tuple[Any, ...] = ()

    @dataclass(frozen=True)
    class One:
        only: Any

    @dataclass(frozen=True, slots=True)
    class Nothing:
        kind: ClassVar[str] = "none"

    @dataclass
    class Mutable:
        name: str
        hidden: int = field(default=1, repr=False, compare=False)
        made: list[int] = field(default_factory=list)

    @dataclass(frozen=True, order=True)
    class Ordered:
        first: int
        second: str = ""

    @dataclass(frozen=True)
    class Below(One):
        more: int = 0

    @dataclass(frozen=True, eq=False)
    class Same:
        name: str

    return {one.__name__: one for one in (Plain, One, Nothing, Mutable, Ordered, Below, Same)}


def standard() -> ModuleType:
    """Return the standard library's own, whatever was done to the one that is loaded."""
    spec = importlib.util.spec_from_file_location("standard_dataclasses", dataclasses.__file__)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = found
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def pairs() -> list[tuple[type, type]]:
    """(the standard library's, ours) of each shape."""
    make_dataclasses_quickly()
    return list(zip(shapes(standard()).values(), shapes(dataclasses).values(), strict=True))


ARGUMENTS: dict[str, list[tuple[Any, ...]]] = {
    "Plain": [("a",), ("a", 3), ("a", 4), ("a", 3, (1, "x"))],
    "One": [(1,), (1.0,), ("1",), ((1,),), (None,)],
    "Nothing": [(), ()],
    "Mutable": [("a",), ("a", 2), ("b", 1, [1])],
    "Ordered": [(1,), (1, "b"), (0, "z")],
    "Below": [(1,), (1, 2)],
    "Same": [("a",), ("a",)],
}


def told(action: Any, *arguments: Any) -> Any:
    """Return what an action gives, or the error that it raises."""
    try:
        return action(*arguments)
    except Exception as error:
        return type(error).__name__, str(error)


def test_they_say_the_same_and_are_equal_to_the_same(pairs: list[tuple[type, type]]) -> None:
    for theirs, ours in pairs:
        many = [[kind(*given) for given in ARGUMENTS[theirs.__name__]] for kind in (theirs, ours)]
        assert [repr(one) for one in many[0]] == [repr(one) for one in many[1]] or theirs.__name__ == "Same"
        for operation in ("__eq__", "__ne__", "__lt__", "__ge__"):
            compared = [
                [getattr(one, operation)(other) is True for one in made for other in made if one is not other]
                for made in many
            ]
            assert compared[0] == compared[1], (theirs, operation)
        hashes = [[told(hash, one) for one in made] for made in many]
        assert hashes[0] == hashes[1] or theirs.__name__ == "Same"
        assert all(one != object() and one != 1 for one in many[1])


def test_they_are_as_frozen(pairs: list[tuple[type, type]]) -> None:
    for theirs, ours in pairs:
        found = []
        for kind in (theirs, ours):
            one = kind(*ARGUMENTS[kind.__name__][0])
            if not kind.__dataclass_params__.frozen:
                continue
            names = [*kind.__dataclass_fields__, "unheard_of"]
            found.append([told(setattr, one, name, 1) for name in names] + [told(delattr, one, name) for name in names])
        assert found[:1] == found[1:], theirs


def test_what_else_rests_on_their_fields_goes_on(pairs: list[tuple[type, type]]) -> None:
    plain = next(ours for _, ours in pairs if ours.__name__ == "Plain")
    one = plain("a", 4, (math.nan,))
    assert one == dataclasses.replace(one)
    assert dataclasses.asdict(one)["size"] == 4
    assert (plain.__eq__.__qualname__, plain.__hash__.__name__) == (f"{plain.__qualname__}.__eq__", "__hash__")
    mutable = next(ours for _, ours in pairs if ours.__name__ == "Mutable")
    around = mutable("a")
    around.made.append(around)
    assert "..." in repr(around)


def test_every_class_of_ours_can_be_made_so_and_sent() -> None:
    program = """
        import console.quickclasses
        import dataclasses, pickle
        from console.store.rows import Row
        from console.scope.model import Scope
        from console.store.query import Query
        assert Row.__eq__.__code__.co_filename.endswith("quickclasses.py")
        row = Row("i", "arn", "1", "eu", (1, "a"))
        assert pickle.loads(pickle.dumps(row)) == row
        assert {Query(Scope("a"), "b"): 1}[Query(Scope("a"), "b")] == 1
        try:
            row.id = "x"
        except dataclasses.FrozenInstanceError:
            print("frozen")
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    assert subprocess.check_output(command, cwd=_ROOT, timeout=120, text=True).strip() == "frozen"
    assert pickle.loads(pickle.dumps(dataclasses.MISSING)) is not None  # noqa: S301  # ours
