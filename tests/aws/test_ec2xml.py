"""EC2's pages in pieces: whatever they hold, what botocore's own parser reads of them is what is read."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Iterable
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import EC2QueryParser

from console.aws.ec2xml import Doubt, Walk, compile_shape
from console.aws.operations import EFFECTS
from console.aws.timestamps import read_timestamp

OPERATIONS = sorted(operation for service, operation in EFFECTS if service == "ec2")
WANTED = ("Reservations.Instances.Tags", "Reservations.Instances.State.Name", "Reservations.OwnerId")
_TEXTS = ("", "web", "  spaced\n", "a<b>&\"c'", "Zürich ☃ 𝄞", "]]>", "\x85", "0", "null")


@cache
def output(operation: str) -> Any:
    return ServiceModel(Loader().load_service_model("ec2", "service-2"), "ec2").operation_model(operation).output_shape


def botocores(body: bytes, shape: Any) -> Any:
    """Return what botocore makes of ``body``."""
    parsed = EC2QueryParser(read_timestamp).parse({"body": body, "status_code": 200, "headers": {}}, shape)
    metadata = parsed.pop("ResponseMetadata")
    return {**parsed, **({"ResponseMetadata": {"RequestId": metadata["RequestId"]}} if "RequestId" in metadata else {})}


def ours(body: bytes, shape: Any, wanted: Iterable[str] = (), piece: int = 1 << 20, every: int = 0) -> Any:
    """Return what our parser makes of it, taken out every so many pieces."""
    walk, taken = Walk(compile_shape(shape, read_timestamp, tuple(wanted))), {}
    for number, start in enumerate(range(0, len(body), piece), 1):
        walk.feed(body[start : start + piece])
        if every and number % every == 0:
            for name, elements in walk.take().items():
                assert elements
                taken.setdefault(name, []).extend(elements)
    page = walk.close()
    return {**page, **{name: elements + page[name] for name, elements in taken.items()}}


def pruned(value: Any, wanted: Iterable[str]) -> Any:
    """Return what is wanted of ``value``, by another way than the product's."""
    if isinstance(value, list):
        return [pruned(part, wanted) for part in value]
    heads: dict[str, list[str]] = {}
    for path in wanted:
        head, _, rest = path.partition(".")
        heads.setdefault(head, []).append(rest)
    return {
        name: part if "" in heads[name] else pruned(part, heads[name]) for name, part in value.items() if name in heads
    }


class Writer:
    """Writes answers with members, lists and texts as chance will have them."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def answer(self, shape: Any) -> bytes:
        """Return an answer."""
        inside = f"<requestId>{self._chance.choice(_TEXTS[1:2])}</requestId>{self._members(shape, 0)}"
        head = self._chance.choice(["", '<?xml version="1.0" encoding="UTF-8"?>\n', "<!-- from a proxy -->"])
        return f'{head}<AnyResponse xmlns="http://ec2.amazonaws.com/doc/">{inside}</AnyResponse>\n'.encode()

    def _members(self, shape: Any, depth: int) -> str:
        members = list(shape.members.items())
        self._chance.shuffle(members)
        few = 0.9 / (1 + depth)
        texts = [
            self._element(part.serialization.get("name", name), part, depth)
            for name, part in members
            if self._chance.random() < few
        ]
        texts += [self._noise(shape, depth)] if self._chance.random() < 0.2 else []
        return self._chance.choice(["", "\n  ", " <!-- said --> "]).join(texts)

    def _element(self, wire: str, shape: Any, depth: int) -> str:
        if shape.type_name == "structure":
            inside = self._members(shape, depth + 1)
        elif shape.type_name == "list":
            count = self._chance.choice([0, 1, 1, 3])
            inside = "".join(self._element("item", shape.member, depth + 1) for _ in range(count))
        else:
            inside = self._text(shape.type_name)
        if not inside:
            return self._chance.choice([f"<{wire}/>", f"<{wire}></{wire}>", f'<{wire} nil="true" />'])
        return f"<{wire}>{inside}</{wire}>"

    def _text(self, kind: str) -> str:
        if kind == "boolean":
            return self._chance.choice(["true", "false", "", "TRUE"])
        if kind in ("integer", "long"):
            return str(self._chance.choice([0, -1, 2**40]))
        if kind in ("float", "double"):
            return "0.25"
        if kind == "timestamp":
            return self._chance.choice(["2026-11-21T04:24:03.000Z", "2026-11-21T04:24:03Z", "1700000000"])
        text = escape(self._chance.choice(_TEXTS))
        ways = [text, text, "one<!-- and -->two", "<![CDATA[<raw> & ready]]>tail", "&#65;&#x42;&amp;"]
        return self._chance.choice(ways)

    def _noise(self, shape: Any, depth: int) -> str:
        """Return an element that no shape knows, with known names inside."""
        names = [part.serialization.get("name", name) for name, part in shape.members.items()] or ["item"]
        inner = "".join(f"<{name}><{name}>x</{name}></{name}>" for name in names[:3])
        return f"<news{depth}>{inner}<news{depth}/></news{depth}>"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_answer_reads_as_botocore_reads_it(operation: str) -> None:
    shape = output(operation)
    if shape is None:
        return
    for seed in range(60):
        body = Writer(seed).answer(shape)
        expected = botocores(body, shape)
        assert repr(ours(body, shape)) == repr(expected), body  # the order of members too
        assert repr(ours(body, shape, piece=7, every=3)) == repr(expected)


def test_what_is_wanted_is_read_and_nothing_else() -> None:
    shape = output("DescribeInstances")
    for seed in range(300):
        body = Writer(seed).answer(shape)
        expected = pruned(botocores(body, shape), (*WANTED, "NextToken", "ResponseMetadata"))
        for piece in (11, 400):
            assert ours(body, shape, WANTED, piece=piece, every=2) == expected, body


def _page(inside: str) -> bytes:
    instance = f"<item><instancesSet><item>{inside}</item></instancesSet></item>"
    return f"<R><reservationSet>{instance}</reservationSet></R>".encode()


@pytest.mark.parametrize(
    "body",
    [
        _page("<instanceId>i-1</instanceId><instanceId>i-2</instanceId>"),
        _page("<instanceId>i-<b>1</b></instanceId>"),
        _page("<amiLaunchIndex>first</amiLaunchIndex>"),
        _page("<amiLaunchIndex/>"),
        _page("<launchTime>yesterday</launchTime>"),
        _page('<x:new xmlns:x="urn:x"/>'),
        _page("<y:undeclared/>"),
        _page("<tagSet><item><key>a</key>")[:-20],
        _page("<instanceId>i-1</instanceId>") + b"trailing",
        _page("<instanceId>&nbsp;</instanceId>"),
        _page("<instanceId>\xff</instanceId>").replace(b"\xc3\xbf", b"\xff"),
        b"<!DOCTYPE R [<!ENTITY a 'i-1'>]>" + _page("<instanceId>&a;</instanceId>"),
        _page("<networkInterfaceSet><item><new><networkInterfaceSet/></new></item></networkInterfaceSet>"),
        b"",
        b"plain words",
    ],
)
def test_what_is_not_plain_is_botocores_to_read(body: bytes) -> None:
    shape = output("DescribeInstances")
    wanted = (
        "Reservations.Instances.InstanceId",
        "Reservations.Instances.LaunchTime",
        "Reservations.Instances.AmiLaunchIndex",
    )
    with pytest.raises(Doubt):
        ours(body, shape, wanted)


def test_what_was_taken_is_let_go_of_and_only_what_is_complete_is_taken() -> None:
    walk = Walk(compile_shape(output("DescribeInstances"), read_timestamp, WANTED))
    assert walk.take() == {}
    walk.feed(b"<R><reservationSet>")
    assert walk.take() == {}
    walk.feed(b"<item><ownerId>1</ownerId></item><item><ownerId>2")
    assert walk.take() == {"Reservations": [{"OwnerId": "1"}]}
    assert walk.take() == {}
    walk.feed(b"</ownerId></item></reservationSet><nextToken>n</nextToken></R>")
    assert walk.take() == {}
    assert walk.close() == {"Reservations": [{"OwnerId": "2"}], "NextToken": "n"}


def test_what_is_let_go_of_is_gone_at_once() -> None:
    gc.disable()
    try:
        walk = Walk(compile_shape(output("DescribeInstances"), read_timestamp, WANTED))
        walk.feed(b"<R><reservationSet>")
        watched = weakref.ref(walk)
        walk.let_go()
        del walk
        assert watched() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("service", ["iam", "s3"])
def test_shapes_of_other_protocols_are_refused(service: str) -> None:
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    operation = {"iam": "ListRoles", "s3": "ListObjectsV2"}[service]
    with pytest.raises(Doubt):
        compile_shape(model.operation_model(operation).output_shape, read_timestamp)
