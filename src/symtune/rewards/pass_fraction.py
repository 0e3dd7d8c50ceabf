"""`pass_fraction`: the share of cases passed."""

from __future__ import annotations

from symtune.domain import Judgement


def pass_fraction(judgement: Judgement) -> float:
    """Return ``num_passed / num_cases``, 0..1; 0.0 for a program that did not load. Source: ours."""
    return judgement.pass_fraction
