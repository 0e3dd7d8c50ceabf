"""Codeforces 925 C: order numbers so that their running xor rises strictly."""

from __future__ import annotations


def check(input, got, expected):
    """Accept ``No`` where the data set says so, and any order of the given numbers whose running xor rises."""
    words, wanted = got.split(), expected.split()
    if words[:1] != wanted[:1]:
        return False
    if words == ["No"]:
        return True
    try:
        numbers = list(map(int, words[1:]))
    except ValueError:
        return False
    if words[0] != "Yes" or sorted(numbers) != sorted(map(int, input.split()[1:])):
        return False
    before = 0
    for number in numbers:
        if before ^ number <= before:
            return False
        before ^= number
    return True
