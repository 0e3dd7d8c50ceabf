"""Codeforces 618 C: three stars whose triangle has area and holds no other star, not even on its border."""

from __future__ import annotations


def check(input, got, expected):
    """Accept any three indices, in any order, that form such a triangle."""
    n, *rest = map(int, input.split())
    stars = [(rest[i], rest[i + 1]) for i in range(0, 2 * n, 2)]
    try:
        chosen = [int(word) - 1 for word in got.split()]
    except ValueError:
        return False
    if len(chosen) != 3 or len(set(chosen)) != 3 or not all(0 <= index < n for index in chosen):
        return False
    a, b, c = (stars[index] for index in chosen)
    if _turn(a, b, c) == 0:
        return False
    return not any(_is_in(star, a, b, c) for index, star in enumerate(stars) if index not in chosen)


def _turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_in(star, a, b, c):
    turns = (_turn(a, b, star), _turn(b, c, star), _turn(c, a, star))
    return min(turns) >= 0 or max(turns) <= 0
