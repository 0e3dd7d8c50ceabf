"""`any_case`: text split on whitespace, token by token, in upper or lower case alike."""

from __future__ import annotations

from typing import Any

from symtune.judging.comparators.exact import exact


def any_case(got: Any, expected: Any) -> bool:
    """Return ``got.casefold().split() == expected.casefold().split()``; values that are not both text are compared by `exact`.

    Source: ours; the rule of contest problems that say "you can print each letter in any case".
    """
    if isinstance(got, str) and isinstance(expected, str):
        return got == expected or got.casefold().split() == expected.casefold().split()
    return exact(got, expected)
