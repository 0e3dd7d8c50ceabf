"""Codeforces 1391 E: a simple path of half of the nodes, or a pairing of half of them with at most 2 edges between two pairs."""

from __future__ import annotations

import itertools


def check(input, got, expected):
    """Read both texts graph by graph; accept a path or a pairing that is valid, whichever it is."""
    numbers, words = iter(map(int, input.split())), iter(got.split())
    try:
        for _ in range(next(numbers)):
            n, m = next(numbers), next(numbers)
            edges = {frozenset((next(numbers), next(numbers))) for _ in range(m)}
            kind, k = next(words), int(next(words))
            if kind == "PATH":
                is_right = _is_path([int(next(words)) for _ in range(k)], n, edges)
            elif kind == "PAIRING":
                is_right = _is_pairing([(int(next(words)), int(next(words))) for _ in range(k)], n, edges)
            else:
                return False
            if not is_right:
                return False
    except (StopIteration, ValueError, RuntimeError):
        return False
    return next(words, None) is None


def _is_path(path, n, edges):
    are_nodes = len(set(path)) == len(path) and all(1 <= x <= n for x in path)
    return are_nodes and 2 * len(path) >= n and all(frozenset(pair) in edges for pair in itertools.pairwise(path))


def _is_pairing(pairs, n, edges):
    nodes = [x for pair in pairs for x in pair]
    if len(set(nodes)) != len(nodes) or not all(1 <= x <= n for x in nodes) or 2 * len(nodes) < n:
        return False
    pair_of = {x: number for number, pair in enumerate(pairs) for x in pair}
    num_inside = [frozenset(pair) in edges for pair in pairs]
    num_between = {}
    for x, y in map(tuple, edges):
        first, second = pair_of.get(x), pair_of.get(y)
        if first is not None and second is not None and first != second:
            key = (min(first, second), max(first, second))
            num_between[key] = num_between.get(key, 0) + 1
    return all(count + num_inside[a] + num_inside[b] <= 2 for (a, b), count in num_between.items())
