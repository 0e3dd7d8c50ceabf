"""`same_truth`: both true or both false."""

from __future__ import annotations

from typing import Any


def same_truth(got: Any, expected: Any) -> bool:
    """Return ``bool(got) == bool(expected)``. Source: EvalPlus, which compares some MBPP answers by truth."""
    return bool(got) == bool(expected)
