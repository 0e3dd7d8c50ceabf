"""Codeforces 1217 D: colour the edges of a directed graph with the fewest colours so that no cycle has one colour."""

from __future__ import annotations


def check(input, got, expected):
    """Accept any colouring with as many colours as the data set's answer that leaves no cycle of one colour."""
    n, m, *rest = map(int, input.split())
    edges = [(rest[i], rest[i + 1]) for i in range(0, 2 * m, 2)]
    try:
        k, *colors = map(int, got.split())
    except ValueError:
        return False
    if k != int(expected.split()[0]) or len(colors) != m or not all(1 <= color <= k for color in colors):
        return False
    return all(
        _is_acyclic(n, [edge for edge, mine in zip(edges, colors) if mine == color]) for color in range(1, k + 1)
    )


def _is_acyclic(n, edges):
    following = [[] for _ in range(n + 1)]
    num_before = [0] * (n + 1)
    for x, y in edges:
        following[x].append(y)
        num_before[y] += 1
    free = [x for x in range(1, n + 1) if not num_before[x]]
    num_taken = 0
    while free:
        num_taken += 1
        for y in following[free.pop()]:
            num_before[y] -= 1
            if not num_before[y]:
                free.append(y)
    return num_taken == n
