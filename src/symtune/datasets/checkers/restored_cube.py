"""Codeforces 464 B: permute the numbers within eight lines so that they are the vertices of a cube."""

from __future__ import annotations


def check(input, got, expected):
    """Accept ``NO`` where the data set says so, and any eight points that are a cube made of the lines' numbers."""
    words, wanted = got.split(), expected.split()
    if words[:1] != wanted[:1]:
        return False
    if words == ["NO"]:
        return True
    try:
        numbers = list(map(int, words[1:]))
    except ValueError:
        return False
    if words[0] != "YES" or len(numbers) != 24:
        return False
    given = list(map(int, input.split()))
    points = [tuple(numbers[i : i + 3]) for i in range(0, 24, 3)]
    if any(sorted(point) != sorted(given[3 * i : 3 * i + 3]) for i, point in enumerate(points)):
        return False
    return _is_cube(points)


def _is_cube(points):
    """Whether each vertex sees three others at the edge's square, three at twice and one at three times that."""
    for a in points:
        squares = sorted(sum((x - y) ** 2 for x, y in zip(a, b)) for b in points)
        side = squares[1]
        if side == 0 or squares != [0] + [side] * 3 + [2 * side] * 3 + [3 * side]:
            return False
    return True
