"""evaluate: counts, groups, unjudged and greedy programs; compare_policies: paired gains."""

from __future__ import annotations

import pytest

from symtune.domain import Cause, FirstFailure, Judgement, Outcome, Problem, Unjudged
from symtune.domain.results import Evaluation
from symtune.errors import BadInputError
from symtune.evaluation import compare_policies, evaluate

FAILURES = {
    Outcome.COMPILE_ERROR: Cause.SYNTAX,
    Outcome.RUNTIME_ERROR: Cause.TIMEOUT,
    Outcome.FAILED_TEST: Cause.WRONG_VALUE,
}


def problem(name: str, difficulty: str | None = None) -> Problem:
    return Problem(id=name, statement="", entry_point="f", difficulty=difficulty)


def verdict(problem_id: str, index: int | str, outcome: Outcome) -> Judgement:
    cause = FAILURES.get(outcome)
    return Judgement(
        problem_id=problem_id,
        program_id=f"{problem_id}#{index}",
        outcome=outcome,
        cause=cause,
        num_passed=2 if cause is None else 1,
        num_cases=2,
        first_failure=cause and FirstFailure(case_index=1, cause=cause, message="no"),
    )


def verdicts(problem_id: str, num_passed: int, num_failed: int) -> list[Judgement]:
    outcomes = [Outcome.PASSED] * num_passed + [Outcome.FAILED_TEST] * num_failed
    return [verdict(problem_id, index, outcome) for index, outcome in enumerate(outcomes)]


def test_hand_worked_total_and_groups() -> None:
    problems = [problem("a", "introductory"), problem("b", "competition"), problem("c", "competition")]
    result = evaluate(problems, [*verdicts("a", 2, 2), *verdicts("b", 0, 4), *verdicts("c", 1, 3)], ks=(2, 1))
    assert result.ks == (1, 2)
    assert result.total.pass_at_k["1"].value == pytest.approx((0.5 + 0 + 0.25) / 3)
    assert result.total.pass_at_k["2"].value == pytest.approx((5 / 6 + 0 + 0.5) / 3)
    assert list(result.by_difficulty) == ["introductory", "competition"]
    assert result.by_difficulty["competition"].pass_at_k["2"].value == pytest.approx(0.25)
    assert result.by_difficulty["competition"].num_samples == 8
    assert [row.num_passed for row in result.counts] == [2, 0, 1]


def test_outcome_and_cause_shares() -> None:
    outcomes = [Outcome.PASSED, Outcome.FAILED_TEST, Outcome.RUNTIME_ERROR, Outcome.COMPILE_ERROR]
    result = evaluate([problem("a")], [verdict("a", index, item) for index, item in enumerate(outcomes)], ks=(1,))
    assert result.total.outcome_fractions == dict.fromkeys((item.value for item in Outcome), 0.25)
    assert result.total.cause_fractions == {"syntax": 0.25, "timeout": 0.25, "wrong_value": 0.25}
    assert result.by_difficulty == {}


def test_an_unjudged_program_is_counted_and_enters_nothing_else() -> None:
    judged = verdicts("a", 1, 1)
    result = evaluate([problem("a")], [*judged, Unjudged(problem_id="a", program_id="a#9", reason="guest died")], ks=(1,))
    assert result.total.pass_at_k["1"].value == 0.5
    assert (result.total.num_samples, result.total.num_unjudged) == (2, 1)
    assert result.total.unjudged_fraction == pytest.approx(1 / 3)


def test_the_greedy_program_is_no_draw() -> None:
    result = evaluate([problem("a")], [*verdicts("a", 1, 3), verdict("a", "greedy", Outcome.PASSED)], ks=(1,))
    assert result.total.pass_at_k["1"].value == 0.25
    assert result.num_greedy == 1


def test_a_problem_with_too_few_samples_is_left_out_of_that_k_and_named() -> None:
    result = evaluate([problem("a"), problem("b")], [*verdicts("a", 1, 4), *verdicts("b", 1, 1)], ks=(1, 5))
    five = result.total.pass_at_k["5"]
    assert five.value == 1.0
    assert five.num_units == 1
    assert five.reason == "1 of 2 problems have fewer than 5 judged samples"
    assert result.total.pass_at_k["1"].value == pytest.approx((0.2 + 0.5) / 2)
    assert result.total.pass_at_k["1"].reason is None


def test_no_samples_give_no_value_and_a_reason() -> None:
    one = evaluate([problem("a")], [], ks=(1,)).total.pass_at_k["1"]
    assert one.value is None
    assert "1 of 1 problems" in (one.reason or "")


def test_difficulties_go_from_easy_to_hard_with_the_unstated_last() -> None:
    names = ["b", None, "competition", "introductory", "a"]
    problems = [problem(f"p{index}", name) for index, name in enumerate(names)]
    assert list(evaluate(problems, []).by_difficulty) == ["introductory", "competition", "a", "b", "unstated"]


def test_the_json_form_comes_back_equal() -> None:
    result = evaluate([problem("a", "interview")], verdicts("a", 2, 5))
    assert Evaluation.from_json(result.to_json()) == result


@pytest.mark.parametrize(
    ("problems", "judgements", "ks"),
    [
        ([problem("a")], verdicts("b", 1, 0), (1,)),
        ([problem("a"), problem("a")], [], (1,)),
        ([problem("a")], verdicts("a", 1, 0) * 2, (1,)),
        ([problem("a")], [], ()),
        ([problem("a")], [], (0,)),
    ],
)
def test_refuses_bad_input(problems, judgements, ks) -> None:
    with pytest.raises(BadInputError):
        evaluate(problems, judgements, ks=ks)


def test_gains_are_paired_and_hand_worked() -> None:
    problems = [problem("a", "introductory"), problem("b", "interview")]
    base = evaluate(problems, [*verdicts("a", 1, 3), *verdicts("b", 1, 3)], ks=(1,))
    ours = evaluate(problems, [*verdicts("a", 3, 1), *verdicts("b", 1, 3)], ks=(1, 2))
    gains = compare_policies(ours, base)
    assert list(gains) == ["1"]
    assert gains["1"]["total"].difference.value == pytest.approx(0.25)
    assert gains["1"]["total"].relative.value == pytest.approx(1.0)
    assert gains["1"]["introductory"].relative.value == pytest.approx(2.0)
    assert gains["1"]["interview"].difference.high == 0.0


def test_pairing_takes_the_problems_own_spread_out() -> None:
    """A policy better by the same amount on every problem has no doubt in its difference, whatever the problems."""
    problems = [problem(f"p{index}") for index in range(9)]
    base = evaluate(problems, [item for i in range(9) for item in verdicts(f"p{i}", i, 10 - i)], ks=(1,))
    ours = evaluate(problems, [item for i in range(9) for item in verdicts(f"p{i}", i + 1, 9 - i)], ks=(1,))
    difference = compare_policies(ours, base)["1"]["total"].difference
    assert (difference.value, difference.low, difference.high) == pytest.approx((0.1, 0.1, 0.1))


def test_a_gain_over_nothing_is_not_a_number() -> None:
    problems = [problem("a")]
    gain = compare_policies(evaluate(problems, verdicts("a", 5, 0)), evaluate(problems, verdicts("a", 0, 5)))["5"]["total"]
    assert gain.difference.value == 1.0
    assert gain.relative.value is None


def test_policies_on_different_problems_are_not_compared() -> None:
    with pytest.raises(BadInputError, match="different problems"):
        compare_policies(evaluate([problem("a")], []), evaluate([problem("b")], []))
