"""`float_close`: numbers within a tolerance at any depth, the rest exactly; in text, token by token."""

from __future__ import annotations

import math
from typing import Any

from symtune.judging.comparators.exact import exact

DEFAULT_TOLERANCE = 1e-6
"""Source: EvalPlus, which compares floats with an absolute tolerance of 1e-6; most stdin judges state 1e-6 too."""


def float_close(got: Any, expected: Any, tolerance: float = DEFAULT_TOLERANCE) -> bool:
    """Return whether ``|got - expected| <= tolerance * max(1, |got|, |expected|)`` for every number, the rest being equal.

    Args:
        got: a plain value; a list and a tuple of the same numbers are close.
        expected: the plain value wanted. For text, both are split on whitespace and tokens that read as numbers are compared as such.
        tolerance: absolute below 1, relative above.

    Source: ours.
    """
    if _is_number(got) and _is_number(expected):
        return _is_near(got, expected, tolerance)
    if isinstance(got, str) and isinstance(expected, str):
        return got == expected or _are_tokens_near(got, expected, tolerance)
    if isinstance(got, list | tuple) and isinstance(expected, list | tuple):
        return len(got) == len(expected) and all(
            float_close(item, wanted, tolerance) for item, wanted in zip(got, expected)
        )
    if isinstance(got, dict) and isinstance(expected, dict):
        return got.keys() == expected.keys() and all(float_close(got[key], expected[key], tolerance) for key in got)
    if isinstance(got, set | frozenset) and isinstance(expected, set | frozenset):
        return exact(set(got), set(expected)) or _are_sets_near(got, expected, tolerance)
    return exact(got, expected)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | complex)


def _is_near(got: Any, expected: Any, tolerance: float) -> bool:
    if isinstance(got, complex) or isinstance(expected, complex):
        got, expected = complex(got), complex(expected)
        return _is_near(got.real, expected.real, tolerance) and _is_near(got.imag, expected.imag, tolerance)
    if got == expected:
        return True
    try:
        first, second = float(got), float(expected)
    except OverflowError:
        return False
    if math.isnan(first) or math.isnan(second):
        return math.isnan(first) and math.isnan(second)
    if math.isinf(first) or math.isinf(second):
        return False
    return abs(first - second) <= tolerance * max(1.0, abs(first), abs(second))


def _are_tokens_near(got: str, expected: str, tolerance: float) -> bool:
    tokens, wanted_tokens = got.split(), expected.split()
    return len(tokens) == len(wanted_tokens) and all(
        token == wanted or _are_numerals_near(token, wanted, tolerance) for token, wanted in zip(tokens, wanted_tokens)
    )


def _are_numerals_near(token: str, wanted: str, tolerance: float) -> bool:
    try:
        return _is_near(float(token), float(wanted), tolerance)
    except ValueError:
        return False


def _are_sets_near(got: Any, expected: Any, tolerance: float) -> bool:
    if len(got) != len(expected):
        return False
    try:
        return float_close(sorted(got), sorted(expected), tolerance)
    except TypeError:
        return False
