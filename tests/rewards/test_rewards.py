"""Rewards by outcome, as CodeRL states them, and that the unjudged have none."""

from __future__ import annotations

import pytest

from symtune.domain import Cause, FirstFailure, Judgement, Outcome, Unjudged
from symtune.errors import BadInputError
from symtune.rewards import SCHEMES, reward_of


def judgement(outcome: Outcome, num_passed: int = 0) -> Judgement:
    cause = None if outcome is Outcome.PASSED else Cause.WRONG_VALUE
    failure = None if cause is None else FirstFailure(case_index=0, cause=cause, message="")
    return Judgement(
        problem_id="p", program_id="a", outcome=outcome, cause=cause, num_passed=num_passed, num_cases=4, first_failure=failure
    )


PASSED = judgement(Outcome.PASSED, 4)


@pytest.mark.parametrize(
    ("scheme", "rewards"),
    [("coderl", (-1.0, -0.6, -0.3, 1.0)), ("binary", (0.0, 0.0, 0.0, 1.0)), ("pass_fraction", (0.0, 0.25, 0.75, 1.0))],
)
def test_rewards_from_worst_to_best_outcome(scheme, rewards):
    outcomes = [
        judgement(Outcome.COMPILE_ERROR), judgement(Outcome.RUNTIME_ERROR, 1), judgement(Outcome.FAILED_TEST, 3), PASSED,
    ]  # fmt: skip
    assert tuple(reward_of(item, scheme) for item in outcomes) == rewards


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_the_unjudged_have_no_reward(scheme):
    with pytest.raises(BadInputError, match="unjudged"):
        reward_of(Unjudged(problem_id="p", program_id="a", reason="the guest died"), scheme)


def test_unknown_schemes_are_refused_with_the_known_ones():
    with pytest.raises(BadInputError, match="coderl, binary, pass_fraction"):
        reward_of(PASSED, "coderl2")
