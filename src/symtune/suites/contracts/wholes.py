"""Texts and points as wholes: palindromes, and convex polygons; how one is made of a text or of points that are none. Source: ours."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

Points = list[tuple[Any, ...]]


def is_palindrome(text: Sequence[Any]) -> bool:
    """Whether a text or list reads the same from its end."""
    return text == text[::-1]


def as_palindrome(text: Any) -> Any:
    """Return the text with its first half mirrored onto the second."""
    half = len(text) // 2
    return text[: len(text) - half] + text[:half][::-1]


def is_convex(points: Sequence[Any], turn: int) -> bool:
    """Whether the points, in order, are the corners of a strictly convex polygon.

    Args:
        points: rows that start with two coordinates.
        turn: 1 for corners against the clock, -1 with the clock, 0 for either.
    """
    num = len(points)
    if num < 3 or len({tuple(point[:2]) for point in points}) < num:
        return False
    turns = [_turn(points[place], points[(place + 1) % num], points[(place + 2) % num]) for place in range(num)]
    side = turn or (1 if turns[0] > 0 else -1)
    return all(one * side > 0 for one in turns) and list(_rotated(points)) == _corners(points, side)


def as_convex(points: Points, turn: int, rng: random.Random) -> Points:
    """Return those of the points that are corners of their hull, in order from a random one; see `is_convex`."""
    corners = _corners(points, turn or rng.choice((1, -1)))
    start = rng.randrange(len(corners)) if corners else 0
    return corners[start:] + corners[:start]


def _turn(one: Any, other: Any, third: Any) -> Any:
    """Return a number above zero where the way from one point over another to a third turns against the clock."""
    return (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])


def _rotated(points: Sequence[Any]) -> Points:
    """Return the points from the least one on."""
    start = min(range(len(points)), key=lambda place: tuple(points[place][:2]))
    return [*points[start:], *points[:start]]


def _corners(points: Sequence[Any], side: int) -> Points:
    """Return the corners of the hull, from the least point on, by Andrew's monotone chain."""
    distinct = sorted({tuple(point[:2]): point for point in points}.values(), key=lambda point: tuple(point[:2]))
    if len(distinct) < 3:
        return distinct

    def half(ordered: Sequence[Any]) -> Points:
        chain: Points = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    corners = half(distinct) + half(distinct[::-1])
    return corners if side > 0 else [corners[0], *corners[:0:-1]]
