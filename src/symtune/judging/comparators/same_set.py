"""`same_set`: the same distinct items, however often and in whatever order."""

from __future__ import annotations

from typing import Any

from symtune.domain import has_many_same_hashes
from symtune.judging.comparators.exact import exact
from symtune.judging.comparators.unordered import key_of


def same_set(got: Any, expected: Any) -> bool:
    """Return ``set(got) == set(expected)``, for sequences, sets and dicts (their keys); other values by `exact`.

    Items that cannot be hashed are equal as under `sequence`. Items chosen to share one hash are no right answer.

    Source: EvalPlus, which compares some MBPP answers as sets.
    """
    collections = (list, tuple, set, frozenset, dict)
    if not (isinstance(got, collections) and isinstance(expected, collections)):
        return exact(got, expected)
    try:
        return not has_many_same_hashes(got) and set(got) == set(expected)
    except TypeError:
        keys = list(map(key_of, got))
        return not has_many_same_hashes(keys) and set(keys) == set(map(key_of, expected))
