"""`unordered`: the same items with the same counts, in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

from symtune.domain import has_many_same_hashes
from symtune.judging.comparators.sequence import sequence


def unordered(got: Any, expected: Any) -> bool:
    """Return whether two sequences (or sets) hold the same items equally often; order counts inside the items.

    Items are equal as under `sequence`. Text is compared by its lines in any order, each split on whitespace. Values that
    are no sequences are compared by `sequence`.

    Source: ours.
    """
    if isinstance(got, str) and isinstance(expected, str):
        return sorted(_lines(got)) == sorted(_lines(expected))
    sequences = (list, tuple, set, frozenset)
    if not (isinstance(got, sequences) and isinstance(expected, sequences)):
        return sequence(got, expected)
    if len(got) != len(expected):
        return False
    keys = list(map(key_of, got))
    return not has_many_same_hashes(keys) and Counter(keys) == Counter(map(key_of, expected))


def _lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines() if line.strip()]


def key_of(item: Any) -> Hashable:
    """Return a hashable stand-in; two stand-ins are equal exactly when `sequence` holds for the items."""
    if isinstance(item, list | tuple):
        return tuple(map(key_of, item))
    if isinstance(item, dict):
        return ("dict", frozenset((key, key_of(value)) for key, value in item.items()))
    if isinstance(item, set | frozenset):
        return ("set", type(item) is set, frozenset(map(key_of, item)))
    if isinstance(item, float) and item != item:
        return ("nan",)
    return item
