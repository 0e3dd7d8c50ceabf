"""Judgement -> float. One scheme per file, one line in `SCHEMES`. Judgements are recorded; rewards are computed."""

from __future__ import annotations

from collections.abc import Callable

from symtune.domain import Judgement, Unjudged
from symtune.errors import BadInputError
from symtune.rewards.binary import binary
from symtune.rewards.coderl import coderl
from symtune.rewards.pass_fraction import pass_fraction

SCHEMES: dict[str, Callable[[Judgement], float]] = {
    "coderl": coderl,
    "binary": binary,
    "pass_fraction": pass_fraction,
}

__all__ = ["SCHEMES", "reward_of"]


def reward_of(judgement: Judgement, scheme: str = "coderl") -> float:
    """Return the reward of a judgement under a named scheme.

    Raises:
        BadInputError: an unknown scheme, or something that is no Judgement: an unjudged program has no reward.
    """
    if scheme not in SCHEMES:
        raise BadInputError(f"unknown reward scheme {scheme!r}; known: {', '.join(SCHEMES)}")
    if isinstance(judgement, Unjudged):
        raise BadInputError(
            f"program {judgement.program_id!r} is unjudged ({judgement.reason}) and has no reward; leave it out"
        )
    return SCHEMES[scheme](judgement)
