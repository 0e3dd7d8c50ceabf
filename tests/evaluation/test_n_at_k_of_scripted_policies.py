"""Episodes played and judged for real, by policies that repair, repeat or copy: n@k and behaviour are those worked out by hand."""

from __future__ import annotations

import pytest
from scripted_policies import Scripted, copies, repairs, repeats

from symtune.domain import Case, Problem
from symtune.evaluation.stored_episodes import evaluate_episodes
from symtune.judging import Judge
from symtune.rollout import EpisodeConfig, play

CONFIG = EpisodeConfig(num_episodes=3, max_new_tokens=1 << 16, batch_size=6)


def doubling(name: str, factor: int) -> Problem:
    return Problem(
        id=name, statement=f"{name}: multiply by a number.", entry_point="f", references=(f"def f(x):\n    return {factor} * x\n",),
        examples=(Case.call(2, expected=2 * factor), Case.call(3, expected=3 * factor)),
        tests=(Case.call(5, expected=5 * factor),),
    )  # fmt: skip


PROBLEMS = [doubling("two", 2), doubling("seven", 7)]


@pytest.fixture(scope="module")
def judge():
    with Judge(workers=1) as one:
        yield one


@pytest.mark.parametrize(
    ("answer", "by_limit", "single", "repaired"),
    [
        (repairs, [0.0, 1.0, 1.0], 0.0, 1.0),  # wrong, then right: one rollout of two turns does what three single turns never do
        (repeats, [0.0, 0.0, 0.0], 0.0, 0.0),
        (copies, [0.0, 0.0, 0.0], 0.0, None),  # passes the public tests at once, is submitted, and fails the private one
    ],
)
def test_solve_rates_are_those_worked_out_by_hand(answer, by_limit, single, repaired, judge) -> None:
    played = play(PROBLEMS, Scripted(PROBLEMS, answer), config=CONFIG, judge=judge).episodes
    result = evaluate_episodes(PROBLEMS, played, name="scripted", turns=3, budget=3, num_resamples=10)
    assert result.rate.total.value == by_limit[-1]
    assert [result.behaviour.solve_rates[str(limit)].value for limit in (1, 2, 3)] == by_limit
    assert result.control.rate.total.value == single
    assert result.behaviour.turns[0].repaired_share.value == repaired
    assert all(row.num_unjudged == 0 for row in result.rate.counts)
    if answer is repeats:
        assert [edit.unchanged.value for edit in result.behaviour.edits or ()] == [1.0, 1.0]
        assert [edit.size.value for edit in result.behaviour.edits or ()] == [0.0, 0.0]
    if answer is copies:
        assert all(row.num_kept == 3 and row.num_kept_solved == 0 for row in result.rate.counts)
