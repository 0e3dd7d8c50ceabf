"""Codeforces 1076 D: keep at most k edges so that as many vertices as possible keep their distance to vertex 1."""

from __future__ import annotations

import heapq


def check(input, got, expected):
    """Accept distinct edges, at most k, that keep the distance of as many vertices as k edges can: min(k + 1, n)."""
    numbers = list(map(int, input.split()))
    n, m, k = numbers[:3]
    edges = [tuple(numbers[3 + 3 * i : 6 + 3 * i]) for i in range(m)]
    try:
        answer = list(map(int, got.split()))
    except ValueError:
        return False
    kept = answer[1:]
    if not answer or answer[0] != len(kept) or len(kept) > k or len(set(kept)) != len(kept):
        return False
    if not all(1 <= index <= m for index in kept):
        return False
    before = _distances(n, edges)
    after = _distances(n, [edges[index - 1] for index in kept])
    return sum(one == other for one, other in zip(before[1:], after[1:])) >= min(k + 1, n)


def _distances(n, edges):
    neighbours = [[] for _ in range(n + 1)]
    for x, y, w in edges:
        neighbours[x].append((y, w))
        neighbours[y].append((x, w))
    distance = [None] * (n + 1)
    heap = [(0, 1)]
    while heap:
        reached, x = heapq.heappop(heap)
        if distance[x] is None:
            distance[x] = reached
            for y, w in neighbours[x]:
                if distance[y] is None:
                    heapq.heappush(heap, (reached + w, y))
    return distance
