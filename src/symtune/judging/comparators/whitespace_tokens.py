"""`whitespace_tokens`: text split on whitespace, token by token."""

from __future__ import annotations

from typing import Any

from symtune.judging.comparators.exact import exact


def whitespace_tokens(got: Any, expected: Any) -> bool:
    """Return ``got.split() == expected.split()``; values that are not both text are compared by `exact`.

    Source: ours; what the checkers of most coding sites do by default.
    """
    if isinstance(got, str) and isinstance(expected, str):
        return got == expected or got.split() == expected.split()
    return exact(got, expected)
