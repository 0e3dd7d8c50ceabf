"""The rewards of an episode, turn by turn, by hand."""

from __future__ import annotations

import pytest

from symtune.domain import Cause, Episode, FirstFailure, Judgement, Outcome, Turn
from symtune.errors import BadInputError
from symtune.rewards.rlef import turn_rewards


def judgement(num_passed: int, num_cases: int = 4) -> Judgement:
    if num_passed == num_cases:
        return Judgement(problem_id="p", program_id="a", outcome=Outcome.PASSED, cause=None, num_passed=num_passed, num_cases=num_cases)
    failure = FirstFailure(case_index=num_passed, cause=Cause.WRONG_VALUE, message="")
    return Judgement(
        problem_id="p", program_id="a", outcome=Outcome.FAILED_TEST, cause=Cause.WRONG_VALUE, num_passed=num_passed,
        num_cases=num_cases, first_failure=failure,
    )  # fmt: skip


def turn(*, has_code: bool = True, num_passed: int = 0, stop_reason: str = "end_token") -> Turn:
    source = "def f(): ..." if has_code else None
    found = judgement(num_passed, 2) if has_code else None
    return Turn(prompt="?", reply="!", source=source, judgement=found, stop_reason=stop_reason)


EPISODES = {
    "one turn, right": (Episode(problem_id="p", turns=(turn(num_passed=2),), judgement=judgement(4)), [1.0], [1.0]),
    "one turn, wrong": (Episode(problem_id="p", turns=(turn(),), judgement=judgement(1)), [-1.0], [-0.5]),
    "three turns, the last right": (Episode(problem_id="p", turns=(turn(), turn(), turn()), judgement=judgement(4)), [0, 0, 1.0], [0, 0, 1.0]),
    "early stop: public tests passed, private ones not": (
        Episode(problem_id="p", turns=(turn(), turn(num_passed=2)), end_reason="public_passed", judgement=judgement(3)), [0, -1.0], [0, 0.5],
    ),
    "a reply without code, then right": (Episode(problem_id="p", turns=(turn(has_code=False), turn()), judgement=judgement(4)), [-0.2, 1.0], [-0.2, 1.0]),
    "the last reply without code": (Episode(problem_id="p", turns=(turn(), turn(has_code=False))), [0, -1.2], [0, -1.2]),
    "no code at all": (Episode(problem_id="p", turns=(turn(has_code=False),) * 3), [-0.2, -0.2, -1.2], [-0.2, -0.2, -1.2]),
    "a reply cut by length before its code was closed": (
        Episode(problem_id="p", turns=(turn(has_code=False, stop_reason="length"),), end_reason="context_full"), [-1.2], [-1.2],
    ),
    "a reply cut by length that holds code": (Episode(problem_id="p", turns=(turn(stop_reason="length"),), judgement=judgement(2)), [-1.0], [0.0]),
}  # fmt: skip


@pytest.mark.parametrize("name", EPISODES)
def test_rewards_are_those_worked_out_by_hand(name):
    episode, binary, by_fraction = EPISODES[name]
    assert turn_rewards(episode) == pytest.approx(binary)
    assert turn_rewards(episode, scheme="pass_fraction") == pytest.approx(by_fraction)


@pytest.mark.parametrize("name", EPISODES)
def test_without_the_penalty_only_the_last_turn_is_rewarded(name):
    rewards = turn_rewards(EPISODES[name][0], no_code_penalty=0.0)
    assert rewards[-1] in (-1.0, 1.0)
    assert not any(rewards[:-1])


def test_a_program_that_was_right_before_the_last_turn_earns_nothing():
    episode = Episode(problem_id="p", turns=(turn(num_passed=2), turn()), judgement=judgement(0))
    assert turn_rewards(episode) == [0.0, -1.0]


def test_what_was_never_judged_has_no_reward():
    episode = Episode(problem_id="p", turns=(turn(),), id="p#3", end_reason="unjudged", unjudged_reason="the guest died")
    with pytest.raises(BadInputError, match="'p#3' is unjudged"):
        turn_rewards(episode)


def test_what_cannot_be_rewarded_is_refused_with_the_reason():
    with pytest.raises(BadInputError, match="has no turns"):
        turn_rewards(Episode(problem_id="p", turns=()))
    episode = EPISODES["one turn, right"][0]
    with pytest.raises(BadInputError, match="known: binary, pass_fraction"):
        turn_rewards(episode, scheme="coderl")
    for penalty in (0.2, float("nan")):
        with pytest.raises(BadInputError, match="0 or less"):
            turn_rewards(episode, no_code_penalty=penalty)
