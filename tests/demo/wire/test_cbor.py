"""CBOR against the examples of RFC 8949, appendix A."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.demo.wire import cbor

BOTH_WAYS = [
    (0, "00"),
    (23, "17"),
    (24, "1818"),
    (1000, "1903e8"),
    (1_000_000_000_000, "1b000000e8d4a51000"),
    (18_446_744_073_709_551_615, "1bffffffffffffffff"),
    (-1, "20"),
    (-1000, "3903e7"),
    (1.1, "fb3ff199999999999a"),
    (False, "f4"),
    (True, "f5"),
    (None, "f6"),
    (b"\x01\x02\x03\x04", "4401020304"),
    ("", "60"),
    ("IETF", "6449455446"),
    ("\u6c34", "63e6b0b4"),
    ([1, [2, 3], [4, 5]], "8301820203820405"),
    ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
]
READ_ONLY = [
    (1.5, "f93e00"),
    (100000.0, "fa47c35000"),
    (b"\x01\x02\x03\x04\x05", "5f42010243030405ff"),
    ("streaming", "7f657374726561646d696e67ff"),
    ([1, [2, 3], [4, 5]], "9f018202039f0405ffff"),
    ({"a": 1, "b": [2, 3]}, "bf61610161629f0203ffff"),
    (datetime(2013, 3, 21, 20, 4, tzinfo=UTC), "c11a514b67b0"),
]


@pytest.mark.parametrize(("value", "text"), BOTH_WAYS)
def test_writing(value: Any, text: str) -> None:
    assert cbor.encode(value).hex() == text


@pytest.mark.parametrize(("value", "text"), BOTH_WAYS + READ_ONLY)
def test_reading(value: Any, text: str) -> None:
    assert cbor.decode(bytes.fromhex(text)) == value


def test_a_moment_comes_back() -> None:
    moment = datetime(2026, 11, 21, 8, 30, 15, 250_000, tzinfo=UTC)
    assert cbor.decode(cbor.encode([moment])) == [moment]


@pytest.mark.parametrize("text", ["", "1903", "62ff", "62fffe", "82", "5f42", "1f", "a1", "fb00"])
def test_what_is_not_cbor(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cbor.decode(bytes.fromhex(text))


def test_what_has_no_cbor_form() -> None:
    with pytest.raises(TypeError):
        cbor.encode(object())
