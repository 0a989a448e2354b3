"""Owns the shop's buckets and which keys they hold; what is in a file is made when somebody reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random

from console.demo.account import Account
from console.demo.seed import contents, hostile, letters, story
from console.demo.services.s3.bucket import NULL, Bucket, Buckets, Content, Stored, Version

_BLOCKED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
_KEY = "6d1f0c52-8a3b-4c1e-9f67-2b90d4e7a815"
_TYPES = {
    ".json": "application/json",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".csv": "text/csv",
    ".woff2": "font/woff2",
    ".gz": "application/gzip",
    ".tfstate": "application/json",
    ".txt": "text/plain",
    ".xml": "application/xml",
}
_SKUS = ("NW-1042", "NW-2210", "NW-3307", "NW-4471-B", "NW-5120", "NW-6003")
_STACKS = ("network", "web", "orders", "payments", "data-lake")
_LONGEST_KEY = 1024
_IN_HEADERS = (hostile.XML[0], hostile.XML[1], hostile.XML[3], hostile.XML[4])
"""Texts that travel in an HTTP header; SDKs break at a line end or at the byte 0x85."""


def seed(account: Account) -> None:
    """Add the buckets; their keys are made when they are first listed."""
    now = account.started
    for bucket in _buckets(now):
        account.state(Buckets).add(bucket)
    if account.hostile:
        _add_hostile(account.state(Buckets), now)


def _buckets(now: datetime) -> Iterator[Bucket]:
    tags = {"environment": "production", "managed-by": "terraform"}
    open_block = _BLOCKED | {"BlockPublicPolicy": False, "RestrictPublicBuckets": False}
    yield Bucket(
        "northwind-assets", now - timedelta(days=1391), block=open_block, public=True, tags=tags | {"team": "web"},
        fill=partial(_assets, now),
    )  # fmt: skip
    yield Bucket(
        "northwind-orders-archive", now - timedelta(days=1204), encryption="aws:kms", key=_KEY, block=_BLOCKED,
        public=False, tags=tags | {"team": "orders", "data": "personal"}, fill=partial(_orders, now),
    )  # fmt: skip
    yield Bucket(
        "northwind-invoices", now - timedelta(days=1204), versioning="Enabled", encryption="aws:kms", key=_KEY,
        block=_BLOCKED, tags=tags | {"team": "billing", "retention": "10y"}, fill=partial(_invoices, now),
    )  # fmt: skip
    yield Bucket(
        "northwind-access-logs", now - timedelta(days=2210), encryption="", public=False, fill=partial(_logs, now)
    )
    yield Bucket(
        "northwind-backups", now - timedelta(days=988), versioning="Suspended", encryption="aws:kms", key=_KEY,
        block=_BLOCKED, tags=tags | {"team": "platform"}, fill=partial(_backups, now),
    )  # fmt: skip
    yield Bucket(
        "northwind-terraform-state", now - timedelta(days=1391), versioning="Enabled", block=_BLOCKED, public=False,
        tags=tags | {"team": "platform"}, fill=partial(_states, now),
    )  # fmt: skip
    yield Bucket(
        "northwind-data-lake", now - timedelta(days=640), "eu-central-1", block=_BLOCKED,
        tags=tags | {"team": "analytics"}, fill=partial(_lake, now),
    )  # fmt: skip


def _object(
    key: str, at: datetime, storage_class: str = "STANDARD", content: Content | None = None, version: str = NULL
) -> Version:
    kind = next((kind for suffix, kind in _TYPES.items() if key.endswith(suffix)), "binary/octet-stream")
    return Version(key, version, at, content or contents.of(key), storage_class, {"ContentType": kind})


def _assets(now: datetime) -> Iterator[Version]:
    random = Random("assets")
    released = now - story.RELEASE_AGE
    for name in ("index.html", "robots.txt", "sitemap.xml", "favicon.svg", "css/app.css", "js/app.js", "js/vendor.js"):
        yield _object(name, released)
    for name in ("inter-400.woff2", "inter-600.woff2", "northwind-display.woff2"):
        yield _object(f"fonts/{name}", now - timedelta(days=420))
    for number in range(90):
        sku = _SKUS[number] if number < len(_SKUS) else f"NW-{random.randint(1000, 6999)}"
        for size in ("large", "medium", "thumb"):
            for view in range(1, random.randint(2, 4)):
                yield _object(f"img/products/{sku}/{size}-{view}.png", now - timedelta(days=random.randint(3, 900)))
    for name in ("cart", "lantern", "tent", "boot", "map", "truck", "leaf"):
        yield _object(f"img/icons/{name}.svg", now - timedelta(days=610))
    for number in range(3, 0, -1):
        yield _object(f"releases/2026.11.{number}/manifest.json", released - timedelta(days=6 * (3 - number)))


def _orders(now: datetime) -> Iterator[Version]:
    random = Random("orders")
    for days in range(24):
        day = now - timedelta(days=days)
        for _ in range(random.randint(18, 34)):
            at = day - timedelta(minutes=random.randint(2, 600))
            yield _object(f"orders/{day:%Y/%m/%d}/ord_{random.getrandbits(48):012x}.json", at)
    for key in letters.payload_keys():
        yield _object(key, now - story.INCIDENT_AGE)
    for months in range(1, 40):
        first = _month(now, months)
        key = f"monthly/{first:%Y}/orders-{first:%Y-%m}.tar.gz"
        storage_class = "STANDARD_IA" if months < 4 else "GLACIER" if months < 14 else "DEEP_ARCHIVE"
        size = random.randint(40, 900) * 1_000_000
        yield _object(key, min(first + timedelta(days=31), now), storage_class, contents.dump(key, size))


def _invoices(now: datetime) -> Iterator[Version]:
    random = Random("invoices")
    for months in range(8):
        first = _month(now, months)
        for number in range(1, random.randint(38, 60)):
            at = min(first + timedelta(hours=14 * number), now - timedelta(hours=1))
            yield _object(f"{first:%Y/%m}/INV-{first:%Y%m}-{number:04d}.pdf", at, version=_identity(random))
    yield _object("templates/invoice.html", now - timedelta(days=700), version=NULL)
    yield _object("templates/invoice.html", now - timedelta(days=88), version=_identity(random))


def _logs(now: datetime) -> Iterator[Version]:
    random = Random("logs")
    for hours in range(12 * 24):
        at = now - timedelta(hours=hours)
        key = f"alb/AWSLogs/elasticloadbalancing/eu-west-1/{at:%Y/%m/%d}/web-eu1_{at:%Y%m%dT%H}00Z"
        for _ in range(2):
            yield _object(f"{key}_{random.getrandbits(32):08x}.log.gz", at)
    for days in range(60):
        at = now - timedelta(days=days)
        yield _object(f"s3/northwind-assets/{at:%Y-%m-%d}-00-14-{random.getrandbits(64):016X}.log.gz", at)


def _backups(now: datetime) -> Iterator[Version]:
    random = Random("backups")
    for name, gigabytes in (("orders", 38), ("payments", 11), ("catalogue", 4)):
        for days in range(90):
            at = (now - timedelta(days=days)).replace(hour=2, minute=14)
            key = f"rds/{name}/{at:%Y-%m}/{name}-{at:%Y-%m-%d}.dump.zst"
            storage_class = "STANDARD_IA" if days < 8 else "GLACIER" if days < 45 else "DEEP_ARCHIVE"
            size = int(gigabytes * 1_000_000_000 * random.uniform(0.94, 1.03))
            version = _object(key, min(at, now), storage_class, contents.dump(key, size))
            if days == 9:
                version.restore = (
                    f'ongoing-request="false", expiry-date="{now + timedelta(days=5):%a, %d %b %Y} 00:00:00 GMT"'
                )
            if days == 10:
                version.restore = 'ongoing-request="true"'
            yield version
    yield _object("README.txt", now - timedelta(days=988))
    yield _object("rds/", now - timedelta(days=988))


def _states(now: datetime) -> Iterator[Version]:
    random = Random("states")
    for environment in ("production", "staging"):
        for stack in _STACKS:
            yield from _stack(f"{environment}/{stack}", now, random)
    gone = "staging/old-checkout/terraform.tfstate"
    for serial in range(1, 4):
        at = now - timedelta(days=400 - serial)
        yield _object(gone, at, content=contents.state(gone, serial), version=_identity(random))
    yield Version(gone, _identity(random), now - timedelta(days=211), None)


def _stack(folder: str, now: datetime, random: Random) -> Iterator[Version]:
    """Yield a stack's states, oldest first, and the locks that each change set and removed."""
    key, lock, count = f"{folder}/terraform.tfstate", f"{folder}/terraform.tfstate.tflock", random.randint(6, 22)
    last = now - story.RELEASE_AGE - timedelta(minutes=3)
    for serial in range(1, count + 1):
        at = last - timedelta(days=9 * (count - serial) + (serial < count))
        yield _object(key, at, content=contents.state(key, serial), version=NULL if serial == 1 else _identity(random))
        if serial > count - 3:
            body = Stored(b'{"Operation":"OperationTypeApply","Who":"deploy@runner"}')
            yield _object(lock, at - timedelta(seconds=70), content=body, version=_identity(random))
            yield Version(lock, _identity(random), at + timedelta(seconds=2), None)


def _lake(now: datetime) -> Iterator[Version]:
    random = Random("lake")
    for days in range(10):
        for hour in range(24):
            at = (now - timedelta(days=days)).replace(hour=hour, minute=4)
            if at > now:
                continue
            folder = f"raw/events/dt={at:%Y-%m-%d}/hour={hour:02d}"
            yield _object(f"{folder}/part-00000-{random.getrandbits(48):012x}.snappy.parquet", at)
            yield _object(f"{folder}/_SUCCESS", at)
    for table in ("orders", "customers", "sessions"):
        for days in range(40):
            at = now - timedelta(days=days)
            yield _object(f"curated/{table}/dt={at:%Y-%m-%d}/{table}-00000.jsonl.gz", at, "INTELLIGENT_TIERING")
    for table in ("stock", "prices"):
        yield _object(f"exports/{table}.csv", now - timedelta(hours=7))


def _month(now: datetime, back: int) -> datetime:
    """Return the first day of the month so many months ago, at this time of day."""
    year, month = divmod(now.year * 12 + now.month - 1 - back, 12)
    return now.replace(year=year, month=month + 1, day=1)


def _identity(random: Random) -> str:
    """Return a version id."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."
    return "".join(random.choices(letters, k=32))


def _add_hostile(buckets: Buckets, now: datetime) -> None:
    """Add a bucket whose keys and contents attack. Keys travel URL-encoded; tags cannot hold what XML cannot."""
    tags = {f"hostile {number}": text[:200] for number, text in enumerate(hostile.XML)}
    buckets.add(
        Bucket(
            "hostile",
            now - timedelta(days=1),
            versioning="Enabled",
            block=_BLOCKED,
            tags=tags,
            fill=partial(_hostile_objects, now),
        )
    )


def _hostile_objects(now: datetime) -> Iterable[Version]:
    random = Random("hostile")
    paths = (
        "../../../../etc/cron.d/cloudtop", "/leading", "double//slash", "ends/", "-rf", "key?versionId=null", "100%25",
        " blanks ", "C:\\autoexec.bat", "NFC \u00fc", "NFD u\u0308", "a\0b", "~/.bashrc", "x" * _LONGEST_KEY,
    )  # fmt: skip
    for number, text in enumerate((*paths, *hostile.RAW, *(f"nested/{text}/{text}" for text in hostile.RAW))):
        key = text.encode()[:_LONGEST_KEY].decode(errors="ignore")
        body = Stored(f"{text}\n".encode() * 3)
        version = _object(key, now - timedelta(minutes=number), content=body, version=_identity(random))
        version.tags = {f"tag{number}": text[:200] for number, text in enumerate(hostile.XML[:3])}
        shown = _IN_HEADERS[number % len(_IN_HEADERS)]
        version.headers = {"ContentType": shown, "ContentDisposition": shown}
        version.metadata = {"note": shown}
        yield version
        if number % 5 == 4:
            yield Version(key, _identity(random), now, None)
