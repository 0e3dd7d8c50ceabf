"""`coderl`: the returns of CodeRL."""

from __future__ import annotations

from symtune.domain import Judgement, Outcome

RETURNS = {
    Outcome.COMPILE_ERROR: -1.0,
    Outcome.RUNTIME_ERROR: -0.6,
    Outcome.FAILED_TEST: -0.3,
    Outcome.PASSED: 1.0,
}


def coderl(judgement: Judgement) -> float:
    """Return -1.0, -0.6, -0.3 or +1.0, by outcome.

    Source: Le et al. 2022 (CodeRL), section 3.2, equation 4; a timeout counts as a runtime error there too.
    """
    return RETURNS[judgement.outcome]
