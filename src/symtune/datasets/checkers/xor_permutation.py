"""Codeforces 288 C: a permutation p of 0..n with the largest sum of i xor p[i], and that sum."""

from __future__ import annotations


def check(input, got, expected):
    """Accept any permutation that reaches the sum which the data set's answer states."""
    n = int(input)
    try:
        total, *permutation = map(int, got.split())
    except ValueError:
        return False
    if sorted(permutation) != list(range(n + 1)):
        return False
    return total == int(expected.split()[0]) == sum(i ^ x for i, x in enumerate(permutation))
