"""`binary`: passed or not."""

from __future__ import annotations

from symtune.domain import Judgement, Outcome


def binary(judgement: Judgement) -> float:
    """Return 1.0 for a program that passed every case, else 0.0. Source: ours; the common verifiable reward."""
    return float(judgement.outcome is Outcome.PASSED)
