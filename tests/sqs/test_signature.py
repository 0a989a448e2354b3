"""Messages that failed alike have one signature, others have another, and nothing in a message stops that."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest

from console.sqs.message import Attribute, Message
from console.sqs.signature import parse_key, signature_of

POINTER = "software.amazon.payloadoffloading.PayloadS3Pointer"
RULE = "arn:aws:events:eu-west-1:123456789012:rule/paid"
TARGET = "arn:aws:sqs:eu-west-1:123456789012:orders"


def a_message(body: object = "x", /, system: dict[str, str] | None = None, **attributes: str | bytes) -> Message:
    text = body if isinstance(body, str) else json.dumps(body)
    kinds = {name: Attribute("Binary" if isinstance(v, bytes) else "String", v) for name, v in attributes.items()}
    return Message("id", text, "", system or {}, kinds, "", "handle", 0.0, 0.0)


def an_event(code: str = "NO_PERMISSIONS", rule: str = RULE, message: str = "Lack of permissions") -> Message:
    told = {"RULE_ARN": rule, "TARGET_ARN": TARGET, "ERROR_CODE": code, "ERROR_MESSAGE": message}
    return a_message({"detail-type": "Paid", "source": "shop"}, **told, EXHAUSTED_RETRY_CONDITION="NonRetryableError")


def test_eventbridge_says_why() -> None:
    found = signature_of(an_event())
    assert (found.title, found.why, found.guess) == (
        "paid → orders NO_PERMISSIONS: Lack of permissions", "EventBridge ERROR_CODE", False,
    )  # fmt: skip


@pytest.mark.parametrize("other", [an_event(code="THROTTLING"), an_event(rule=RULE + "2"), an_event(message="Gone")])
def test_another_failure_of_eventbridge_is_another_signature(other: Message) -> None:
    assert signature_of(other).id != signature_of(an_event()).id


def test_lambda_says_why_and_the_request_is_no_part_of_it() -> None:
    first = a_message(
        "{}", RequestID="a", ErrorCode="200", ErrorMessage="2026-01-02T03:04:05.6Z f3 timed out after 3.01 s"
    )
    other = a_message(
        "[]", RequestID="b", ErrorCode="200", ErrorMessage="2026-02-03T04:05:06.7Z f9 timed out after 9.00 s"
    )
    assert signature_of(first) == signature_of(other)
    assert (signature_of(first).why, signature_of(first).guess) == ("Lambda ErrorCode", False)
    assert signature_of(first).title.startswith("Lambda 200: f# timed out after # s")
    throttled = a_message("{}", RequestID="a", ErrorCode="429", ErrorMessage="Rate Exceeded.")
    assert signature_of(throttled).title == "Lambda 429: Rate Exceeded."


@pytest.mark.parametrize(
    ("attributes", "title", "why"),
    [
        ({"ErrorType": "E1001"}, "E1001", "attribute ErrorType"),
        ({"error-type": "Gone", "error_message": "order 17"}, "Gone: order #", "attribute error-type"),
        ({"X-Exception-Message": "no answer"}, "no answer", "attribute X-Exception-Message"),
        ({"exception": "TimeoutError"}, "TimeoutError", "attribute exception"),
    ],
)
def test_other_attributes_that_name_an_error_are_no_guess(attributes: dict[str, str], title: str, why: str) -> None:
    found = signature_of(a_message({"type": "Order"}, **attributes))
    assert (found.title, found.why, found.guess) == (title, why, False)


def test_codes_with_short_numbers_stay_apart() -> None:
    assert signature_of(a_message(ErrorCode="E1001")).id != signature_of(a_message(ErrorCode="E1002")).id


@pytest.mark.parametrize(
    ("body", "title", "why"),
    [
        ({"type": "OrderCancelled", "id": 1}, "OrderCancelled", "field type"),
        ({"eventType": "order.v2"}, "order.v2", "field eventType"),
        ({"event_type": "paid"}, "paid", "field event_type"),
        ({"kind": "pick"}, "pick", "field kind"),
        ({"event": {"name": "picked"}}, "picked", "field event"),
        ({"errorType": "KeyError", "type": "x"}, "KeyError", "field errorType"),
        ({"detail-type": "Paid", "source": "shop"}, "Paid from shop", "EventBridge detail-type"),
        ({"TopicArn": "arn:a:sns:b:c:news", "Message": '{"type":"Sold"}'}, "SNS news: Sold", "SNS topic"),
        ({"TopicArn": "arn:a:sns:b:c:news", "Message": '{"b":1,"a":2}'}, "SNS news: JSON with a, b", "SNS topic"),
        ({"TopicArn": "arn:a:sns:b:c:news", "Message": "hi 5", "Subject": None}, "SNS news: hi #", "SNS topic"),
        (
            {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "in"}}}]},
            "S3 ObjectCreated:Put in in", "S3 event",
        ),
        ({"Records": [{"eventSource": "aws:ses", "eventName": "Got"}]}, "aws:ses Got", "aws:ses event"),
        (
            {"requestContext": {"condition": "RetriesExhausted", "functionArn": "arn:aws:lambda:r:1:f:$LATEST"},
             "responsePayload": {"errorType": "KeyError", "errorMessage": "no 17"}},
            "f: RetriesExhausted: KeyError: no #", "Lambda destination",
        ),
        ([POINTER, {"s3BucketName": "big", "s3Key": "a/b"}], "payload in S3, bucket big", "S3 pointer"),
        ({"b": 1, "a": [], "c": None}, "JSON with a, b, c", "JSON shape"),
        ([{"b": 1}], "list of JSON with b", "JSON shape"),
        ([1], "list of numbers", "JSON shape"),
        ({}, "empty JSON object", "JSON shape"),
        ('"{\\"type\\":\\"Twice\\"}"', "Twice", "field type"),
        ("retry ord_1f2e3d4c5b6a at 10:15, please", "retry ord_# at #, please", "words of the text"),
    ],
)  # fmt: skip
def test_what_a_message_looks_like_is_said_to_be_a_guess(body: object, title: str, why: str) -> None:
    found = signature_of(a_message(body))
    assert (found.title, found.why, found.guess) == (title, why, True)


def test_an_attribute_with_the_type_comes_before_the_shape() -> None:
    assert signature_of(a_message({"a": 1}, EventType="Sold")).title == "Sold"
    assert signature_of(a_message({"a": 1}, EventType="Sold")).why == "attribute EventType"


def test_what_is_different_each_time_makes_no_difference() -> None:
    texts = [
        "order 8f14e45f-ceea-467f-a8f4-1234567890ab by ann@shop.example took 3.2 s, session deadbeef01",
        "order 11111111-2222-3333-4444-555555555555 by bo.li@other.example took 17 s, session 0123456789abcdef",
    ]
    assert len({signature_of(a_message(text)).id for text in texts}) == 1
    assert signature_of(a_message(texts[0].replace("took", "wasted"))).id != signature_of(a_message(texts[0])).id


def test_a_body_without_words_goes_by_its_group_or_its_queue() -> None:
    source = {"DeadLetterQueueSourceArn": TARGET}
    assert signature_of(a_message("17 18", {"MessageGroupId": "customer-7", **source})).title == "group customer-7"
    assert signature_of(a_message("aGVsbG8=" * 9, source)).title == "from orders"
    assert signature_of(a_message("\x01\x02\x03a" * 9)).title == "binary or encoded text"


def test_the_id_is_the_same_in_every_run() -> None:
    assert signature_of(a_message({"type": "Order"})).id == "d61a944e0a"


HOSTILE: list[Any] = [
    "", "\x1b[31mred\x1b[0m\u202egnp", "\ud800 half", '"\\ud800"', '{"type": "\\ud800\\u001b[2J"}', "[" * 500_000,
    '{"a":' * 200_000, '{"a":1,"a":2}', "NaN", '{"type":NaN}', "9" * 100_000, "[" + "9" * 5_000 + "]", "{" * 1_000,
    "\x00" * 1_000, "a@" * 500_000, "a-" * 500_000, "é" * 500_000,
    '{"type":["x"]}', f'[["{POINTER}"],{{}}]', '{"Records":[]}', '{"Records":[1]}',
    '{"Records":[{"eventName":"x","s3":[]}]}', '{"requestContext":{"condition":1}}', '{"TopicArn":1,"Message":2}',
    '{"TopicArn":"a","Message":{}}', '{"detail-type":1,"source":2}', f'["{POINTER}",1]', f'["{POINTER}",{{}}]', "null",
    f'["{POINTER}",{{"s3BucketName":"../x y","s3Key":"k"}}]', "true", '"x"', '{"event":{"name":["\\u001b"]}}', "[[]]",
    json.dumps({"k\x1b" * 20: 1, "\u202e": 2}), json.dumps({"type": "x" * 900_000}), "\u0301" * 1_000,
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("by", [None, "a.b[0]", "length(@)", "@", "attribute:x", "system:SentTimestamp"])
def test_any_body_has_a_clean_short_signature(body: str, by: str | None) -> None:
    found = signature_of(a_message(body, x=b"\xff\x1b\x00"), parse_key(by) if by else None)
    assert len(found.id) == 10
    assert found.title
    assert len(found.title) <= 120
    assert all(is_harmless(character) for character in found.title + found.why)


def is_harmless(character: str) -> bool:
    return character == " " or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")


def test_hostile_attributes_are_cleaned_too() -> None:
    found = signature_of(a_message("x", ErrorType="\x1b]0;x\x07", ErrorMessage="\u202e" * 5))
    assert (found.title, found.why) == (
        "<ESC>]0;x<BEL>: <U+202E><U+202E><U+202E><U+202E><U+202E>", "attribute ErrorType",
    )  # fmt: skip


def test_the_user_groups_by_an_attribute() -> None:
    key = parse_key(" attribute:Shop ")
    first, other = signature_of(a_message(Shop="1"), key), signature_of(a_message(Shop="2"), key)
    assert (first.title, first.why, first.guess) == ("attribute:Shop = 1", "attribute:Shop", False)
    assert first.id != other.id
    assert signature_of(a_message(Shop=b"\xff"), key).title == "attribute:Shop = \\xff"


def test_no_value_is_not_the_empty_value() -> None:
    key = parse_key("system:MessageGroupId")
    none, empty = signature_of(a_message(), key), signature_of(a_message("x", {"MessageGroupId": ""}), key)
    assert none.title == "system:MessageGroupId: no value"
    assert none.id != empty.id


@pytest.mark.parametrize(
    ("path", "body", "shown"),
    [
        ("order.total", {"order": {"total": 5}}, "= 5"),
        ("order.currency", {"order": {"currency": "EUR"}}, "= EUR"),
        ("lines[].sku", {"lines": [{"sku": "a"}, {"sku": "b"}]}, '= ["a", "b"]'),
        ("Message.sku", {"Message": '{"sku":"NW-1"}'}, "= NW-1"),
        ("type", '"{\\"type\\":\\"Twice\\"}"', "= Twice"),
        ("gone", {"order": 1}, ": no value"),
        ("length(order)", {"order": 1}, ": no value"),
        ("nosuch(order)", {"order": 1}, ": no value"),
        ("order", "plain text", ": no value"),
    ],
)
def test_the_user_groups_by_a_jmespath(path: str, body: object, shown: str) -> None:
    assert signature_of(a_message(body), parse_key(path)).title == clean_join(path, shown)


def clean_join(path: str, shown: str) -> str:
    return f"{path}{shown}" if shown.startswith(":") else f"{path} {shown}"


@pytest.mark.parametrize("text", ["", "  ", "attribute:", "system: ", "a..b", "a[", "\x1b", "(" * 5_000, "a b"])
def test_a_bad_key_is_refused_in_clean_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"attribute") as refused:
        parse_key(text)
    assert all(is_harmless(character) for character in str(refused.value))
