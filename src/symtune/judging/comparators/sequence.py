"""`sequence`: `exact`, but a tuple and a list of the same items are equal at any depth."""

from __future__ import annotations

from typing import Any

from symtune.judging.comparators.exact import exact


def sequence(got: Any, expected: Any) -> bool:
    """Return whether two values are equal when tuples are read as lists; for expected values that came through JSON.

    Source: ours, after the APPS test files, whose JSON has no tuple.
    """
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(map(sequence, got, expected))
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(sequence(got[key], expected[key]) for key in got)
    return exact(got, expected)
