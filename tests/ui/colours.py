"""How colours look to people: contrast, colour blindness, difference. Knows no theme."""

from __future__ import annotations

from itertools import pairwise

from textual.color import Color

Rgb = tuple[float, float, float]
"""Linear light, 0 to 1."""

DEUTERANOPIA = ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969))
PROTANOPIA = ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052))
"""Machado, Oliveira and Fernandes 2009, full severity; they work on linear light."""


def linear(name: str) -> Rgb:
    """Return a colour's light."""
    parts = Color.parse(name).normalized
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(light: Rgb) -> float:
    """Return WCAG's relative luminance."""
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(first: str, second: str) -> float:
    """Return WCAG's contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(linear(first)), luminance(linear(second))))
    return (light + 0.05) / (dark + 0.05)


def seen(name: str, blindness: tuple[Rgb, Rgb, Rgb]) -> Rgb:
    """Return the light that somebody with ``blindness`` sees of a colour."""
    light = linear(name)
    red, green, blue = (
        min(1.0, max(0.0, sum(share * part for share, part in zip(row, light, strict=True)))) for row in blindness
    )
    return red, green, blue


def difference(first: Rgb, second: Rgb) -> float:
    """Return CIE's difference of two colours: 2 can just be told apart side by side, 20 at a glance."""
    return float(sum((a - b) ** 2 for a, b in zip(_lab(first), _lab(second), strict=True)) ** 0.5)


def _lab(light: Rgb) -> Rgb:
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    sums = (sum(share * part for share, part in zip(row, light, strict=True)) for row in matrix)
    x, y, z = (_cube_root(part / full) for part, full in zip(sums, white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _cube_root(part: float) -> float:
    return float(part ** (1 / 3)) if part > 0.008856 else 7.787 * part + 16 / 116


assert all(abs(a - b) < 1 for a, b in pairwise(sum(row) for row in DEUTERANOPIA)), "white stays white"
