"""Runs a test in made-up time. Knows no list."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from tests.support.virtual import run


def virtually(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an asynchronous test in made-up time."""

    @wraps(test)
    def wrapped(*arguments: Any, **options: Any) -> None:
        run(test(*arguments, **options))

    return wrapped
