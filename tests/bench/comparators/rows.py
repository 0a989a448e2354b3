"""Owns the instances that every program of the benchmark shows, as plain values; must not know who shows them."""

from __future__ import annotations

from collections.abc import Iterator

PAGE = 1000
"""Instances that one page of an answer holds."""
KINDS = ("api", "batch", "db", "web")
TYPES = ("m7i.large", "c7g.xlarge", "r6i.2xlarge", "t3.micro", "m6a.4xlarge")
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
TITLES = (
    "NAME", "ID", "STATE", "TYPE", "ZONE", "PRIVATE IP", "PUBLIC IP", "AGE", "CPU 1H", "CPU", "CHECKS", "VPC", "SUBNET",
    "IMAGE",
)  # fmt: skip
"""Every column that cloudtop holds."""
SHOWN = {
    "120": ("NAME", "ID", "STATE", "TYPE", "PRIVATE IP", "AGE", "CPU 1H", "CPU", "CHECKS"),
    "80": ("NAME", "STATE", "PRIVATE IP", "CPU 1H", "CPU", "CHECKS"),
    "all": TITLES,
}
"""What cloudtop shows of them in a terminal so wide."""

SPARK = "▁▂▃▄▅▆▇█▁▂▃▄"

Values = tuple[str, ...]


def values(page: str, place: int, generation: int = 0) -> dict[str, str]:
    """Return one instance; ``page`` is four hexadecimal digits, or what stands for them."""
    high, low = divmod(place, 250)
    return {
        "id": f"i-0{page}{place:04x}{place * 2654435761 % 16**8:08x}",
        "name": f"{KINDS[place % 4]}-{page}{place:03d}",
        "state": state(place, generation),
        "type": TYPES[place * 7 % 5],
        "zone": ZONES[place % 3],
        "private_ip": f"10.{place % 200}.{high}.{low}",
        "public_ip": f"52.{place % 211}.{high}.{low}",
        "launched": f"2025-{place % 9 + 1:02d}-{place % 27 + 1:02d}T{place % 24:02d}:{place % 60:02d}:11.000Z",
        "vpc": f"vpc-0{place % 5:016x}",
        "subnet": f"subnet-0{place % 30:016x}",
        "image": f"ami-0{place % 12:016x}",
    }


def state(place: int, generation: int) -> str:
    """Return an instance's state; with each generation one in a hundred is turned round."""
    turns = (generation - (place % 100 or 100) + 100) // 100
    return "stopped" if (turns + (place % 17 == 0)) % 2 else "running"


def table(count: int, width: str) -> Iterator[Values]:
    """Yield ``count`` instances as the texts of a table with the columns of ``SHOWN[width]``."""
    places = [TITLES.index(title) for title in SHOWN[width]]
    for index in range(count):
        page, place = divmod(index, PAGE)
        found = values(f"{page:04x}", place)
        glyph = "●" if found["state"] == "running" else "○"
        texts = (
            found["name"], found["id"], f"{glyph} {found['state']}", found["type"], found["zone"],
            found["private_ip"], found["public_ip"], f"{30 + place % 270}d", SPARK[place % 8 :] + SPARK[: place % 8],
            f"{place % 100}%", "● 2/2 ok", found["vpc"], found["subnet"], found["image"],
        )  # fmt: skip
        yield tuple(texts[at] for at in places)
