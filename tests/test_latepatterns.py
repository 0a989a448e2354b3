"""Patterns that are compiled late: the same answers, the same errors, and no work before the first question."""

from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from console import latepatterns
from console.latepatterns import LatePattern, late_patterns

_ROOT = Path(__file__).parents[1]


def late(pattern: Any, flags: int = 0) -> Any:
    """Return a pattern that a library would have made while it was loaded."""
    with late_patterns():
        return re.compile(pattern, flags)


def test_nothing_is_compiled_before_something_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    monkeypatch.setattr(latepatterns, "_compiled", lambda *given: (compiled.append(given[0]), re._compile(*given))[1])
    found = late("late+")
    assert isinstance(found, re.Pattern)
    assert compiled == []
    assert found.match("lateee")
    assert found.match("lat") is None
    assert compiled == ["late+"]


@pytest.mark.parametrize(("pattern", "flags"), [("(?P<word>[a-c]+)-(x)?", re.I), (rb"(?P<word>[a-c]+)-(x)?", 0)])
def test_it_answers_as_the_pattern_itself(pattern: Any, flags: int) -> None:
    plain, text = re.compile(pattern, flags), "abc-x ABC- b-x" if isinstance(pattern, str) else b"abc-x ABC- b-x"
    for name in ("match", "search", "fullmatch", "findall", "split"):
        mine, theirs = getattr(late(pattern, flags), name)(text), getattr(plain, name)(text)
        assert (mine.span() if isinstance(mine, re.Match) else mine) == (
            theirs.span() if isinstance(theirs, re.Match) else theirs
        )
    assert [one.groupdict() for one in late(pattern, flags).finditer(text)] == [
        one.groupdict() for one in plain.finditer(text)
    ]
    assert late(pattern, flags).subn(text[:1], text) == plain.subn(text[:1], text)
    for name in ("pattern", "flags", "groups", "groupindex"):
        assert getattr(late(pattern, flags), name) == getattr(plain, name)
    assert repr(late(pattern, flags)) == repr(plain)


def test_it_stands_where_a_pattern_stands() -> None:
    found, plain = late("b+"), re.compile("b+")
    assert re.sub(found, "x", "abba") == "axa"
    assert re.compile(found) is found
    assert found == plain
    assert plain == found
    assert found == late("b+") != late("c")
    assert len({found, plain, late("b+")}) == 1
    assert copy.deepcopy(found) == pickle.loads(pickle.dumps(found)) == plain  # noqa: S301  # ours
    with late_patterns():
        assert re.compile(plain) is plain


def test_what_is_no_pattern_is_told_when_it_is_used_and_the_usual_way_comes_back() -> None:
    broken = late("(")
    with pytest.raises(re.error):
        broken.match("")
    with pytest.raises(RuntimeError), late_patterns():
        raise RuntimeError
    assert re.compile is latepatterns._compiled
    assert type(re.compile("a")) is not LatePattern


def test_every_pattern_of_the_libraries_says_what_it_would_have_said() -> None:
    """Each library is loaded late in a Python of its own, and what it holds is compared with what it asked for."""
    program = """
        import gc, re
        from console.latepatterns import LatePattern, late_patterns
        from console.ui import loading
        import console.aws.session
        with late_patterns():
            loading.import_textual_without_palette()
            import textual.widgets, textual.css.tokenize
        found = [one for one in gc.get_objects() if type(one) is LatePattern]
        for one in found:
            plain = re.compile(*one._given)
            assert (one.pattern, one.flags, one.groupindex) == (plain.pattern, plain.flags, plain.groupindex)
        print(len(found))
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    assert int(subprocess.check_output(command, cwd=_ROOT, timeout=120)) > 50
