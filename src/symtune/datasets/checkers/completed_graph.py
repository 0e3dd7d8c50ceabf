"""Codeforces 715 B: give the erased edges weights so that the shortest path between two vertices is exactly L."""

from __future__ import annotations

import heapq

MAX_WEIGHT = 10**18


def check(input, got, expected):
    """Accept ``NO`` where the data set says so, and any weights that fit; edges in any order and direction."""
    words, wanted = got.split(), expected.split()
    if words[:1] != wanted[:1]:
        return False
    if words == ["NO"]:
        return True
    n, m, length, source, target, *rest = map(int, input.split())
    try:
        numbers = list(map(int, words[1:]))
    except ValueError:
        return False
    if words[0] != "YES" or len(numbers) != 3 * m:
        return False
    given = {frozenset(rest[i : i + 2]): rest[i + 2] for i in range(0, 3 * m, 3)}
    answer = {frozenset(numbers[i : i + 2]): numbers[i + 2] for i in range(0, 3 * m, 3)}
    if given.keys() != answer.keys():
        return False
    if any(not 1 <= w <= MAX_WEIGHT or given[edge] not in (0, w) for edge, w in answer.items()):
        return False
    return _distance(n, answer, source, target) == length


def _distance(n, weights, source, target):
    neighbours = [[] for _ in range(n)]
    for edge, w in weights.items():
        x, y = edge
        neighbours[x].append((y, w))
        neighbours[y].append((x, w))
    heap, done = [(0, source)], set()
    while heap:
        reached, x = heapq.heappop(heap)
        if x == target:
            return reached
        if x not in done:
            done.add(x)
            for y, w in neighbours[x]:
                if y not in done:
                    heapq.heappush(heap, (reached + w, y))
    return None
