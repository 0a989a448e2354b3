"""What crosses between screen and AWS side: whole, equal, and declarations by name."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from console.actions.plan import build_plan
from console.command.failure import Exit, Failure
from console.resources.model import Missing, Tone
from console.resources.registry import catalogue
from console.scope.model import Identity, Scope
from console.store.delta import Delta, Problems, delta_of
from console.store.detail import Detail
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import AwsError, Fault, FaultKind
from console.worker.news import ListNews
from console.worker.wire import Answer, Ask, News, Wrong, packed, receive
from tests.store.heardrows import HeardRows
from tests.support.reader import FakeReader
from tests.support.source import ROOT

SCOPE = Scope("eu-west-1", "acme", "123456789012")
FAULT = Fault(FaultKind.DENIED, "ec2 DescribeInstances", "not allowed", "ask", "AccessDenied", "id-1", "eu-west-1")


async def crossed(*messages: object) -> list[Any]:
    """Return messages as the other end has them."""
    reader = asyncio.StreamReader()
    for message in messages:
        reader.feed_data(packed(message))
    reader.feed_eof()
    found = [await receive(reader) for _ in messages]
    with pytest.raises(EOFError):
        await receive(reader)
    return found


async def test_rows_arrive_as_they_were() -> None:
    values = (
        "web",
        3,
        2.5,
        True,
        None,
        Missing.PENDING,
        Missing.UNKNOWN,
        datetime.now(UTC),
        ("a", 1.5, None),
        "\ud83d",
    )
    row = Row("i-1", "arn:aws:ec2:::i-1", SCOPE.account, SCOPE.region, values, Tone.BAD)
    delta = delta_of((row,), ("i-2",), complete=True, faults=(FAULT,))
    news = News(3, ListNews(Query(SCOPE, "ec2.instances", "in"), delta, {}))
    ask = Ask(1, 2, "plan", (news.value.query, (row,)))
    heard, asked = await crossed(news, ask)
    assert (heard, asked) == (news, ask)
    rows = HeardRows()
    rows.take(heard.value.delta)
    assert rows == {"i-1": row}


@pytest.mark.parametrize("type_name", sorted(catalogue()))
async def test_a_declaration_goes_by_its_name_and_comes_back_as_itself(type_name: str) -> None:
    resource = catalogue()[type_name]
    found, *actions = await crossed(Answer(1, resource), *resource.actions)
    assert found.value is resource
    assert all(one is other for one, other in zip(actions, resource.actions, strict=True))


async def test_a_plan_arrives_as_it_was() -> None:
    resource = catalogue()["sqs.queues"]
    bare = replace(resource.action("purge"), facts=None)
    plan = await build_plan(
        FakeReader({}, SCOPE), resource, bare, (), identity=Identity("1", "arn"), clock=lambda: datetime.now(UTC)
    )
    plan = replace(plan, action=resource.action("purge"))
    assert await crossed(plan) == [plan]


@pytest.mark.parametrize(
    ("raised", "arrives"),
    [
        (AwsError(FAULT), AwsError),
        (Failure(FAULT, Exit.CREDENTIALS), Failure),
        (ZeroDivisionError("a \x1b[31mmistake"), AwsError),
    ],
)
async def test_what_is_raised_arrives_in_words(raised: Exception, arrives: type[Exception]) -> None:
    (wrong,) = await crossed(Wrong.of(raised))
    error = wrong.error()
    assert type(error) is arrives
    assert error.fault == Wrong.of(raised).fault
    assert getattr(error, "code", None) == getattr(raised, "code", None)
    assert "\x1b" not in str(error)


async def test_half_a_message_is_the_end() -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(packed(Answer(1, "x" * 1000))[:-1])
    reader.feed_eof()
    with pytest.raises(EOFError):
        await receive(reader)


def test_what_the_screen_is_told_brings_along_nothing_that_reads() -> None:
    query = Query(SCOPE, "ec2.instances")
    detail = Detail("ec2.instances", "i-1", (), {}, (), (), ())
    told = [News(1, ListNews(query, Delta(), {query: Problems(1, 2, 3.0)})), Answer(1, detail)]
    program = (
        "import pickle, sys; import console.session; print(*pickle.load(sys.stdin.buffer), file=sys.stderr); "
        "print(*sorted({'console.store.watch', 'console.store.columns', 'jmespath', 'botocore'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, input=pickle.dumps(told), capture_output=True, check=True, cwd=ROOT, timeout=60)
    assert done.stdout.split() == []
