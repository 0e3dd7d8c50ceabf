"""Codeforces 1438 D: at most n steps, each putting the xor of three elements in place of all three, until all are equal."""

from __future__ import annotations


def check(input, got, expected):
    """Accept ``NO`` where the data set says so, and any steps that make all elements equal."""
    words, wanted = got.split(), expected.split()
    if words[:1] != wanted[:1]:
        return False
    if words == ["NO"]:
        return True
    n, *elements = map(int, input.split())
    try:
        num_steps, *indices = map(int, words[1:])
    except ValueError:
        return False
    if words[0] != "YES" or not 0 <= num_steps <= n or len(indices) != 3 * num_steps:
        return False
    for start in range(0, len(indices), 3):
        chosen = [index - 1 for index in indices[start : start + 3]]
        if len(set(chosen)) != 3 or not all(0 <= index < n for index in chosen):
            return False
        value = elements[chosen[0]] ^ elements[chosen[1]] ^ elements[chosen[2]]
        for index in chosen:
            elements[index] = value
    return len(set(elements)) == 1
