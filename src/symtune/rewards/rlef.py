"""`rlef`: the rewards of an episode, turn by turn."""

from __future__ import annotations

from typing import Literal

from symtune.domain import Episode
from symtune.errors import BadInputError

EpisodeScheme = Literal["binary", "pass_fraction"]
"""How the last program's verdict becomes a number: passed or not, or by the share of cases passed."""

NO_CODE_PENALTY = -0.2
"""Added to a turn whose reply holds no valid code."""


def turn_rewards(
    episode: Episode, *, scheme: EpisodeScheme = "binary", no_code_penalty: float = NO_CODE_PENALTY
) -> list[float]:
    """Return the reward of each turn of a judged episode.

    Formula, for turns 0..K-1, with p the share of public and private cases that the last program passes (0 where the last
    reply holds no program)::

        r_k = g * [k = K - 1]  +  no_code_penalty * [reply k holds no valid code]
        g   = +1 where p = 1, else -1     binary
        g   = 2p - 1                      pass_fraction

    Args:
        episode: a judged one; only its last program is graded, whatever the earlier ones did.
        scheme: how the last verdict counts.
        no_code_penalty: a number not above 0; 0.0 for training in a single turn.

    Returns:
        One reward per turn, in order.

    Raises:
        BadInputError: an unjudged episode, which has no reward; one without turns; an unknown scheme; a penalty above 0.

    Source: Gehring et al. 2024 (RLEF), section 2.2.
    Differs: says that the penalty adds to the -1 of a last reply without code, which the paper leaves open (decision 0100);
        ``pass_fraction`` is ours.
    """
    if not episode.is_judged:
        raise BadInputError(f"episode {episode.id!r} is unjudged ({episode.unjudged_reason}) and has no reward; leave it out")
    if not episode.turns:
        raise BadInputError(f"episode {episode.id!r} has no turns, so nothing that a reward could go to; leave it out")
    if scheme not in ("binary", "pass_fraction"):
        raise BadInputError(f"unknown reward scheme {scheme!r} for episodes; known: binary, pass_fraction")
    if not no_code_penalty <= 0:
        raise BadInputError(f"no_code_penalty must be 0 or less, got {no_code_penalty}")
    rewards = [0.0 if turn.source is not None else no_code_penalty for turn in episode.turns]
    rewards[-1] += _grade(episode, scheme)
    return rewards


def _grade(episode: Episode, scheme: EpisodeScheme) -> float:
    if scheme == "binary":
        return 1.0 if episode.is_solved else -1.0
    return -1.0 if episode.judgement is None else 2 * episode.judgement.pass_fraction - 1
