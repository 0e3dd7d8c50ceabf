"""`same_set`: the same distinct items, however often and in whatever order."""

from __future__ import annotations

from typing import Any

from symtune.judging.comparators.exact import exact
from symtune.judging.comparators.sequence import sequence


def same_set(got: Any, expected: Any) -> bool:
    """Return ``set(got) == set(expected)``, for sequences, sets and dicts (their keys); other values by `exact`.

    Items that cannot be hashed are compared pairwise by `sequence`.

    Source: EvalPlus, which compares some MBPP answers as sets.
    """
    collections = (list, tuple, set, frozenset, dict)
    if not (isinstance(got, collections) and isinstance(expected, collections)):
        return exact(got, expected)
    try:
        return set(got) == set(expected)
    except TypeError:
        return _is_covered(got, expected) and _is_covered(expected, got)


def _is_covered(items: Any, others: Any) -> bool:
    return all(any(sequence(item, other) for other in others) for item in items)
