"""A message is read as what it is: decoded, bounded, clean, and told where it is not shown as it was sent."""

from __future__ import annotations

import json
import unicodedata

import pytest

from console.sqs.message import Attribute, Message
from console.sqs.reading import Entry, Offloaded, Reading, S3Pointer, read
from console.text.document import line_text

POINTERS = [
    "software.amazon.payloadoffloading.PayloadS3Pointer", "com.amazon.sqs.javamessaging.MessageS3Pointer",
]  # fmt: skip
TRACE = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "0af7651916cd43dd8448eb211c80319c"
MEBIBYTE = 1024 * 1024


def a_message(body: object, /, system: dict[str, str] | None = None, **attributes: str | bytes) -> Message:
    text = body if isinstance(body, str) else json.dumps(body)
    kinds = {name: Attribute("Binary" if isinstance(v, bytes) else "String", v) for name, v in attributes.items()}
    return Message("id", text, "", system or {}, kinds, "", "handle", 0.0, 0.0)


def lines(reading: Reading) -> list[str]:
    return [line_text(line) for line in reading.lines]


def test_json_is_laid_out() -> None:
    found = read(a_message('{"b":[1,true,null],"a":{"x":"ü"}}'))
    assert found.is_json
    assert json.loads("".join(lines(found))) == {"b": [1, True, None], "a": {"x": "ü"}}
    assert lines(found)[:3] == ["{", '  "b": [', "    1,"]
    assert ('"b":', "key") in found.lines[1]
    assert found.notes == ()


def test_json_in_a_string_is_decoded_one_level_and_noted() -> None:
    inner = json.dumps({"deeper": json.dumps({"x": 1})})
    found = read(a_message({"Message": inner, "broken": "{not json"}))
    assert json.loads("".join(lines(found))) == {"Message": {"deeper": '{"x": 1}'}, "broken": "{not json"}
    assert found.notes == ("Message: JSON inside of a string, decoded",)


def test_a_whole_body_in_a_string_is_decoded() -> None:
    found = read(a_message(json.dumps('{"a":1}')))
    assert lines(found) == ["{", '  "a": 1', "}"]
    assert found.notes == ("body: JSON inside of a string, decoded",)


def test_only_some_notes_are_told_one_by_one() -> None:
    found = read(a_message({f"key{number}": "[1]" for number in range(9)}))
    assert len(found.notes) == 6
    assert found.notes[-1] == "4 more strings decoded"


def test_as_sent_decodes_nothing() -> None:
    found = read(a_message('{"a":\n "[1]"}'), as_sent=True)
    assert (lines(found), found.is_json, found.notes) == (['{"a":', ' "[1]"}'], False, ())


def test_a_key_that_comes_twice_is_told() -> None:
    twice = "an object has a key twice: the last one is shown"
    assert read(a_message('{"a":1,"a":2}')).notes == (twice,)
    assert twice in read(a_message({"m": '{"a":1,"a":2}'})).notes


def test_keys_that_look_the_same_are_both_shown() -> None:
    assert lines(read(a_message({"\x1b": 1, "<ESC>": 2}))) == ["{", '  "<ESC>": 1,', '  "<ESC>′": 2', "}"]


def test_text_shows_its_unsafe_characters() -> None:
    found = read(a_message("one\r\n\ttwo\x1b[31m\u202e"))
    assert (lines(found), found.is_json) == (["one", "    two<ESC>[31m<U+202E>"], False)


def test_a_long_line_goes_on_in_the_next() -> None:
    text = "".join(chr(97 + number % 26) for number in range(5_000))
    found = read(a_message(text))
    assert [len(line) for line in lines(found)] == [2_000, 2_000, 1_000]
    assert "".join(lines(found)) == text


@pytest.mark.parametrize("body", ["x\n" * 9_999 + "x", json.dumps([1] * 9_998)])
def test_the_lines_that_are_left_out_are_counted(body: str) -> None:
    found = read(a_message(body), limit=100)
    assert (len(found.lines), found.more) == (101, 9_900)
    assert lines(found)[-1] == "… and 9,900 more lines"


def test_lines_of_decoded_strings_count() -> None:
    body = json.dumps({"m": json.dumps(list(range(50))), "n": 1})
    whole = read(a_message(body))
    assert (len(whole.lines), whole.more) == (55, 0)
    assert read(a_message(body), limit=10).more == 45
    assert lines(whole)[:10] == lines(read(a_message(body), limit=10))[:10]


def test_a_long_value_is_cut_and_told() -> None:
    found = read(a_message({"note": "x" * 400_000}))
    assert lines(found)[1].endswith('x… (400,000 characters)"')
    assert len(lines(found)[1]) < 11_000
    assert found.notes == ("1 value longer than 10,000 characters, cut",)


def test_sixty_levels_are_shown_and_a_thousand_are_told() -> None:
    shown = read(a_message("[" * 60 + "]" * 60))
    assert (len(shown.lines), shown.notes) == (119, ())
    cut = read(a_message("[" * 300 + "]" * 300))
    assert cut.notes == ("more than 100 levels deep: the rest is left out",)
    assert (len(cut.lines), cut.more, lines(cut)[100].strip()) == (201, 0, '"…"')
    assert read(a_message("[" * 400_000)).notes == ("nested too deeply: not decoded",)


def test_more_than_a_mebibyte_is_read_as_text() -> None:
    found = read(a_message(f'"{"x" * MEBIBYTE}"'))
    assert (found.is_json, found.notes) == (False, ("longer than 1 MiB: not decoded",))


HUGE = {
    "numbers": "[" + "1," * (MEBIBYTE // 2 - 2) + "1]", "line feeds": "\n" * MEBIBYTE, "escapes": "\x1b" * MEBIBYTE,
    "marks": "\u0301" * MEBIBYTE, "one word": "a" * MEBIBYTE, "deep": "[" * MEBIBYTE,
    "strings": json.dumps(["{}"] * 170_000),
    "deep and wide": "[" * 400 + "1," * 400_000 + "1" + "]" * 400, "surrogates": json.dumps("\ud800" * 170_000),
    "same start": json.dumps({"x" * 2_000 + str(number): number for number in range(500)}), "digits": "9" * MEBIBYTE,
    "no number": '{"a":NaN,"b":-Infinity,"c":1e999}', "half": "\ud800", "nothing": "", "nul": "\x00",
    "blank": "\u3000\u2028",
}  # fmt: skip


@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
def test_any_body_reads_clean_and_bounded(body: str) -> None:
    found = read(a_message(body, {"\x1b": "\u202e"}, a="\x1b[2J", b=b"\x1b\xff"))
    assert len(found.lines) <= 2_001
    assert sum(len(line) for line in lines(found)) < 12 * MEBIBYTE
    told = [*lines(found), *found.notes, found.trace]
    told += [text for one in (*found.attributes, *found.system) for text in (one.name, one.type, one.value)]
    assert not {one for text in told for one in set(text) if one != " " and unicodedata.category(one)[0] in "CZ"}


def test_attributes_are_clean_and_sorted() -> None:
    found = read(a_message("x", {"SenderId": "me", "AWSTraceHeader": "\x07"}, b="\x1b", a=b"\xff1", c="z" * 300_000))
    assert found.attributes[:2] == (Entry("a", "Binary", "\\xff1"), Entry("b", "String", "<ESC>"))
    assert len(found.attributes[2].value) == 2_000
    assert found.system == (Entry("AWSTraceHeader", "", "<BEL>"), Entry("SenderId", "", "me"))


@pytest.mark.parametrize(
    ("message", "trace"),
    [
        (a_message("x", {"AWSTraceHeader": f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1"}), TRACE),
        (a_message("x", traceparent=f"00-{PARENT}-b7ad6b7169203331-01"), PARENT),
        (a_message({"X-Amzn-Trace-Id": f"Root={TRACE}"}), TRACE),
        (a_message({"headers": {"traceparent": f"00-{PARENT}-b7ad6b7169203331-01"}}), PARENT),
        (a_message({"MessageAttributes": {"traceparent": {"Type": "String", "Value": f"00-{PARENT}-b7-01"}}}), PARENT),
        (a_message({"traceparent": 5, "headers": {"x-amzn-trace-id": {"Value": []}}}), ""),
        (a_message("traceparent"), ""),
        (a_message("x", {"AWSTraceHeader": "\x1b" * 100_000}, traceparent=b"\x00"), ""),
        (a_message({"note": TRACE}), ""),
    ],
)  # fmt: skip
def test_the_trace_is_found(message: Message, trace: str) -> None:
    assert read(message).trace == trace


def test_times_are_told_where_sqs_tells_them() -> None:
    found = read(
        a_message("x", {"SentTimestamp": "1700000000123", "ApproximateFirstReceiveTimestamp": "1700000001500"})
    )
    assert (found.sent_at, found.first_received_at) == (1_700_000_000.123, 1_700_000_001.5)
    none = read(a_message("x", {"ApproximateFirstReceiveTimestamp": "²"}))
    assert (none.sent_at, none.first_received_at) == (None, None)


@pytest.mark.parametrize("kind", POINTERS)
def test_a_payload_in_s3_is_pointed_at_exactly(kind: str) -> None:
    body = [kind, {"s3BucketName": "big-ones", "s3Key": "a/\x1bb c"}]
    found = read(a_message(body, ExtendedPayloadSize="1200000")).pointer
    assert found == S3Pointer("big-ones", "a/\x1bb c", 1_200_000)
    assert found.text == "s3://big-ones/a/<ESC>b c"
    assert read(a_message(body, SQSLargePayloadSize="many")).pointer == S3Pointer("big-ones", "a/\x1bb c", None)


@pytest.mark.parametrize(
    "body",
    [
        [POINTERS[0]], [POINTERS[0], 1], [POINTERS[0], {"s3BucketName": "big-ones"}], [[POINTERS[0]], {}], POINTERS[0],
        [POINTERS[0], {"s3BucketName": "x y?", "s3Key": "k"}], [POINTERS[0], {"s3BucketName": "big-ones", "s3Key": ""}],
        [POINTERS[0], {"s3BucketName": "big-ones", "s3Key": 1}], {POINTERS[0]: {}}, [POINTERS[0] + "2", {}],
        [POINTERS[0], {"s3BucketName": "big-ones", "s3Key": "k"}, 3], [[], {"x": POINTERS[0]}],
    ],
)  # fmt: skip
def test_what_only_looks_like_a_pointer_is_none(body: object) -> None:
    assert read(a_message(body)).pointer is None


def test_of_a_long_payload_as_much_is_shown_as_a_message_may_hold_and_the_rest_is_counted() -> None:
    message = a_message("points there")
    found = read(message, offloaded=Offloaded("\x01" * 3_000_000 + "\r\nend", "from s3://b/k"))
    assert len(found.lines) == 1_048_576 // 2_000 + 2
    assert found.more == 1_501 - (len(found.lines) - 1)
    assert line_text(found.lines[-1]) == f"… and {found.more:,} more lines"
    found = read(message, offloaded=Offloaded("a\r\n" * 300_000, "from s3://b/k"))
    assert (len(found.lines), found.more) == (2_001, 298_001)
