"""What is left out of a page: what botocore reads of what is wanted is the same with and without it."""

from __future__ import annotations

import pytest

from console.aws.ec2xml import Doubt, Walk, compile_shape, passed_over
from console.aws.passedover import opening, pieces
from console.aws.timestamps import read_timestamp
from tests.aws.test_ec2xml import WANTED, Writer, botocores, output, pruned
from tests.bench.bodies import Instances

SIZES = (1, 50, 4000, 1 << 20)


def table() -> dict[str, object]:
    return compile_shape(output("DescribeInstances"), read_timestamp, WANTED)


def read(body: bytes, size: int) -> dict[str, object]:
    """Return what is read of a page without what is passed over."""
    found = table()
    walk = Walk(found)
    for piece in pieces(body, opening(passed_over(found)), size):
        walk.feed(piece)
    return walk.close()


def page(inside: str) -> bytes:
    instance = f"<item><instancesSet><item>{inside}</item></instancesSet><ownerId>1</ownerId></item>"
    return f"<R><reservationSet>{instance}</reservationSet></R>".encode()


def whole(body: bytes, size: int = 10) -> bytes:
    """Return what is left of a page."""
    return b"".join(pieces(body, opening(["left", "out"]), size))


@pytest.mark.parametrize("size", SIZES)
def test_whatever_a_page_holds_what_is_wanted_of_it_is_read(size: int) -> None:
    shape = output("DescribeInstances")
    for seed in range(200):
        body = Writer(seed).answer(shape)
        assert read(body, size) == pruned(botocores(body, shape), (*WANTED, "NextToken", "ResponseMetadata")), body


def test_most_of_a_page_is_left_out() -> None:
    body = Instances(50).page(0)
    found = list(pieces(body, opening(passed_over(table())), 8000))
    assert sum(map(len, found)) < len(body) / 2
    assert all(len(piece) < 3 * 8000 for piece in found)
    assert b"networkInterfaceSet" not in b"".join(found)


def test_nothing_is_left_out_that_is_wanted_somewhere_or_may_hold_its_like() -> None:
    names = passed_over(table())
    assert names >= {"networkInterfaceSet", "blockDeviceMapping", "metadataOptions"}
    assert not names & {
        "tagSet",
        "instancesSet",
        "reservationSet",
        "instanceState",
        "instanceId",
        "imageId",
        "item",
        "",
    }
    assert not passed_over(compile_shape(output("DescribeInstances"), read_timestamp)), "everything is wanted"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("body", "left"),
    [
        (b"a<left>b</left>c<out>d</out>e", b"ace"),
        (b"<left><x><out>1</out></x></left><y/><out></out>", b"<y/>"),
        (b"<left/>a<left a='b'>c</left>", b"<left/>a<left a='b'>c</left>"),
        (b"<leftover>a</leftover><left>b</left>", b"<leftover>a</leftover>"),
        (b"a<left>never over", b"a<left>never over"),
        (b"<left>a<left>b</left>c</left>d", b"c</left>d"),
        (b"a<!-- <left> -->b</left>", b"a<!-- <left> -->b</left>"),
        (b"a<![CDATA[<left>]]>b<left>c</left>", b"a<![CDATA[<left>]]>b<left>c</left>"),
        (b"<?xml version='1.0'?><?other <left>?>a</left>", b"<?xml version='1.0'?><?other <left>?>a</left>"),
        (b"<?xml version='1.0'?><left>a</left>b", b"<?xml version='1.0'?>b"),
        (b"", b""),
    ],
)
def test_only_whole_elements_of_a_plain_page_are_left_out(body: bytes, left: bytes, size: int) -> None:
    assert whole(body, size) == left
    assert b"".join(pieces(body, None, size)) == body


@pytest.mark.parametrize(
    "inside",
    [
        "<networkInterfaceSet><item><new><networkInterfaceSet>1</networkInterfaceSet></new></item></networkInterfaceSet>",
        "<networkInterfaceSet><networkInterfaceSet>1</networkInterfaceSet></networkInterfaceSet>",
        "<networkInterfaceSet><item>",
    ],
)
@pytest.mark.parametrize("size", SIZES)
def test_what_is_not_as_it_seems_is_malformed_afterwards_and_botocores_to_read(inside: str, size: int) -> None:
    with pytest.raises(Doubt):
        read(page(inside), size)
    assert read(page("<networkInterfaceSet><item/></networkInterfaceSet>"), size)
