"""`exact`: Python's ``==``, with containers of the same kind and nan equal to nan."""

from __future__ import annotations

from typing import Any

MAX_ODD_ITEMS = 200
"""Sets that differ in more items than this differ; in fewer, the items may hold nan and are compared one by one."""


def exact(got: Any, expected: Any) -> bool:
    """Return whether two plain values are equal.

    Numbers compare by ``==`` across int, float and bool, as a test written in Python would; a list never equals a tuple.

    Source: ours. Differs: Python's ``==`` says that nan differs from itself, here a nan expected is a nan wanted.
    """
    if got == expected:
        return True
    if got is None or expected is None or type(got) is str or type(expected) is str:
        return False
    if type(got) is not type(expected):
        return False
    if isinstance(got, float):
        return got != got and expected != expected
    if isinstance(got, complex):
        return exact(got.real, expected.real) and exact(got.imag, expected.imag)
    if isinstance(got, list | tuple):
        return len(got) == len(expected) and all(map(exact, got, expected))
    if isinstance(got, dict):
        return got.keys() == expected.keys() and all(exact(got[key], expected[key]) for key in got)
    if isinstance(got, set | frozenset):
        rest = [item for item in got if item not in expected]
        wanted = [item for item in expected if item not in got]
        if len(rest) > MAX_ODD_ITEMS:
            return False
        return len(rest) == len(wanted) and all(any(exact(item, other) for other in wanted) for item in rest)
    return False
