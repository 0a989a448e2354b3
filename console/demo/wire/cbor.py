"""Owns CBOR (RFC 8949) as far as AWS uses it; must not know shapes."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import Any

_BREAK = object()
_EPOCH_TAG = 1


def encode(value: object) -> bytes:
    """Return ``value`` encoded: None, bool, int, float, str, bytes, datetime, lists and dicts of these."""
    out = bytearray()
    _encode(value, out)
    return bytes(out)


def _encode(value: object, out: bytearray) -> None:
    if value is None or isinstance(value, bool):
        out.append({None: 0xF6, False: 0xF4, True: 0xF5}[value])
    elif isinstance(value, int):
        _head(0 if value >= 0 else 1, value if value >= 0 else -1 - value, out)
    elif isinstance(value, float):
        out += b"\xfb" + struct.pack(">d", value)
    elif isinstance(value, datetime):
        _head(6, _EPOCH_TAG, out)
        _encode(value.timestamp(), out)
    elif isinstance(value, bytes):
        _head(2, len(value), out)
        out += value
    elif isinstance(value, str):
        text = value.encode()
        _head(3, len(text), out)
        out += text
    else:
        _encode_container(value, out)


def _encode_container(value: object, out: bytearray) -> None:
    if isinstance(value, dict):
        _head(5, len(value), out)
        for key, item in value.items():
            _encode(key, out)
            _encode(item, out)
    elif isinstance(value, list | tuple):
        _head(4, len(value), out)
        for item in value:
            _encode(item, out)
    else:
        raise TypeError(f"{type(value).__name__} has no CBOR form")


def _head(major: int, number: int, out: bytearray) -> None:
    if number < 24:
        out.append(major << 5 | number)
        return
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * size):
            out.append(major << 5 | info)
            out += number.to_bytes(size, "big")
            return
    raise OverflowError("the number needs more than 64 bits")


def decode(data: bytes) -> Any:
    """Return the first value in ``data``. Raises ``ValueError`` for what is not CBOR."""
    try:
        return _Decoder(data).value()
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise ValueError("not CBOR") from error


class _Decoder:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def value(self) -> Any:
        first = self._take(1)[0]
        major, info = first >> 5, first & 31
        if major == 7:
            return self._simple(info)
        number = None if info == 31 else self._number(info)
        if major in (2, 3):
            return self._text(major, number)
        if major == 4:
            return list(self._items(number))
        if major == 5:
            return {key: self.value() for key in self._items(number)}
        if major == 6:
            return self._tagged(number)
        if number is None:
            raise ValueError("a number has no indefinite length")
        return number if major == 0 else -1 - number

    def _take(self, size: int) -> bytes:
        part = self._data[self._at : self._at + size]
        if len(part) != size:
            raise ValueError("the data ends early")
        self._at += size
        return part

    def _number(self, info: int) -> int:
        if info < 24:
            return info
        return int.from_bytes(self._take(1 << (info - 24)), "big")

    def _items(self, count: int | None) -> Any:
        left = count
        while left is None or left > 0:
            item = self.value()
            if item is _BREAK:
                return
            yield item
            left = None if left is None else left - 1

    def _text(self, major: int, size: int | None) -> Any:
        if size is None:
            parts = list(self._items(None))
            return (b"" if major == 2 else "").join(parts)
        part = self._take(size)
        return part if major == 2 else part.decode()

    def _tagged(self, tag: int | None) -> Any:
        value = self.value()
        return datetime.fromtimestamp(value, UTC) if tag == _EPOCH_TAG else value

    def _simple(self, info: int) -> Any:
        if info in (25, 26, 27):
            kind, size = {25: (">e", 2), 26: (">f", 4), 27: (">d", 8)}[info]
            return struct.unpack(kind, self._take(size))[0]
        return {20: False, 21: True, 31: _BREAK}.get(info)
