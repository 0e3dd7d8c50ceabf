"""`polynomial_root`: any root of a polynomial is right; the expected value holds the coefficients."""

from __future__ import annotations

import math
from typing import Any

DEFAULT_TOLERANCE = 1e-4


def polynomial_root(got: Any, expected: Any, tolerance: float = DEFAULT_TOLERANCE) -> bool:
    """Return whether ``|sum_i expected[i] * got**i| <= tolerance``.

    Args:
        got: a number.
        expected: the coefficients, from the constant one on.
        tolerance: largest absolute value at a root.

    Source: HumanEval/32, whose check evaluates the polynomial at the answer; EvalPlus does the same.
    """
    if isinstance(got, bool) or not isinstance(got, int | float) or not isinstance(expected, list | tuple):
        return False
    try:
        value = sum(coefficient * math.pow(got, power) for power, coefficient in enumerate(expected))
    except (OverflowError, ValueError, TypeError):
        return False
    return abs(value) <= tolerance
