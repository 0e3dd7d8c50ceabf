"""`float_close`: numbers within a tolerance at any depth, the rest exactly; in text, token by token."""

from __future__ import annotations

import math
from typing import Any, NamedTuple, Self

from symtune.judging.comparators.exact import exact

DEFAULT_TOLERANCE = 1e-6
"""Source: EvalPlus, which compares floats with an absolute tolerance of 1e-6; most stdin judges state 1e-6 too."""


class Tolerance(NamedTuple):
    """How near a number has to be.

    Attributes:
        absolute: ``T`` alone means ``|got - expected| <= T * max(1, |got|, |expected|)``.
        relative: with it, ``|got - expected| <= absolute + relative * |expected|``, as numpy's ``allclose`` has it.
    """

    absolute: float = DEFAULT_TOLERANCE
    relative: float | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``1e-6`` or ``1e-6:1e-7`` (absolute, relative); raises ValueError for anything else."""
        parts = [float(part) for part in text.split(":")]
        if len(parts) > 2 or not all(part >= 0 for part in parts):
            raise ValueError(f"no tolerance: {text!r}")
        return cls(*parts)

    def allows(self, first: float, second: float) -> bool:
        """Return whether two finite numbers, got and expected, are near enough."""
        if self.relative is not None:
            return abs(first - second) <= self.absolute + self.relative * abs(second)
        return abs(first - second) <= self.absolute * max(1.0, abs(first), abs(second))


def float_close(got: Any, expected: Any, tolerance: float | Tolerance = DEFAULT_TOLERANCE) -> bool:
    """Return whether every number is within the tolerance, the rest being equal.

    Args:
        got: a plain value; a list and a tuple of the same numbers are close.
        expected: the plain value wanted. For text, both are split on whitespace and tokens that read as numbers are compared as such.
        tolerance: a number, which is absolute below 1 and relative above, or a `Tolerance`.

    Source: ours; with a relative part, EvalPlus (``numpy.allclose`` with ``atol`` and ``rtol=1e-7``).
    """
    if not isinstance(tolerance, Tolerance):
        tolerance = Tolerance(tolerance)
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


def _is_near(got: Any, expected: Any, tolerance: Tolerance) -> bool:
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
    return tolerance.allows(first, second)


def _are_tokens_near(got: str, expected: str, tolerance: Tolerance) -> bool:
    tokens, wanted_tokens = got.split(), expected.split()
    return len(tokens) == len(wanted_tokens) and all(
        token == wanted or _are_numerals_near(token, wanted, tolerance) for token, wanted in zip(tokens, wanted_tokens)
    )


def _are_numerals_near(token: str, wanted: str, tolerance: Tolerance) -> bool:
    try:
        return _is_near(float(token), float(wanted), tolerance)
    except ValueError:
        return False


def _are_sets_near(got: Any, expected: Any, tolerance: Tolerance) -> bool:
    if len(got) != len(expected):
        return False
    try:
        return float_close(sorted(got), sorted(expected), tolerance)
    except TypeError:
        return False
