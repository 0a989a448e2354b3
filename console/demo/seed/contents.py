"""Owns what the demo's files hold, made from their keys when somebody reads them; must not know buckets."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from random import Random
from typing import Any

from console.demo.seed import letters
from console.demo.services.s3.bucket import Content, Stored

_PART = 16 * 1024 * 1024
_BLOCK = 256 * 1024


@dataclass(frozen=True)
class Made:
    """Bytes that ``make`` gives each time anew."""

    make: Callable[[], bytes]

    @cached_property
    def size(self) -> int:
        """Bytes in all."""
        return len(self.make())

    @cached_property
    def etag(self) -> str:
        """The entity tag, quotes included."""
        return Stored(self.make()).etag

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` until before ``end``."""
        return self.make()[start:end]


@dataclass(frozen=True)
class Large:
    """More bytes than anybody reads: ``magic``, then the same noise again and again. It came in parts."""

    key: str
    size: int
    magic: bytes

    @property
    def etag(self) -> str:
        """The entity tag, quotes included: of parts, therefore no digest of the whole."""
        digest = hashlib.md5(self.key.encode(), usedforsecurity=False).hexdigest()
        return f'"{digest}-{-(-self.size // _PART)}"'

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` until before ``end``."""
        block = self.magic + Random(self.key).randbytes(_BLOCK)
        first = start // len(block)
        count = (min(end, self.size) - 1) // len(block) - first + 1
        return (block * max(0, count))[start - first * len(block) : min(end, self.size) - first * len(block)]


def of(key: str) -> Content:
    """Return the content that the end of ``key`` asks for."""
    for suffix, make in _MAKERS.items():
        if key.endswith(suffix):
            return Made(partial(make, key))
    return Made(partial(_text, key))


def dump(key: str, size: int) -> Content:
    """Return a large compressed file."""
    return Large(
        key, size, b"\x28\xb5\x2f\xfd" if key.endswith(".zst") else b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    )


def state(key: str, serial: int) -> Content:
    """Return one version of a Terraform state."""
    return Made(partial(_state, key, serial))


def _order(key: str) -> bytes:
    """Return an order as JSON; ``key`` ends in its id."""
    random = Random(key)
    identity = key.rsplit("/", 1)[-1].removesuffix(".json")
    lines: list[dict[str, Any]] = []
    total = 0
    for price in random.choices((1450, 2250, 3490, 7900, 11900), k=random.randint(1, 4)):
        quantity = random.randint(1, 4)
        lines.append({"sku": f"NW-{random.randint(1000, 6999)}", "quantity": quantity, "unit_price": price})
        total += quantity * price
    document = {
        "order_id": identity,
        "status": random.choice(("delivered", "delivered", "delivered", "returned")),
        "customer": {"id": f"cus_{random.randint(10_000, 99_999)}", "country": random.choice(("DE", "NL", "SE", "IE"))},
        "currency": "EUR",
        "total": total,
        "lines": lines,
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def _payload(key: str) -> bytes:
    """Return the body of a message that was too long for a queue: an order of very many lines."""
    random = Random(key)
    lines = [{"sku": f"NW-{random.randint(1000, 6999)}", "quantity": random.randint(1, 40)} for _ in range(40_000)]
    identity = f"ord_{random.getrandbits(48):012x}"
    document = {"type": "BulkOrder", "order_id": identity, "lines": lines, "note": ""}
    body = json.dumps(document, separators=(",", ":")).encode()
    return body.removesuffix(b'"}') + b"x" * (letters.payload_size(key) - len(body)) + b'"}'


def _access_log(key: str) -> bytes:
    """Return a load balancer's access log, compressed."""
    random = Random(key)
    lines = []
    for _ in range(random.randint(12, 30)):
        status = random.choices((200, 304, 404, 502, 504), (80, 9, 6, 3, 2))[0]
        path = random.choice(("/", "/cart", "/checkout", "/api/orders", "/products/NW-1042"))
        address = f"203.0.113.{random.randint(1, 254)}:{random.randint(20_000, 60_000)}"
        upstream = f"10.20.{random.randint(1, 3)}.{random.randint(4, 250)}:8443"
        times = f"0.001 {random.expovariate(8):.3f} 0.000"
        lines.append(
            f"https app/web-eu1/50dc6c495c0c9188 {address} {upstream} {times} {status} {status} "
            f'{random.randint(200, 900)} {random.randint(400, 90_000)} "GET https://shop.example:443{path} HTTP/2.0"\n'
        )
    return gzip.compress("".join(lines).encode(), 1, mtime=0)


def _json_lines(key: str) -> bytes:
    random = Random(key)
    rows = ({"id": f"{random.getrandbits(40):010x}", "count": random.randint(0, 900)} for _ in range(40))
    return gzip.compress("".join(f"{json.dumps(row)}\n" for row in rows).encode(), 1, mtime=0)


def _png(key: str) -> bytes:
    """Return a small picture: one colour fading to another."""
    red, green, blue = Random(key).randbytes(3)
    rows = b"".join(b"\0" + bytes((red, green, min(255, blue + row))) * 48 for row in range(0, 96, 2))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 48, 48, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    framed = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def _pdf(key: str) -> bytes:
    title = key.rsplit("/", 1)[-1].removesuffix(".pdf")
    amount = Random(key).randint(1_450, 48_000)
    stream = f"BT /F1 18 Tf 72 770 Td (Northwind invoice {title}) Tj 0 -28 Td (EUR {amount / 100:.2f}) Tj ET".encode()
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, 1))
    return b"%%PDF-1.4\n%strailer << /Root 1 0 R /Size 5 >>\n%%%%EOF\n" % body


def _csv(key: str) -> bytes:
    random = Random(key)
    rows = (
        f"NW-{random.randint(1000, 6999)},{random.randint(0, 400)},{random.randint(500, 12_900)}\n" for _ in range(60)
    )
    return ("sku,stock,price_cents\n" + "".join(rows)).encode()


def _parquet(key: str) -> bytes:
    random = Random(key)
    return b"PAR1" + random.randbytes(random.randint(2_000, 24_000)) + b"PAR1"


def _noise(key: str) -> bytes:
    random = Random(key)
    return random.randbytes(random.randint(8_000, 40_000))


def _json(key: str) -> bytes:
    random = Random(key)
    files = {f"app.{random.getrandbits(32):08x}.{kind}": random.randint(900, 90_000) for kind in ("js", "css", "map")}
    return json.dumps(
        {"name": key.rsplit("/", 1)[-1], "build": random.getrandbits(24), "files": files}, indent=2
    ).encode()


def _svg(key: str) -> bytes:
    radius = Random(key).randint(6, 16)
    shape = f'<circle cx="16" cy="16" r="{radius}" fill="none" stroke="#1f6f5c"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{shape}</svg>\n'.encode()


def _html(key: str) -> bytes:
    return (
        "<!doctype html>\n<html lang=en>\n<title>Northwind Outfitters</title>\n"
        f"<!-- {key} -->\n<main>\n  <h1>Made to be outdoors</h1>\n</main>\n</html>\n"
    ).encode()


def _script(key: str) -> bytes:
    number = Random(key).getrandbits(32)
    return (
        f"/* {key} */\n" + f"export const build={number};addEventListener('load',()=>start(build));\n" * 24
    ).encode()


def _style(key: str) -> bytes:
    random = Random(key)
    return "".join(f".c{number}{{margin:{random.randint(0, 32)}px;color:#1f6f5c}}\n" for number in range(80)).encode()


def _state(key: str, serial: int) -> bytes:
    name = key.split("/")[-2]
    document = {
        "version": 4,
        "terraform_version": "1.13.4",
        "serial": serial,
        "lineage": f"{Random(key).getrandbits(64):016x}",
        "outputs": {"service": {"value": name, "type": "string"}},
        "resources": [
            {
                "mode": "managed",
                "type": "aws_sqs_queue",
                "name": f"{name}_{number}",
                "instances": [{"schema_version": 0}],
            }
            for number in range(serial % 9 + 3)
        ],
    }
    return json.dumps(document, indent=2).encode() + b"\n"


def _text(key: str) -> bytes:
    return f"{key}\n".encode()


def _empty(_key: str) -> bytes:
    return b""


_MAKERS: dict[str, Callable[[str], bytes]] = {
    ".log.gz": _access_log,
    ".jsonl.gz": _json_lines,
    ".png": _png,
    ".pdf": _pdf,
    ".csv": _csv,
    ".parquet": _parquet,
    ".woff2": _noise,
    ".svg": _svg,
    ".html": _html,
    ".js": _script,
    ".css": _style,
    "manifest.json": _json,
    ".payload.json": _payload,
    ".json": _order,
    "_SUCCESS": _empty,
    "/": _empty,
}
