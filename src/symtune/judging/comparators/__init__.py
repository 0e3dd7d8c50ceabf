"""How the value a program gave is compared with the expected one. Runs on the host, on plain decoded values only.

One file per comparator, one line in `COMPARATORS`. A name may carry a parameter after a colon: ``float_close:1e-9``,
``float_close:1e-6:1e-7`` (absolute, relative).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from symtune.errors import BadInputError
from symtune.judging.comparators.any_case import any_case
from symtune.judging.comparators.exact import exact
from symtune.judging.comparators.float_close import Tolerance, float_close
from symtune.judging.comparators.polynomial_root import polynomial_root
from symtune.judging.comparators.same_set import same_set
from symtune.judging.comparators.same_truth import same_truth
from symtune.judging.comparators.sequence import sequence
from symtune.judging.comparators.unordered import unordered
from symtune.judging.comparators.whitespace_tokens import whitespace_tokens

Comparator = Callable[[Any, Any], bool]

COMPARATORS: dict[str, Callable[..., bool]] = {
    "exact": exact,
    "float_close": float_close,
    "unordered": unordered,
    "whitespace_tokens": whitespace_tokens,
    "any_case": any_case,
    "sequence": sequence,
    "same_set": same_set,
    "same_truth": same_truth,
    "polynomial_root": polynomial_root,
}
"""Name -> function of (got, expected), and of (got, expected, parameter) where it takes one."""

WITH_PARAMETER: dict[str, Callable[[str], Any]] = {"float_close": Tolerance.parse, "polynomial_root": float}
"""Comparators that take a parameter, and how its text is read."""


@functools.lru_cache(maxsize=256)
def find_comparator(name: str) -> Comparator:
    """Return the comparator of a name as a Case states it.

    Raises:
        BadInputError: an unknown name, or a parameter that does not fit; lists the known names.
    """
    base, colon, text = name.partition(":")
    if base not in COMPARATORS:
        raise BadInputError(f"unknown comparator {name!r}; known: {', '.join(COMPARATORS)}")
    if not colon:
        return COMPARATORS[base]
    if base not in WITH_PARAMETER:
        raise BadInputError(f"the comparator {base!r} takes no parameter, got {name!r}")
    try:
        parameter = WITH_PARAMETER[base](text)
    except ValueError as error:
        raise BadInputError(f"the parameter of the comparator {name!r} is no number") from error
    return functools.partial(_with_parameter, COMPARATORS[base], parameter)


def _with_parameter(function: Callable[..., bool], parameter: Any, got: Any, expected: Any) -> bool:
    return function(got, expected, parameter)


def compare(comparator: str, got: Any, expected: Any) -> bool:
    """Return whether a plain value is the expected one under a named comparator."""
    return find_comparator(comparator)(got, expected)
